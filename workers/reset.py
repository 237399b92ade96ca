"""Starts an instance over: removes what the product wrote in its folder, and nothing else."""

import argparse
import shutil

from app.config import Settings
from workers.preflight import StartFailure, only_one

OWN = (
    "cot-moc.sqlite3*",
    "uploads",
    "mail",
    "geodata",
    "valkey",
    "valkey.sock",
    "logs",
    "accounts.txt",
    "data.keys",
    ".prepared",
)


def reset(settings: Settings) -> None:
    """Delete the embedded data; production and a database elsewhere are left to their operator."""
    if settings.environment == "production" or settings.database_url:
        raise StartFailure(
            "make reset chỉ xóa dữ liệu nhúng; với DATABASE_URL hoặc môi trường production hãy tự"
            " xóa cơ sở dữ liệu. (Only the embedded data is reset.)"
        )
    folder = settings.instance_dir
    if not folder.is_dir():
        return
    with only_one(folder):
        for path in (found for pattern in OWN for found in folder.glob(pattern)):
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()
    print(f"Đã xóa dữ liệu trong {folder}. (Reset.)")


def main(settings: Settings, options: argparse.Namespace) -> None:
    del options
    reset(settings)
