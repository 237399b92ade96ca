"""Creates and refreshes .venv from the lock files, with uv when it can be had, else pip."""

import shutil
import subprocess
import sys
from pathlib import Path

from steps import ROOT, SetupFailure, fingerprint, read_stamp, run, say, write_stamp

VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / ".stamp"
RUN_LOCK = ROOT / "requirements.lock"
DEV_LOCK = ROOT / "requirements-dev.lock"
FETCH_FAILED = (
    "không tải được thư viện Python từ kho gói; hãy kiểm tra kết nối mạng rồi chạy lại đúng"
    " lệnh này. (The Python package registry could not be reached; run the same command again.)"
)
VENV_FAILED = (
    "không tạo được môi trường Python .venv; trên Debian/Ubuntu hãy cài gói python3-venv rồi"
    " chạy lại. (The virtual environment could not be created; python3-venv may be missing.)"
)


def prepare(*, with_tools: bool) -> None:
    """Make .venv match the lock; the test and lint tools, once added, stay."""
    installed = dict(line.split("=", 1) for line in read_stamp(STAMP).splitlines())
    lock = DEV_LOCK if with_tools or installed.get("tools") == "yes" else RUN_LOCK
    wanted = {
        "python": sys.version.split()[0],
        "lock": fingerprint([RUN_LOCK, lock]),
        "tools": "yes" if lock == DEV_LOCK else "no",
    }
    if installed == wanted and _runs(PYTHON):
        return
    say("Đang chuẩn bị môi trường Python… (Python packages)")
    STAMP.unlink(missing_ok=True)
    _create(sys.version_info[:2])
    install(lock, exactly=True)
    write_stamp(STAMP, "\n".join(f"{key}={value}" for key, value in wanted.items()))


def install(lock: Path, *, exactly: bool = False) -> None:
    """Install a lock file by the quickest installer; exactly also removes everything else."""
    requirements = (
        ["--require-hashes", str(lock)] if exactly else ["--require-hashes", "-r", str(lock)]
    )
    for uv in _installers_of_choice():
        try:
            run(
                [uv, "pip", "sync" if exactly else "install", "--python", PYTHON, *requirements],
                failure=FETCH_FAILED,
            )
        except SetupFailure:
            continue
        return
    _need_pip()
    run([PYTHON, "-m", "pip", "install", "--require-hashes", "-r", lock], failure=FETCH_FAILED)


def _installers_of_choice() -> list[Path]:
    found = shutil.which("uv")
    return [Path(found)] if found else bootstrapped_uv()


def bootstrapped_uv() -> list[Path]:
    """The uv inside the environment, fetched with pip when absent; empty when it cannot be had."""
    uv = VENV / "bin" / "uv"
    if not _runs(uv):
        try:
            _need_pip()
            run([PYTHON, "-m", "pip", "install", "--quiet", "uv"], failure=FETCH_FAILED)
        except SetupFailure:
            return []
    return [uv]


def _need_pip() -> None:
    if subprocess.run(
        [PYTHON, "-m", "pip", "--version"], capture_output=True, check=False
    ).returncode:
        run([PYTHON, "-m", "ensurepip", "--default-pip"], failure=VENV_FAILED)


def _create(version: tuple[int, int]) -> None:
    probe = f"import sys, encodings; sys.exit(sys.version_info[:2] != {version})"
    if (
        PYTHON.exists()
        and not subprocess.run([PYTHON, "-c", probe], capture_output=True, check=False).returncode
    ):
        return
    shutil.rmtree(VENV, ignore_errors=True)
    run([sys.executable, "-m", "venv", VENV], failure=VENV_FAILED)


def _runs(program: Path) -> bool:
    try:
        return (
            subprocess.run([program, "--version"], capture_output=True, check=False).returncode == 0
        )
    except OSError:
        return False
