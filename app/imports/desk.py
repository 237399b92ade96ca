"""The shelf of this application, as its settings place it: for the pages of imports."""

from flask import current_app

from app.config import Settings
from app.imports.services import Shelf


def shelf() -> Shelf:
    settings: Settings = current_app.extensions["settings"]
    return Shelf(settings.uploads_dir / "imports", settings.max_upload_mb)
