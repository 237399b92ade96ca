"""What is wrong with a draft, each finding at the part it is about."""

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import ValidationError
from sqlalchemy.orm import Session

from app.designer.queries import Content, role_words, type_words
from app.workflow.definition import CaseType, DefinitionError, FieldDefinition, parse_definition
from app.workflow.lint import check
from app.workflow.places import Place, place_of
from app.workflow.problems import Severity
from app.workflow.sketch import sketch_of
from app.workflow.text import Text


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem; an error forbids publishing."""

    is_error: bool
    place: Place
    text: Text
    cure: Text


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
    return judge_content(content, role_words(session), type_words(session))


def judge_content(content: Content, roles: Mapping[str, Text], types: Mapping[str, Text]) -> Judged:
    try:
        case_type = parse_definition(content, name=str(content.get("code", "")))
    except DefinitionError as error:
        found = [
            Finding(True, place_of(content, fault.path), Text(fault.sentence), Text(""))  # noqa: FBT003  is an error
            for fault in error.faults
        ]
        return Judged(None, tuple(found))
    problems = check(case_type, roles.keys(), known_types=types.keys())
    return Judged(
        case_type,
        tuple(
            Finding(
                problem.severity is Severity.ERROR,
                place_of(content, problem.where),
                problem.text,
                problem.cure,
            )
            for problem in problems
        ),
    )


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
