"""Brings the data of an instance up to date: schema, reference layers, demonstration."""

import argparse
import io
from collections.abc import Sequence
from contextlib import redirect_stdout
from pathlib import Path

import click
from flask import Flask
from flask.cli import FlaskGroup, ScriptInfo
from sqlalchemy.exc import OperationalError

from app.config import Settings
from app.factory import create_app
from workers.preflight import StartFailure
from workers.prepared import ACCOUNTS_FILE, PACK, STAMP_FILE, fingerprint

LOAD_DEMONSTRATION = ("demo", "load")
STEPS = (
    ("Đang cập nhật cơ sở dữ liệu… (database)", ("db", "upgrade")),
    ("Đang nạp danh mục… (reference data)", ("reference", "load")),
    ("Đang nạp lớp tham chiếu… (reference layers)", ("geodata", "install", str(PACK))),
    ("Đang nạp dữ liệu minh họa… (demonstration data)", LOAD_DEMONSTRATION),
    ("Đang lập khóa tra tên… (keys of names)", ("persons", "index")),
    ("Đang niêm phong số giấy tờ… (numbers of papers)", ("cases", "seal-numbers")),
    ("Đang thu chữ của hồ sơ được bảo vệ… (words of protected cases)", ("cases", "close-words")),
    ("Đang dựng lớp bản đồ… (map layers)", ("layers", "build")),
)


def prepare(settings: Settings, *, scale: str | None) -> None:
    """Run every step again; each of them leaves finished work alone."""
    stamp = settings.instance_dir / STAMP_FILE
    stamp.unlink(missing_ok=True)
    commands = _Commands(create_app(settings, is_worker=True))
    try:
        for sentence, command in STEPS:
            if commands.have(command):
                print(sentence, flush=True)
                is_sized = scale is not None and command == LOAD_DEMONSTRATION
                commands.call(*command, *(("--scale", scale or "0") if is_sized else ()))
        _keep_accounts(commands, settings.instance_dir / ACCOUNTS_FILE)
    except click.ClickException as error:
        raise StartFailure(error.format_message()) from error
    except OperationalError as error:
        raise StartFailure(
            "không kết nối hoặc không ghi được cơ sở dữ liệu; hãy kiểm tra DATABASE_URL và máy chủ"
            " cơ sở dữ liệu. (The database cannot be reached or written.)"
        ) from error
    stamp.write_text(fingerprint(scale), encoding="utf-8")


class _Commands:
    """The commands of `flask`, run in this process."""

    def __init__(self, app: Flask) -> None:
        self.group = FlaskGroup(create_app=lambda: app)
        self.info = ScriptInfo(create_app=lambda: app)

    def have(self, command: Sequence[str]) -> bool:
        group = self.group.get_command(click.Context(self.group, obj=self.info), command[0])
        return isinstance(group, click.Group) and (
            group.get_command(click.Context(group, obj=self.info), command[1]) is not None
        )

    def call(self, *arguments: str) -> None:
        self.group.main(args=list(arguments), prog_name="flask", standalone_mode=False)


def _keep_accounts(commands: _Commands, path: Path) -> None:
    """The accounts are printed at every start; asking for them costs more than reading them."""
    if not commands.have(("demo", "accounts")):
        return
    printed = io.StringIO()
    with redirect_stdout(printed):
        commands.call("demo", "accounts")
    path.write_text(printed.getvalue(), encoding="utf-8")


def main(settings: Settings, options: argparse.Namespace) -> None:
    prepare(settings, scale=options.scale)
