"""Puts together the page that asks in which coordinate system a file is written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext
from sqlalchemy.orm import Session

from app.accounts.queries import province_names
from app.geo.gazetteer import Pack
from app.imports.models import ImportBatch
from app.imports.question_words import asked_in_words
from app.imports.services import Shelf, open_batch
from app.imports.system_answers import Answer, answers_of

_KILOMETRE = 1000


@dataclass(frozen=True)
class SystemPage:
    """The question, and the readings among which a person chooses."""

    sentence: str
    answers: Sequence[Answer]
    names: Mapping[str, str]

    def province(self, answer: Answer) -> str:
        return self.names.get(answer.province_code or "", "")

    @staticmethod
    def distance(answer: Answer) -> str:
        if answer.border_m < _KILOMETRE:
            return f"{answer.border_m:.0f} m"
        return f"{answer.border_m / _KILOMETRE:.1f} km".replace(".", ",")


def system_page(session: Session, batch: ImportBatch, shelf: Shelf, pack: Pack) -> SystemPage:
    opened = open_batch(batch, shelf)
    sentence = asked_in_words(opened.question) or gettext("Hệ tọa độ của tệp đã được chọn.")
    return SystemPage(sentence, answers_of(opened, pack), province_names(session))
