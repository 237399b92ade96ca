"""What the geographic core has to say to a person, in both languages, without a framework."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Remark:
    """A warning or a refusal: `code` for programs, a sentence per language for people."""

    code: str
    vi: str
    en: str

    def in_locale(self, locale: str) -> str:
        return self.en if locale == "en" else self.vi


class GeoError(ValueError):
    """Base of the failures of this package; `remark` says what is wrong and what to do."""

    def __init__(self, remark: Remark) -> None:
        super().__init__(remark.vi)
        self.remark = remark
