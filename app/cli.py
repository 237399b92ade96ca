"""The commands of an operator: each prints what it did in one line."""

from flask import Flask


def init_commands(app: Flask) -> None:
    del app
