"""What is wrong with a draft, each finding at the part it is about."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from pydantic import ValidationError
from sqlalchemy.orm import Session

from app.accounts.queries import held_roles
from app.designer.queries import Content, role_words, setting_keys, type_words
from app.workflow.definition import CaseType, DefinitionError, FieldDefinition, parse_definition
from app.workflow.errors import Fault
from app.workflow.lint import check, check_holders
from app.workflow.places import Place, place_of
from app.workflow.problems import Problem, Severity
from app.workflow.sketch import sketch_of
from app.workflow.text import Text

# The code behind a name: a file needs it, a form does not show any.
_CODE = re.compile(r"(?<=”) \([a-z][\w.:, ]*\)")


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem; an error forbids publishing."""

    is_error: bool
    place: Place
    text: Text
    cure: Text

    @property
    def said(self) -> Text:
        """What is wrong, for somebody who sees forms and no codes."""
        return Text(*(_CODE.sub("", text) for text in (self.text.vi, self.text.en)))

    @property
    def advice(self) -> Text:
        return Text(*(_sentence(text) for text in (self.cure.vi, self.cure.en)))


def _sentence(text: str) -> str:
    bare = _CODE.sub("", text)
    end = "" if not bare or bare.endswith(("?", ".", "]")) else "."
    return f"{bare[:1].upper()}{bare[1:]}{end}"


@dataclass(frozen=True, slots=True)
class Judged:
    """A content with its findings; `case_type` is None while it does not hold together."""

    case_type: CaseType | None
    findings: tuple[Finding, ...]

    @property
    def errors(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.is_error]

    @property
    def warnings(self) -> list[Finding]:
        return [finding for finding in self.findings if not finding.is_error]


def judge(session: Session, content: Content) -> Judged:
    """Check a content as it would be checked for publishing."""
    words = role_words(session), type_words(session)
    return judge_content(content, *words, settings=setting_keys(session), held=held_roles(session))


def judge_content(
    content: Content,
    roles: Mapping[str, Text],
    types: Mapping[str, Text],
    *,
    settings: Collection[str] | None = None,
    held: Collection[str] = (),
) -> Judged:
    """The findings; of roles in `held` if there are any: people may be given them afterwards."""
    try:
        case_type = parse_definition(content, name=str(content.get("code", "")))
    except DefinitionError as error:
        return Judged(None, tuple(_unfinished(content, fault) for fault in error.faults))
    problems = check(case_type, roles, known_types=types, known_settings=settings)
    unheld = check_holders(case_type, roles, held) if held else []
    return Judged(
        case_type,
        (
            *(_finding(content, one, is_error=one.severity is Severity.ERROR) for one in problems),
            *(_finding(content, one, is_error=False) for one in unheld),
        ),
    )


def _finding(content: Content, problem: Problem, *, is_error: bool) -> Finding:
    return Finding(is_error, place_of(content, problem.where), problem.text, problem.cure)


def _unfinished(content: Content, fault: Fault) -> Finding:
    is_missing = fault.sentence.startswith("thiếu khóa bắt buộc")
    said = _EMPTY if is_missing else _WITHOUT_KEYS.get(fault.sentence, Text(fault.sentence))
    return Finding(is_error=True, place=place_of(content, fault.path), text=said, cure=Text(""))


# What the reader of YAML says of its keys, for somebody who sees forms.
_EMPTY = Text("chưa điền", "not filled in")
_WITHOUT_KEYS: Mapping[str, Text] = {
    "không được để trống": _EMPTY,
    "cần ít nhất 1 mục": Text("chưa chọn mục nào", "nothing is chosen"),
    "trường chọn phải có danh sách lựa chọn (options)": Text(
        "trường chọn phải có ít nhất một lựa chọn", "a choice needs at least one option"
    ),
    "bảng nhiều dòng (group), và chỉ bảng, phải có danh sách cột (fields)": Text(
        "bảng nhiều dòng phải có ít nhất một cột", "a table needs at least one column"
    ),
    "thời hạn phải có đúng một: việc bắt đầu (start) hoặc ngày tính ngược (before)": Text(
        "chọn việc bắt đầu tính, hoặc ngày để tính ngược, không cả hai",
        "choose what starts it or the day it is counted back from, not both",
    ),
    "phải có đúng một trạng thái bắt đầu (kind: initial)": Text(
        "phải có đúng một trạng thái bắt đầu", "there must be exactly one initial state"
    ),
    "người được duyệt (confirm) chỉ có khi bước cần duyệt (four_eyes: true)": Text(
        "vai trò được duyệt chỉ dùng khi bước cần người thứ hai duyệt",
        "who may approve is said only for a step that needs a second person",
    ),
}


def fields_for_expressions(content: Content) -> CaseType | None:
    """What a condition may name, also while other parts of the draft are unfinished."""
    sketch = sketch_of(content)
    if sketch is None:
        return None
    fields = [_field(row) for row in content.get("fields", [])]
    return sketch.model_copy(update={"fields": tuple(one for one in fields if one is not None)})


def _field(row: object) -> FieldDefinition | None:
    try:
        return FieldDefinition.model_validate(row)
    except ValidationError:
        return None
