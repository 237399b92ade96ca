"""Makes a PDF of a Word file through LibreOffice, where that is installed."""

import os
import shutil
import signal
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from app.config import Settings
from app.errors import Refused

ABSENT: Final = "Máy chủ chưa cài LibreOffice nên chưa tạo được PDF: hãy tải tệp Word."
_FAILED: Final = "LibreOffice không chuyển được văn bản này sang PDF. Hãy tải tệp Word."
_SLOW: Final = "LibreOffice chuyển quá lâu nên đã dừng. Hãy thử lại hoặc tải tệp Word."


def program(settings: Settings) -> str | None:
    """Where LibreOffice is; None on a machine that does not have it."""
    return shutil.which(settings.libreoffice)


def as_pdf(settings: Settings, content: bytes) -> bytes:
    """The file as PDF; Refused with one sentence where it cannot be made.

    Each run has a profile of its own, so that two workers do not wait for one another, and is
    ended with everything it started once its time is over.
    """
    found = program(settings)
    if found is None:
        raise Refused(ABSENT)
    with TemporaryDirectory(prefix="van-ban-") as name:
        folder = Path(name)
        source = folder / "van-ban.docx"
        source.write_bytes(content)
        _run(
            [
                found,
                f"-env:UserInstallation={(folder / 'profile').as_uri()}",
                *("--headless", "--norestore", "--nolockcheck", "--nodefault"),
                *("--convert-to", "pdf", "--outdir", str(folder), str(source)),
            ],
            seconds=settings.libreoffice_seconds,
        )
        made = folder / "van-ban.pdf"
        if not made.is_file():
            raise Refused(_FAILED)
        return made.read_bytes()


def _run(command: list[str], *, seconds: int) -> None:
    process = subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # soffice starts a child of its own: both end together
    )
    try:
        process.wait(timeout=seconds)
    except subprocess.TimeoutExpired as late:
        raise Refused(_SLOW) from late
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
