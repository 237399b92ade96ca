"""What the pages of the lab show: the figures of a run, powers and deadlines in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from app.cases.catalogue import definition_of, role_names
from app.cases.queries import latest_version
from app.designer.lab_models import FindingKind, LabRun, LabState
from app.designer.lab_queries import Group, groups_of, newest_run
from app.designer.queries import draft_of
from app.errors import Invalid
from app.workflow.definition import CaseType, load_definition, parse_definition, stored_form
from app.workflow.text import Text

MONTHS = (1, 3, 6, 12, 24, 36)
MOST_CHARACTERS = 1_000_000
STATES = {
    LabState.RUNNING: (lazy_gettext("Đang chạy"), "waiting"),
    LabState.DONE: (lazy_gettext("Đã xong"), "done"),
    LabState.FAILED: (lazy_gettext("Không chạy được"), "overdue"),
}
KINDS = {
    FindingKind.REFUSED: lazy_gettext("việc đã làm nay bị từ chối"),
    FindingKind.SECOND_PERSON: lazy_gettext("việc nay cần người thứ hai"),
    FindingKind.MISSED: lazy_gettext("thời hạn sẽ quá"),
    FindingKind.STUCK: lazy_gettext("hồ sơ đang mở sẽ mắc kẹt"),
}


@dataclass(frozen=True, slots=True)
class Power:
    """Who gains and who loses a step in a state, in words."""

    state: str
    transition: str
    gained: Sequence[str]
    lost: Sequence[str]


@dataclass(frozen=True, slots=True)
class ClockFigures:
    """A deadline by the draft and by the version in use: rounds that fell due, and missed ones."""

    code: str
    name: str
    due: int
    missed: int
    due_now: int
    missed_now: int

    @property
    def difference(self) -> int:
        return self.missed - self.missed_now


@dataclass(frozen=True, slots=True)
class Result:
    """Everything that a run says."""

    acts: int
    by_roles_of_today: int
    allowed: int
    groups: Mapping[FindingKind, Sequence[Group]]
    powers: Sequence[Power]
    clocks: Sequence[ClockFigures]

    def count(self, kind: FindingKind) -> int:
        """Acts or cases found; an act that is refused for two reasons counts once."""
        if kind is FindingKind.REFUSED:
            return self.acts - self.allowed
        return sum(group.count for group in self.groups[kind])


@dataclass(frozen=True, slots=True)
class LastTry:
    """The newest run of a type beside its draft: what it would have refused, and if it is old."""

    run: LabRun
    refused: int
    stuck: int
    is_outdated: bool


def last_try(session: Session, code: str, draft: CaseType) -> LastTry | None:
    """What the lab said last; a page that publishes shows it."""
    run = newest_run(session, code)
    if run is None or run.state != LabState.DONE:
        return None
    tally = run.figures["tally"]
    stuck = sum(group.count for group in groups_of(session, run.id, FindingKind.STUCK))
    return LastTry(
        run,
        tally["acts"] - tally["allowed"],
        stuck,
        is_outdated=run.definition != stored_form(draft),
    )


def result_of(session: Session, run: LabRun, locale: str) -> Result:
    draft = parse_definition(run.definition, name=run.code)
    current = definition_of(session, latest_version(session, run.code)).case_type
    words = _Words((draft, current), session, locale)
    tally = run.figures["tally"]
    return Result(
        acts=tally["acts"],
        by_roles_of_today=tally.get("by_roles_of_today", tally["acts"]),
        allowed=tally["allowed"],
        groups={kind: groups_of(session, run.id, kind) for kind in FindingKind},
        powers=[
            Power(
                words.state(one["state"], draft, current),
                words.of("transitions", one["transition"]),
                [words.role(code) for code in one["gained"]],
                [words.role(code) for code in one["lost"]],
            )
            for one in run.figures["powers"]
        ],
        clocks=[
            ClockFigures(code, words.of("clocks", code), *counts)
            for code, counts in sorted(tally["clocks"].items())
        ],
    )


class _Words:
    """Names of the parts of two definitions, the draft's first."""

    def __init__(self, types: Sequence[CaseType], session: Session, locale: str) -> None:
        self._types, self._locale = types, locale
        self._roles = {role.code: role.name for role in role_names(session)}

    def of(self, part: str, code: str) -> str:
        for case_type in self._types:
            for item in getattr(case_type, part):
                if item.code == code:
                    name: Text = item.name
                    return name.in_locale(self._locale)
        return code

    def state(self, code: str, draft: CaseType, current: CaseType) -> str:
        """The name of a state, and whether only one of the two versions has it."""
        name = self.of("states", code)
        if all(state.code != code for state in draft.states):
            return str(_("%(name)s (không còn)", name=name))
        if all(state.code != code for state in current.states):
            return str(_("%(name)s (mới)", name=name))
        return name

    def role(self, code: str) -> str:
        return self._roles.get(code, Text(code)).in_locale(self._locale)


def chosen_draft(
    session: Session, code: str, *, pasted: str, upload: FileStorage | None
) -> tuple[CaseType, str]:
    """The definition to try and where it is from: a file, what was pasted, else the draft."""
    text, source = pasted, "YAML"
    if upload is not None and upload.filename:
        text, source = _decoded(upload), upload.filename
    if text.strip():
        if len(text) > MOST_CHARACTERS:
            raise Invalid("Tệp quá lớn.", {"file": ["Tệp quá lớn."]})
        case_type = load_definition(text, name=source)
    else:
        draft = draft_of(session, code)
        if draft is None:
            said = "Loại hồ sơ này chưa có bản thảo: hãy chọn tệp YAML hoặc dán nội dung."
            raise Invalid(said, {"yaml": [said]})
        case_type, source = draft, "draft"
    if case_type.code != code:
        said = f"Định nghĩa này là của loại “{case_type.code}”, không phải “{code}”."
        raise Invalid(said, {"yaml": [said]})
    return case_type, source


def _decoded(upload: FileStorage) -> str:
    try:
        return upload.stream.read(MOST_CHARACTERS * 2).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        said = "Tệp không phải văn bản UTF-8."
        raise Invalid(said, {"file": [said]}) from error
