"""Writes marker labels so that they can stand in an address."""

import re

from app.database import fold_text


def label_slug(text: str) -> str:
    """The label in an address: 47/7(2) is 47-7_2, 168/2.3 is 168-2.3."""
    plain = re.sub(r"\s*\(([1-3])\)", r"_\1", fold_text(text)).replace("/", "-")
    return re.sub(r"[^a-z0-9._]+", "-", plain).strip("-")[:60]
