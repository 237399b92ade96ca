"""What a newcomer reads when the product cannot start: one sentence, no traceback."""

import socket
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from app.config import ROOT, child_environment
from workers import embedded_queue
from workers.preflight import StartFailure, only_one


def _supervise(**settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "workers", "supervise"],
        cwd=ROOT,
        env=child_environment(**settings),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def _is_one_sentence(output: str) -> bool:
    return output.startswith("Lỗi: ") and output.count("\n") == 1 and "Traceback" not in output


def test_taken_port_is_named(tmp_path: Path) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
        done = _supervise(port=str(port), instance_dir=str(tmp_path))
    assert done.returncode == 1
    assert _is_one_sentence(done.stderr)
    assert f"cổng {port}" in done.stderr


def test_unwritable_folder_is_named(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.touch()
    done = _supervise(instance_dir=str(blocked / "instance"))
    assert done.returncode == 1
    assert _is_one_sentence(done.stderr)
    assert str(blocked) in done.stderr


def test_wrong_setting_is_named(tmp_path: Path) -> None:
    done = _supervise(port="tám nghìn", instance_dir=str(tmp_path))
    assert done.returncode == 1
    assert _is_one_sentence(done.stderr)
    assert "PORT" in done.stderr


def test_folder_belongs_to_one_product_at_a_time(tmp_path: Path) -> None:
    with only_one(tmp_path), pytest.raises(StartFailure, match="đang chạy"), only_one(tmp_path):
        pytest.fail("the folder was given twice")


def test_long_folder_gets_a_short_socket(tmp_path: Path) -> None:
    deep = tmp_path / ("thư-mục-rất-dài-" * 8)
    deep.mkdir()
    path = embedded_queue.socket_path(deep)
    path.parent.rmdir()
    assert len(bytes(path)) <= embedded_queue.LONGEST_SOCKET_PATH
