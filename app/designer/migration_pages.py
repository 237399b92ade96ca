"""What the pages of migration ask and say: which version, what becomes of what, how far it is."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from sqlalchemy.orm import Session

from app.cases.catalogue import Definition, definition_of
from app.cases.values import ValueProblemError, read_date, read_number
from app.designer.faults_shown import Told
from app.designer.migration_models import (
    CaseMigration,
    ItemState,
    MigrationItem,
    MigrationState,
)
from app.designer.migration_queries import (
    VersionRow,
    WhyRow,
    counts_of,
    fitting_map,
    open_by_state,
    published_moves,
    reasons_of,
    version_numbered,
    versions_of,
)
from app.errors import Invalid
from app.workflow.definition import CaseType, FieldDefinition, FieldType
from app.workflow.migration import Outcome, Plan
from app.workflow.text import Text
from app.workflow.version_map import (
    LEFT_OUT,
    VersionMap,
    proposed_map,
    removed_fields,
    removed_options,
    removed_states,
)

HISTORY_ONLY, LATER, NONE = "-", "-", ""
STATES = {
    MigrationState.CHECKING: (lazy_gettext("Đang chạy thử"), "waiting"),
    MigrationState.CHECKED: (lazy_gettext("Đã chạy thử, chưa chuyển"), "normal"),
    MigrationState.RUNNING: (lazy_gettext("Đang chuyển"), "waiting"),
    MigrationState.DONE: (lazy_gettext("Đã chuyển"), "done"),
    MigrationState.CANCELLED: (lazy_gettext("Đã dừng"), "normal"),
    MigrationState.UNDOING: (lazy_gettext("Đang hoàn tác"), "waiting"),
    MigrationState.UNDONE: (lazy_gettext("Đã hoàn tác"), "normal"),
}
OUTCOMES = {
    Outcome.UNCHANGED: (lazy_gettext("Giữ nguyên nội dung"), "done"),
    Outcome.MAPPED: (lazy_gettext("Nội dung có thay đổi"), "normal"),
    Outcome.CANNOT: (lazy_gettext("Không chuyển được"), "overdue"),
}
ITEM_STATES = {
    ItemState.WAITING: lazy_gettext("Đang chờ"),
    ItemState.JUDGED: lazy_gettext("Chưa chuyển"),
    ItemState.MOVED: lazy_gettext("Đã chuyển"),
    ItemState.LEFT: lazy_gettext("Ở lại"),
    ItemState.RESTORED: lazy_gettext("Đã trả lại"),
    ItemState.KEPT: lazy_gettext("Không trả lại được"),
}
_CLOCKS_CHANGED = ("started", "moved", "cancelled")
_TYPED = frozenset({FieldType.TEXT, FieldType.LONGTEXT, FieldType.NUMBER, FieldType.DATE})


@dataclass(frozen=True, slots=True)
class Question:
    """One choice of the mapping form; without options it is typed."""

    name: str
    label: str
    options: Sequence[tuple[str, str]]
    value: str
    help: str = ""


@dataclass(frozen=True, slots=True)
class MappingForm:
    """Everything that the new version leaves open, in groups of questions."""

    states: Sequence[Question]
    fields: Sequence[Question]
    options: Sequence[Question]
    needed: Sequence[Question]
    clocks: str

    @property
    def is_empty(self) -> bool:
        return not (self.states or self.fields or self.options or self.needed)


@dataclass(frozen=True, slots=True)
class StartPage:
    """The two versions and the form between them."""

    versions: Sequence[VersionRow]
    old: Definition
    new: Definition
    form: MappingForm
    open_cases: int


def start_page(
    session: Session, code: str, *, from_number: int | None, to_number: int | None, locale: str
) -> StartPage:
    """The form from the asked versions, else from the oldest with open cases to the newest."""
    versions = versions_of(session, code)
    waiting = [row.version.number for row in versions[1:] if row.open_cases]
    newest = versions[0].version.number
    chosen_from = from_number or (waiting[-1] if waiting else max(1, newest - 1))
    old = definition_of(session, version_numbered(session, code, chosen_from))
    new = definition_of(session, version_numbered(session, code, to_number or newest))
    counts = {row.version.id: row.open_cases for row in versions}
    known = fitting_map(session, code, old.case_type, new.case_type)
    moves = published_moves(session, code, old.number, new.number)
    known = known.model_copy(update={"states": {**moves, **known.states}})
    form = _Asking(old.case_type, new.case_type, known, locale).form(
        open_by_state(session, code, old.version_id)
    )
    return StartPage(versions, old, new, form, counts.get(old.version_id, 0))


@dataclass(frozen=True)
class _Asking:
    """The questions between two versions, answered by the stored map, else by equal names."""

    old: CaseType
    new: CaseType
    known: VersionMap
    locale: str

    def form(self, counts: Mapping[str, int]) -> MappingForm:
        proposed = proposed_map(self.old, self.new)
        return MappingForm(
            states=list(self._states({**proposed.states, **self.known.states}, counts)),
            fields=list(self._fields({**proposed.fields, **self.known.fields})),
            options=list(self._options({**proposed.options, **self.known.options})),
            needed=list(self._needed()),
            clocks=self.known.clocks,
        )

    def say(self, text: Text) -> str:
        return text.in_locale(self.locale)

    def _states(self, chosen: Mapping[str, str], counts: Mapping[str, int]) -> Iterator[Question]:
        targets = [(s.code, self.say(s.name)) for s in self.new.states if not s.is_terminal]
        for state in removed_states(self.old, self.new):
            count = counts.get(state.code, 0)
            yield Question(
                f"state.{state.code}",
                self.say(state.name),
                [(NONE, _("Chưa chọn")), *targets],
                chosen.get(state.code, NONE),
                _("%(n)s hồ sơ đang mở", n=count),
            )

    def _fields(self, chosen: Mapping[str, str]) -> Iterator[Question]:
        targets = [(item.code, self.say(item.name)) for item in self.new.fields]
        for field in removed_fields(self.old, self.new):
            value = chosen.get(field.code, NONE)
            if field.code in self.known.fields and value == LEFT_OUT:
                value = HISTORY_ONLY
            first = [(NONE, _("Chưa chọn")), (HISTORY_ONLY, _("Chỉ giữ trong lịch sử hồ sơ"))]
            yield Question(f"field.{field.code}", self.say(field.name), [*first, *targets], value)

    def _options(self, chosen: Mapping[str, Mapping[str, str]]) -> Iterator[Question]:
        after = {item.code: item for item in self.new.fields}
        before = {item.code: item for item in self.old.fields}
        for code, gone in removed_options(self.old, self.new).items():
            targets = [(one.code, self.say(one.name)) for one in after[code].options]
            for option in gone:
                yield Question(
                    f"option.{code}.{option.code}",
                    f"{self.say(before[code].name)}: {self.say(option.name)}",
                    [(NONE, _("Chưa chọn")), *targets],
                    chosen.get(code, {}).get(option.code, NONE),
                )

    def _needed(self) -> Iterator[Question]:
        proposed = proposed_map(self.old, self.new)
        likely = self.known.model_copy(update={"states": {**proposed.states, **self.known.states}})
        plan = Plan(self.old, self.new, likely)
        codes = {
            code
            for (before, after), found in plan.needed.items()
            for code in found
            if plan.state_of(before) == after
        }
        for field in self.new.fields:
            if field.code in codes:
                yield from self._about(field)

    def _about(self, field: FieldDefinition) -> Iterator[Question]:
        given = self.known.fill.get(field.code, "")
        offered = [(f"={one.code}", self.say(one.name)) for one in field.options]
        value = LATER if field.code in self.known.later else (f"={given}" if offered else NONE)
        first = [
            (NONE, _("Không chuyển hồ sơ đang thiếu")),
            (LATER, _("Cho bổ sung sau")),
        ]
        yield Question(
            f"need.{field.code}",
            self.say(field.name),
            [*first, *offered],
            value if given or value == LATER else NONE,
            _("Phiên bản mới bắt buộc, hồ sơ cũ có thể chưa có."),
        )
        if field.type in _TYPED:
            yield Question(
                f"fill.{field.code}",
                _("Giá trị điền cho hồ sơ đang thiếu: %(name)s", name=self.say(field.name)),
                (),
                str(given),
            )


def read_mapping(sent: Mapping[str, str], new: CaseType) -> VersionMap:
    """The map out of the form; raises Invalid where a typed value is none of its field."""
    fields = {item.code: item for item in new.fields}
    states: dict[str, str] = {}
    moved: dict[str, str] = {}
    options: dict[str, dict[str, str]] = {}
    fill: dict[str, object] = {}
    later: list[str] = []
    for name, value in sent.items():
        kind, _dot, rest = name.partition(".")
        if not value.strip():
            continue
        if kind == "state":
            states[rest] = value
        elif kind == "field":
            moved[rest] = LEFT_OUT if value == HISTORY_ONLY else value
        elif kind == "option":
            code, _dot, option = rest.partition(".")
            options.setdefault(code, {})[option] = value
        elif kind == "need" and value == LATER:
            later.append(rest)
        elif kind in ("need", "fill") and rest in fields:
            fill[rest] = _read_fill(name, fields[rest], value)
    clocks = "history" if sent.get("clocks") == "history" else "now"
    return VersionMap.model_validate(
        {
            "states": states,
            "fields": moved,
            "options": options,
            "fill": fill,
            "later": later,
            "clocks": clocks,
        }
    )


def _read_fill(name: str, field: FieldDefinition, typed: str) -> object:
    if field.options:
        code = typed.removeprefix("=")
        return [code] if field.type is FieldType.MULTICHOICE else code
    try:
        if field.type is FieldType.NUMBER:
            return read_number(typed)
        return read_date(typed) if field.type is FieldType.DATE else typed.strip()
    except ValueProblemError as problem:
        raise Invalid(str(problem), {name: [str(problem)]}) from problem


def told_by_question(told: Told) -> Told:
    """The faults of a map beside the questions that they belong to."""
    keys = {"states": "state", "fields": "field", "options": "option", "later": "need"}
    problems = {}
    for path, said in told.problems.items():
        key, dot, rest = path.partition(".")
        problems[f"{keys.get(key, key)}{dot}{rest}"] = said
    return Told(told.message, problems)


# --- one migration --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Figures:
    """How many cases there are by verdict and by what became of them."""

    by_outcome: Mapping[str, int]
    by_state: Mapping[str, int]
    reasons: Sequence[WhyRow]

    @property
    def possible(self) -> int:
        return sum(n for outcome, n in self.by_outcome.items() if outcome != Outcome.CANNOT)


def figures_of(session: Session, migration: CaseMigration) -> Figures:
    by_outcome: dict[str, int] = {}
    by_state: dict[str, int] = {}
    for (state, outcome), count in counts_of(session, migration.id).items():
        by_outcome[outcome] = by_outcome.get(outcome, 0) + count
        by_state[state] = by_state.get(state, 0) + count
    return Figures(by_outcome, by_state, reasons_of(session, migration.id))


def definitions_of(session: Session, migration: CaseMigration) -> tuple[Definition, Definition]:
    """The version that the cases come from and the one they go to."""
    numbers = (migration.from_number, migration.to_number)
    old, new = (version_numbered(session, migration.code, number) for number in numbers)
    return definition_of(session, old), definition_of(session, new)


def state_name(definitions: Sequence[Definition], code: str, locale: str) -> str:
    """The name of a state in the first of these versions that has it."""
    for definition in definitions:
        if code in definition.state_names:
            return definition.state_names[code].in_locale(locale)
    return code


def verdict_of(item: MigrationItem) -> str:
    """The verdict in words: facts that stay as they are do not say that deadlines stay too."""
    said = str(OUTCOMES[Outcome(item.outcome)][0])
    clocks = item.clocks or {}
    if item.outcome == Outcome.UNCHANGED and any(clocks.get(kind) for kind in _CLOCKS_CHANGED):
        return str(_("%(verdict)s, thời hạn thay đổi", verdict=said))
    return said


def clock_lines(
    item: MigrationItem, old: Definition, new: Definition, locale: str
) -> Iterator[str]:
    """What becomes of the deadlines of a case, one line per kind of change."""
    names = {
        clock.code: clock.name.in_locale(locale)
        for definition in (old, new)
        for clock in definition.case_type.clocks
    }
    words = {
        "started": _("Thời hạn bắt đầu tính"),
        "moved": _("Thời hạn được tính lại theo phiên bản mới"),
        "cancelled": _("Thời hạn không còn"),
        "carried": _("Thời hạn chạy tiếp, không đổi"),
    }
    for kind, said in words.items():
        codes = item.clocks.get(kind, ()) if item.clocks else ()
        if codes:
            yield f"{said}: {', '.join(names.get(code, code) for code in codes)}"
