"""Whether the data of an instance is up to date; light, because every start asks."""

import hashlib

from app.config import ROOT, Settings

STAMP_FILE = ".prepared"
ACCOUNTS_FILE = "accounts.txt"
PACK = ROOT / "geodata" / "default"
INPUTS = (
    ROOT / "migrations" / "versions",
    PACK,
    *(ROOT / "app" / name / "data" for name in ("accounts", "cases", "documents", "registers")),
    ROOT / "app" / "cases" / "definitions",
    ROOT / "app" / "demonstration",
)


def is_prepared(settings: Settings, scale: str | None) -> bool:
    """Whether this code prepared this folder; a database elsewhere is asked every time."""
    stamp = settings.instance_dir / STAMP_FILE
    return (
        not settings.database_url
        and (settings.instance_dir / "cot-moc.sqlite3").is_file()
        and stamp.is_file()
        and stamp.read_text(encoding="utf-8") == fingerprint(scale)
    )


def fingerprint(scale: str | None) -> str:
    """The contents of everything that the preparation reads."""
    digest = hashlib.sha256(str(scale).encode())
    for folder in INPUTS:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            if path.suffix != ".pyc":
                digest.update(str(path.relative_to(ROOT)).encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()
