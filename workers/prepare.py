"""Brings the data of an instance up to date: schema, reference layers, demonstration."""

import argparse
import io
from contextlib import redirect_stdout
from pathlib import Path

from flask import Flask
from flask.cli import ScriptInfo
from sqlalchemy.exc import OperationalError

from app.config import Settings
from app.factory import create_app
from workers.preflight import StartFailure
from workers.prepared import ACCOUNTS_FILE, PACK, STAMP_FILE, fingerprint

STEPS = (
    ("Đang cập nhật cơ sở dữ liệu… (database)", ("db", "upgrade")),
    ("Đang nạp lớp tham chiếu… (reference layers)", ("geodata", "install", str(PACK))),
    ("Đang nạp dữ liệu minh họa… (demonstration data)", ("demo", "load")),
)


def prepare(settings: Settings, *, scale: int | None) -> None:
    """Run every step again; each of them leaves finished work alone."""
    stamp = settings.instance_dir / STAMP_FILE
    stamp.unlink(missing_ok=True)
    app = create_app(settings, is_worker=True)
    try:
        for sentence, command in STEPS:
            arguments = (
                [*command, "--scale", str(scale)] if scale and "demo" in command else command
            )
            if _knows(app, command):
                print(sentence, flush=True)
                _call(app, list(arguments))
    except OperationalError as error:
        raise StartFailure(
            "không kết nối hoặc không ghi được cơ sở dữ liệu; hãy kiểm tra DATABASE_URL và máy chủ"
            " cơ sở dữ liệu. (The database cannot be reached or written.)"
        ) from error
    _keep_accounts(app, settings.instance_dir / ACCOUNTS_FILE)
    stamp.write_text(fingerprint(scale), encoding="utf-8")


def _knows(app: Flask, command: tuple[str, ...]) -> bool:
    group = app.cli.commands.get(command[0])
    return group is not None and command[1] in getattr(group, "commands", {})


def _call(app: Flask, arguments: list[str]) -> None:
    app.cli.main(
        args=arguments,
        prog_name="flask",
        obj=ScriptInfo(create_app=lambda: app),
        standalone_mode=False,
    )


def _keep_accounts(app: Flask, path: Path) -> None:
    """The accounts are printed at every start; asking for them costs more than reading them."""
    if not _knows(app, ("demo", "accounts")):
        return
    printed = io.StringIO()
    with redirect_stdout(printed):
        _call(app, ["demo", "accounts"])
    path.write_text(printed.getvalue(), encoding="utf-8")


def main(settings: Settings, options: argparse.Namespace) -> None:
    prepare(settings, scale=options.scale)
