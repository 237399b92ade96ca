"""The kinds of papers that the house writes, read once from their data file."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from app.errors import NotFound
from app.workflow.text import Text

DATA = Path(__file__).parent / "data"
FAMILY = "family"
CHASE = "don_doc"
CHASE_OTHERS = "don_doc_khac"
HANDOVER = "ban_giao"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind: its name, its letters in the symbol, its series of numbers, whom it addresses."""

    code: str
    name: Text
    letters: str
    look: str
    register: str
    to: str
    answers: frozenset[str]
    title: str

    @property
    def is_note(self) -> bool:
        """A note verbale follows rules of its own."""
        return self.look == "note"

    @property
    def is_minutes(self) -> bool:
        """Signed by those who met, and filled by hand where they sit."""
        return self.look in {"minutes", "handover"}

    @property
    def is_chase(self) -> bool:
        """Asks for money back."""
        return self.code in {CHASE, CHASE_OTHERS}

    @property
    def needs_addressee(self) -> bool:
        """A letter or a note without a receiver is none; a report may speak to its readers."""
        return self.look in {"letter", "note"}

    @property
    def is_to_family(self) -> bool:
        return self.to == FAMILY


@lru_cache(maxsize=1)
def kinds() -> Mapping[str, Kind]:
    rows = yaml.safe_load((DATA / "kinds.yaml").read_text("utf-8"))
    return {
        code: Kind(
            code=code,
            name=Text(row["name"]["vi"], row["name"]["en"]),
            letters=row["letters"],
            look=row["look"],
            register=row["register"],
            to=row["to"],
            answers=frozenset(row["answers"]),
            title=row.get("title", row["name"]["vi"].upper()),
        )
        for code, row in rows.items()
    }


def kind_of(code: str) -> Kind:
    found = kinds().get(code)
    if found is None:
        raise NotFound("Không có loại văn bản này.")
    return found


def kind_answering(asked: str) -> str:
    """The kind by which a case type's own paper is written; a plain letter where none is named."""
    return next((kind.code for kind in kinds().values() if asked in kind.answers), "cong_van")


def registers() -> Iterable[str]:
    return dict.fromkeys(kind.register for kind in kinds().values())
