"""What the administrator reads: thresholds with the clocks that use them, and recounts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from app.accounts.queries import province_names
from app.cases.clock_models import ClockMove, ClockRecount
from app.cases.dated_settings import AGE_UNIT, EVERYWHERE
from app.cases.models import Case, DatedSetting
from app.cases.published import newest_definitions
from app.cases.queries import visible_to
from app.cases.recount import Change
from app.cases.setting_services import Check, setting_keys
from app.cases.setting_sources import source_said
from app.errors import NotFound
from app.permissions import Actor
from app.registers.country_names import country_name
from app.registers.vocabulary import choices as words_of
from app.workflow.limits import ClockKind, Limit

UNIT_NAMES = {
    ClockKind.HOURS: lazy_gettext("giờ, chạy liên tục"),
    ClockKind.CALENDAR_DAYS: lazy_gettext("ngày liên tục"),
    ClockKind.WORKING_DAYS: lazy_gettext("ngày làm việc"),
}
CHECK_NAMES = {
    Check.SOURCED: lazy_gettext("Có trong nguồn"),
    Check.UNVERIFIED: lazy_gettext("Theo thông lệ, chưa đối chiếu"),
    Check.PROPOSED: lazy_gettext("Đề xuất, chưa thấy quy định"),
}
MOST_RECOUNTS = 50
MOST_MOVES = 200


@dataclass(frozen=True, slots=True)
class SettingLine:
    """One dated row of a threshold."""

    place: str
    limit: str
    valid_from: date | None
    valid_to: date | None
    source: str
    check: str
    is_in_force: bool


@dataclass(frozen=True, slots=True)
class SettingGroup:
    """One threshold: the clocks that ask for it and every row it ever had."""

    key: str
    clocks: str
    lines: Sequence[SettingLine]

    @property
    def choice(self) -> str:
        return f"{self.clocks} – {self.key}" if self.clocks else self.key


def setting_groups(session: Session, locale: str, *, on: date) -> list[SettingGroup]:
    """Every threshold, its rows by place and the newest first."""
    rows = session.scalars(select(DatedSetting).order_by(DatedSetting.scope, DatedSetting.id)).all()
    used = _clock_names(session, locale)
    provinces = province_names(session)
    groups = []
    for key in setting_keys(session):
        own = sorted(
            (row for row in rows if row.key == key),
            key=lambda row: (row.scope, -(row.valid_from or date.min).toordinal()),
        )
        newest = _newest(own, on)
        lines = [
            _line(row, provinces, locale, is_in_force=newest.get(row.scope) == row.id)
            for row in own
        ]
        groups.append(SettingGroup(key, used.get(key, ""), lines))
    return groups


def _newest(rows: Sequence[DatedSetting], on: date) -> dict[str, int]:
    """The row in force by place."""
    held: dict[str, int] = {}
    for row in rows:  # the newest of a place comes first
        if (row.valid_from or date.min) <= on <= (row.valid_to or date.max):
            held.setdefault(row.scope, row.id)
    return held


def _clock_names(session: Session, locale: str) -> dict[str, str]:
    names: dict[str, list[str]] = {}
    for definition in newest_definitions(session):
        for rule in definition.machine.clocks:
            if rule.setting:
                names.setdefault(rule.setting, []).append(rule.name.in_locale(locale))
    return {key: ", ".join(said) for key, said in names.items()}


def _line(
    row: DatedSetting, provinces: Mapping[str, str], locale: str, *, is_in_force: bool
) -> SettingLine:
    return SettingLine(
        place=_place(row.key, row.scope, provinces, locale),
        limit=_limit_words(row, locale),
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        source=source_said(row.source, locale),
        check=str(CHECK_NAMES[Check(row.check)]),
        is_in_force=is_in_force,
    )


def _limit_words(row: DatedSetting, locale: str) -> str:
    if row.unit == AGE_UNIT:
        return str(_("%(n)s tuổi", n=row.value))
    return Limit(row.value, ClockKind(row.unit)).text.in_locale(locale)


def _place(key: str, scope: str, provinces: Mapping[str, str], locale: str) -> str:
    if scope == EVERYWHERE:
        return str(_("Mọi nơi"))
    kind = key.partition(".")[0]
    if kind == "province":
        return provinces.get(scope, scope)
    if kind == "neighbour":
        return str(dict(words_of("neighbour", locale)).get(scope, scope))
    return country_name(scope, locale)


# --- recounts -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RecountLine:
    """One recount as a row of the list."""

    id: int
    what: str
    started_at: datetime
    finished_at: datetime | None
    total: int
    seen: int
    moved: int

    @property
    def is_done(self) -> bool:
        return self.finished_at is not None

    @property
    def percent(self) -> int:
        return 100 if self.is_done or not self.total else min(99, self.seen * 100 // self.total)

    @property
    def seconds(self) -> int:
        return int((self.finished_at - self.started_at).total_seconds()) if self.finished_at else 0


@dataclass(frozen=True, slots=True)
class MovedClock:
    """How often one clock was moved, and the first and last of its new dates."""

    name: str
    count: int
    first: datetime
    last: datetime


@dataclass(frozen=True, slots=True)
class MoveLine:
    """One deadline that was moved; the reader may see its case."""

    reference: str
    name: str
    was_at: datetime
    now_at: datetime
    was_limit: str
    now_limit: str


@dataclass(frozen=True, slots=True)
class RecountPage:
    """One recount: its line, what it moved in numbers, and the moves in the reader's reach."""

    line: RecountLine
    clocks: Sequence[MovedClock]
    moves: Sequence[MoveLine]


def recount_lines(session: Session) -> list[RecountLine]:
    newest = select(ClockRecount).order_by(ClockRecount.id.desc()).limit(MOST_RECOUNTS)
    return [_recount_line(row) for row in session.scalars(newest)]


def _recount_line(row: ClockRecount) -> RecountLine:
    return RecountLine(
        id=row.id,
        what=Change.of(row.change).sentence,
        started_at=row.started_at,
        finished_at=row.finished_at,
        total=row.total,
        seen=row.seen,
        moved=row.moved,
    )


def _names_of_clocks(session: Session, locale: str) -> dict[str, str]:
    return {
        rule.code: rule.name.in_locale(locale)
        for definition in newest_definitions(session)
        for rule in definition.machine.clocks
    }


def recount_page(session: Session, actor: Actor, recount_id: int) -> RecountPage:
    row = session.get(ClockRecount, recount_id)
    if row is None:
        raise NotFound
    names = _names_of_clocks(session, actor.locale)
    counted = session.execute(
        select(
            ClockMove.code,
            func.count().label("number"),
            func.min(ClockMove.now_at).label("first"),
            func.max(ClockMove.now_at).label("last"),
        )
        .where(ClockMove.recount_id == recount_id)
        .group_by(ClockMove.code)
        .order_by(ClockMove.code)
    )
    moves = session.execute(
        select(ClockMove, Case.reference)
        .join(Case, and_(Case.id == ClockMove.case_id, visible_to(actor)))
        .where(ClockMove.recount_id == recount_id)
        .order_by(ClockMove.id)
        .limit(MOST_MOVES)
    )
    return RecountPage(
        line=_recount_line(row),
        clocks=[
            MovedClock(names.get(one.code, one.code), one.number, one.first, one.last)
            for one in counted
        ],
        moves=[
            MoveLine(
                reference,
                names.get(one.code, one.code),
                one.was_at,
                one.now_at,
                one.was_limit,
                one.now_limit,
            )
            for one, reference in moves
        ],
    )
