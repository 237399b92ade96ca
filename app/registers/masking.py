"""How a number is shown to those who may know that it is there, but not what it is."""

import re

MASK = "•••••"
_SHORT = 6
_FIGURES = re.compile(r"[0-9A-Z]*\d[0-9A-Z \-.]{2,}\d|\d{3,}", re.IGNORECASE)


def mask_number(number: str | None) -> str:
    """Enough to tell two papers apart: 012345678989 is 0123•••••89; a short one keeps its end."""
    said = re.sub(r"[\s.\-]", "", number or "")
    if not said:
        return ""
    if len(said) <= _SHORT:
        return f"{MASK}{said[-1]}"
    head = 4 if len(said) > 2 * _SHORT - 2 else 2
    return f"{said[:head]}{MASK}{said[-2:]}"


def mask_contact(text: str | None) -> str:
    """The words of a contact stay, its telephone numbers are masked, a mail loses its name."""
    masked = re.sub(r"[^\s@;,]+@", f"{MASK}@", text or "")
    return _FIGURES.sub(lambda found: mask_number(found[0]), masked)


def mask_name(name: str) -> str:
    """A name as its initials: Nguyễn Văn An is N. V. A."""
    return " ".join(f"{word[0]}." for word in name.split() if word)
