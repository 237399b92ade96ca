"""The sources of the shipped thresholds in the reader's language; what an office wrote stays."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import yaml

from app.cases.dated_settings import SETTINGS_FILE
from app.workflow.text import Text


def source_said(source: str, locale: str) -> str:
    """Return a stored source as the reader should see it."""
    shipped = _shipped().get(source)
    return shipped.in_locale(locale) if shipped else source


@lru_cache(maxsize=1)
def _shipped() -> Mapping[str, Text]:
    rows: list[dict[str, Any]] = yaml.safe_load(SETTINGS_FILE.read_text("utf-8"))  # Any: YAML
    return {row["source"]: Text(row["source_vi"], row["source"]) for row in rows}
