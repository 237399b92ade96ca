"""Reads the kind of an incident from whatever word an office uses for it."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.imports.fields import other_words, plain
from app.imports.judging import Judged, RowProblemError
from app.workflow.definition import FieldDefinition

_SHORTEST_PART = 5


@dataclass(frozen=True)
class Kinds:
    """The kinds of incident by every word that names them."""

    options: Mapping[str, str]
    by_word: Mapping[str, str]

    @classmethod
    def of(cls, field_: FieldDefinition) -> "Kinds":
        words = dict(other_words("incident_kind"))
        for option in field_.options:
            for word in (option.code, option.name.en, option.name.vi):
                words[plain(word)] = option.code
        return cls({option.code: option.name.vi for option in field_.options}, words)

    def read(self, row: Judged) -> str:
        """The kind that a row names; one that is only near is taken with a warning."""
        text = row.text("incident_kind")
        if not text:
            raise RowProblemError("Thiếu loại vụ việc.", "missing")
        code = self.by_word.get(plain(text))
        if code is not None:
            return code
        near = self._near(plain(text))
        if len(near) != 1:
            raise RowProblemError(
                f"Chưa rõ loại vụ việc “{text[:60]}”. Ghi theo danh mục, ví dụ: Xuất nhập cảnh "
                "trái phép, Buôn lậu, Ma túy, Trao trả người, Vụ việc khác.",
                "kind",
            )
        code = near.pop()
        row.warn(f"Loại “{text[:40]}” đã hiểu là “{self.options[code]}”.", "kind_near")
        return code

    def _near(self, asked: str) -> set[str]:
        if len(asked) < _SHORTEST_PART:
            return set()
        return {
            code
            for word, code in self.by_word.items()
            if asked in word or f" {word} " in f" {asked} "
        }
