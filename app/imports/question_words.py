"""The open question of a file in the reader's language, for the pages that ask it."""

from flask_babel import lazy_gettext as _

from app.imports.readers.geo_systems import CrsQuestion, Doubt

_WORDS = {
    Doubt.MISSING: _("Tệp không ghi hệ tọa độ."),
    Doubt.UNKNOWN: _("Tệp ghi hệ tọa độ “%(said)s”, không có trong danh mục."),
    Doubt.UNFIT: _("Tệp ghi hệ tọa độ “%(said)s” nhưng tọa độ trong tệp không khớp."),
}


def asked_in_words(question: CrsQuestion | None) -> str:
    """Empty where nothing is open."""
    if question is None:
        return ""
    return str(_WORDS[question.doubt]).replace("%(said)s", question.said)
