"""What must hold before anything starts; each failure is one sentence that says what to do."""

import errno
import fcntl
import socket
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from app.config import Settings

SQLITE_LOWEST = (3, 37, 0)


class StartFailure(Exception):  # noqa: N818  it is shown, not handled
    """The product cannot start; the text is one sentence for the person at the keyboard."""


def check_all(settings: Settings) -> None:
    """Raise StartFailure for the first thing that would stop the product later."""
    check_folder(settings.instance_dir)
    check_port(settings.host, settings.port)
    if settings.database.startswith("sqlite"):
        check_sqlite()


def check_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise StartFailure(
            f"không ghi được vào thư mục dữ liệu {folder} ({error.strerror}); hãy cấp quyền ghi"
            " hoặc đặt INSTANCE_DIR sang thư mục khác. (The data folder is not writable.)"
        ) from error


def check_port(host: str, port: int) -> None:
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with closing(socket.socket(family, kind)) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise StartFailure(_port_sentence(host, port, error)) from error


def _port_sentence(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"cổng {port} đang được chương trình khác dùng; hãy chọn cổng khác, ví dụ"
            f" make run PORT={port + 1}. (Port {port} is already in use.)"
        )
    return (
        f"không mở được địa chỉ {host}:{port} ({error.strerror}); hãy chọn cổng trên 1024, ví dụ"
        " make run PORT=8000. (The address cannot be opened.)"
    )


def require_queue(settings: Settings) -> None:
    if not settings.redis_url:
        raise StartFailure("cần REDIS_URL để chạy riêng tiến trình này. (REDIS_URL is required.)")


def check_sqlite() -> None:
    if sqlite3.sqlite_version_info < SQLITE_LOWEST:
        lowest = ".".join(str(part) for part in SQLITE_LOWEST[:2])
        raise StartFailure(
            f"SQLite của Python này là {sqlite3.sqlite_version}, cần từ {lowest}; hãy dùng Python"
            " mới hơn hoặc đặt DATABASE_URL tới PostgreSQL. (SQLite is too old.)"
        )
    with closing(sqlite3.connect(":memory:")) as connection:
        options = {row[0] for row in connection.execute("PRAGMA compile_options")}
    if "ENABLE_FTS5" not in options:
        raise StartFailure(
            "SQLite của Python này thiếu FTS5 để tìm kiếm; hãy dùng Python khác hoặc đặt"
            " DATABASE_URL tới PostgreSQL. (SQLite lacks FTS5.)"
        )


@contextmanager
def only_one(instance_dir: Path) -> Iterator[None]:
    """Hold the instance folder; the kernel lets go of it however this process ends."""
    with (instance_dir / ".lock").open("w", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise StartFailure(
                f"sản phẩm đang chạy với thư mục dữ liệu {instance_dir}; hãy dừng nó (Ctrl-C)"
                " hoặc đặt INSTANCE_DIR khác. (Already running from this folder.)"
            ) from error
        yield
