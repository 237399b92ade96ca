"""The queue of a past day in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from flask import render_template, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from app.cases import pages, past
from app.cases.catalogue import Definition
from app.cases.listed_names import listed_name
from app.cases.past import Group, PastCase
from app.cases.published import definitions, newest_definitions
from app.cases.queries import Tab
from app.geo.gazetteer import Pack
from app.permissions import Actor
from app.registers.country_names import country_name
from app.registers.days import Day
from app.registers.units_on import ProvinceMap, province_map
from app.registers.vocabulary import choices
from app.workflow.definition import StateKind

_GROUPS = {Tab.ALL: Group.ALL, Tab.DONE: Group.CLOSED}
_SHORT_CODE = 2


@dataclass(frozen=True, slots=True)
class Row:
    """One case of the day in words."""

    reference: str
    title: str
    place: str
    type_name: str
    shape: str
    color: str
    state: str
    tone: str
    since: datetime
    opened: datetime
    where: str


@dataclass(frozen=True, slots=True)
class Count:
    """A province of the day and how many of its cases are listed."""

    name: str
    code: str
    count: int


def past_queue(
    session: Session,
    actor: Actor,
    arguments: MultiDict[str, str],
    *,
    day: Day,
    pack: Pack | None,
) -> str:
    """The page of the cases of a past day, under today's rights."""
    said = pages.read_filters(session, actor, arguments)
    provinces = province_map(session, day.on)
    code = arguments.get("tinh", "")[:_SHORT_CODE]
    asked = past.Asked(
        on=day.on,
        group=_group(arguments.get("nhom", ""), said.filters.tab),
        filters=replace(said.filters, province="", states=(), tab=Tab.ALL),
        province_code=code if code in provinces.names else "",
        zone=actor.time_zone,
    )
    page = past.page_on(
        session, actor, asked, provinces=provinces, pack=pack, cursor=arguments.get("sau", "")
    )
    everywhere = replace(asked, province_code="")
    counts = past.counts_on(session, actor, everywhere, provinces=provinces, pack=pack)
    kinds = newest_definitions(session)
    return render_template(
        "cases/queue_past.html",
        day=day,
        map_day=provinces.day,
        rows=_rows(session, page.rows, provinces, actor.locale),
        next_cursor=page.next_cursor,
        asked=asked,
        remark=said.remark,
        marker_label=said.marker_label,
        counts=_counts(counts, provinces) if counts is not None else None,
        total=sum(counts.values()) if counts is not None else None,
        most=past.MOST_COUNTED,
        provinces=sorted(provinces.names.items(), key=lambda pair: pair[1]),
        groups=_group_names(),
        types=pages.type_choices(kinds, actor.locale),
        neighbours=choices("neighbour", actor.locale),
        today_href=url_for("cases.queue", muc=said.filters.tab.value),
    )


def _group(said: str, tab: Tab) -> Group:
    return Group(said) if said in set(Group) else _GROUPS.get(tab, Group.OPEN)


def _group_names() -> dict[Group, str]:
    return {Group.OPEN: _("Đang mở"), Group.ALL: _("Tất cả"), Group.CLOSED: _("Đã xong")}


def _counts(counts: Mapping[str, int], provinces: ProvinceMap) -> list[Count]:
    named = [Count(provinces.names.get(code, ""), code, count) for code, count in counts.items()]
    return sorted(named, key=lambda one: (-one.count, one.name))


def _rows(
    session: Session, found: Sequence[PastCase], provinces: ProvinceMap, locale: str
) -> list[Row]:
    known = definitions(session, {one.case.type_version_id for one in found})
    return [_row(one, known[one.case.type_version_id], provinces, locale) for one in found]


def _row(one: PastCase, definition: Definition, provinces: ProvinceMap, locale: str) -> Row:
    case, case_type = one.case, definition.case_type
    state, tone = _state(one, definition, locale)
    return Row(
        reference=case.reference,
        title=case.title,
        place=case.place_text if case.place_text not in case.title else "",
        type_name=listed_name(case_type).in_locale(locale),
        shape=case_type.symbol.shape,
        color=case_type.symbol.color,
        state=state,
        tone=tone,
        since=one.stood.since,
        opened=case.opened_at,
        where=provinces.names.get(one.province_code or "", "")
        or (country_name(case.country_code, locale) if case.country_code else ""),
    )


def _state(one: PastCase, definition: Definition, locale: str) -> tuple[str, str]:
    if one.stood.is_merged:
        return _("Đã gộp"), "closed"
    if one.stood.is_suspended and one.is_open:
        return _("Tạm dừng"), "waiting"
    kinds = {state.code: state.kind for state in definition.case_type.states}
    name = definition.state_names.get(one.stood.state)
    tone = pages.TONES[StateKind(kinds.get(one.stood.state, StateKind.NORMAL))]
    return name.in_locale(locale) if name else one.stood.state, tone
