"""Puts together the page of one case: header, facts, place and files in the reader's words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.accounts.queries import commune_names, province_names, roles, users_holding
from app.cases import queries
from app.cases.catalogue import Definition
from app.cases.checklists_shown import ItemLine, checklist_of
from app.cases.children.shown import TrackShown, tracks_of
from app.cases.clocks_shown import ClockLine, clock_lines
from app.cases.consents import ConsentLine, consent_lines
from app.cases.correct_page import may_correct
from app.cases.heads import CaseHead, definition_of_head, get_head
from app.cases.host_rules import HostRule, host_rule
from app.cases.links_shown import Links, links_of
from app.cases.milestones import MilestoneLine, milestone_lines
from app.cases.models import Attachment, Case, CaseUnit, UnitRole
from app.cases.pages import TONES, may_take, people_names, unit_names
from app.cases.path_shown import Path, path_of
from app.cases.requests_shown import RequestsShown, case_papers, requests_of
from app.cases.shielding import as_outsider, is_closed_to, names_to
from app.cases.steps_shown import Steps, judged_steps, steps_of
from app.cases.timeline import Timeline, timeline_of
from app.cases.values import Names, lines_to, may_read, shown_to
from app.cases.why import Why, refused_steps, why_masked
from app.permissions import Actor, Permission
from app.registers.models import Marker
from app.teams.queries import team_name
from app.teams.substitutes import substitutes_of
from app.workflow.definition import FieldDefinition, FieldType, StateKind
from app.workflow.engine import SUSPEND_REASONS
from app.workflow.expressions import HANOI

_KILO, _MEGA = 1024, 1024 * 1024


@dataclass(frozen=True, slots=True)
class FactGroup:
    """The filled facts of one section; rows are what the facts macro takes."""

    name: str
    rows: Sequence[Mapping[str, Any]]  # Any: a macro's row
    code: str = ""


@dataclass(frozen=True, slots=True)
class FileLine:
    """One attachment; `href` is empty where the reader may not open it."""

    name: str
    href: str
    size: str
    who: str
    at: datetime
    field_name: str


@dataclass(frozen=True, slots=True)
class CasePage:
    """Everything on the page of one case."""

    case: Case
    head: CaseHead
    definition: Definition
    type_name: str
    state: str
    tone: str
    assignee: str
    owner: str
    steps: Steps
    refused: Sequence[Why]
    path: Path
    timeline: Timeline
    groups: Sequence[FactGroup]
    place: Sequence[Mapping[str, Any]]  # Any: a macro's row
    clocks: Sequence[ClockLine]
    milestones: Sequence[MilestoneLine]
    files: Sequence[FileLine]
    links: Links
    units: Sequence[tuple[str, str]]
    requests: RequestsShown
    is_closed: bool = False  # about victims or minors, and no work of the reader's
    team: str = ""
    substitute: str = ""
    colleagues: Sequence[tuple[int, str]] = field(default=())
    merged_into: str = ""
    can_take: bool = False
    can_correct: bool = False
    checklist: Sequence[ItemLine] = ()
    tracks: Sequence[TrackShown] = ()
    consents: Sequence[ConsentLine] = ()
    host: HostRule | None = None

    @property
    def due(self) -> ClockLine | None:
        return next((line for line in self.clocks if line.is_running), None)


def case_page(
    session: Session, actor: Actor, reference: str, *, now: datetime, is_full: bool
) -> CasePage:
    """The case as the actor may see it; NotFound outside the actor's scope."""
    case = queries.get(session, actor, reference)
    head = get_head(session, actor, reference)
    definition = definition_of_head(session, head)
    events = queries.events_of(session, case.id)
    is_closed = is_closed_to(session, actor, case.id)
    reader = as_outsider(actor) if is_closed else actor
    names = names_to(session, actor, definition, case.data)
    state, tone = _state(case, definition, actor.locale)
    judged = judged_steps(actor, head, definition, now=now)
    return CasePage(
        case=case,
        head=head,
        definition=definition,
        type_name=definition.case_type.name.in_locale(actor.locale),
        state=state,
        tone=tone,
        assignee=people_names(session, [case.assignee_id]).get(case.assignee_id or 0, ""),
        owner=unit_names(session, [case.owner_unit_id])[case.owner_unit_id],
        steps=steps_of(actor, head, definition, judged),
        refused=refused_steps(session, actor, head, definition, judged),
        path=path_of(session, actor, head, definition, events=events, now=now),
        timeline=timeline_of(
            session, reader, head, definition, events=events, is_full=is_full, is_closed=is_closed
        ),
        groups=fact_groups(reader, definition, case, names),
        place=_place(session, case),
        clocks=clock_lines(session, actor, head, definition, now=now),
        milestones=milestone_lines(
            reader, definition, events, state=case.state, data=case.data, now=now
        ),
        files=_files(session, reader, case, definition, is_closed=is_closed),
        links=links_of(session, reader, case, definition),
        units=_units(session, case.id),
        requests=requests_of(session, actor, head, now=now, is_closed=is_closed),
        is_closed=is_closed,
        team=team_name(session, case.team_id),
        substitute=_substitute(session, case, now),
        colleagues=_colleagues(session, actor, case),
        merged_into=_merged_into(session, case),
        can_take=may_take(actor, case),
        can_correct=may_correct(actor, head, definition, now=now),
        checklist=checklist_of(actor, head, definition),
        tracks=tracks_of(session, actor, head, definition),
        host=host_rule(session, head, definition, actor.locale, now=now),
        consents=consent_lines(session, head, definition, actor.locale, now=now),
    )


def _state(case: Case, definition: Definition, locale: str) -> tuple[str, str]:
    name = definition.state_names[case.state].in_locale(locale)
    if case.suspended_for is not None and case.is_open:
        reason = dict(SUSPEND_REASONS).get(case.suspended_for)
        why = reason.in_locale(locale) if reason else case.suspended_for
        return _("%(state)s – tạm dừng: %(why)s", state=name, why=why), "waiting"
    if not case.is_open and case.state_kind != StateKind.TERMINAL:
        return _("%(state)s – đã gộp", state=name), "closed"
    return name, TONES[StateKind(case.state_kind)]


def _merged_into(session: Session, case: Case) -> str:
    if case.merged_into_id is None:
        return ""
    return session.scalar(select(Case.reference).where(Case.id == case.merged_into_id)) or ""


# --- facts ----------------------------------------------------------------------------------


def fact_groups(
    actor: Actor,
    definition: Definition,
    case: Case,
    names: Names,
) -> list[FactGroup]:
    """The filled facts by section, in the order of the definition; what is closed is masked."""
    sections = {section.code: section for section in definition.case_type.sections}
    rows: dict[str, list[Mapping[str, Any]]] = {}
    for item in definition.case_type.fields:
        value = case.data.get(item.code)
        if value is None or value in ("", [], {}) or item.type is FieldType.FILE:
            continue
        row = fact_row(actor, definition, item, value=value, names=names, state=case.state)
        rows.setdefault(item.section or "", []).append(row)
    return [
        FactGroup(
            sections[code].name.in_locale(actor.locale) if code in sections else "",
            found,
            code if code in sections else "",
        )
        for code, found in sorted(rows.items(), key=lambda pair: _order(sections, pair[0]))
    ]


def _order(sections: Mapping[str, object], code: str) -> int:
    return list(sections).index(code) if code in sections else len(sections)


def fact_row(
    actor: Actor,
    definition: Definition,
    item: FieldDefinition,
    *,
    value: Any,  # Any: a JSON value of the case
    names: Names,
    state: str,
) -> dict[str, Any]:  # Any: a macro's row
    label = item.name.in_locale(actor.locale)
    said = shown_to(actor, item, value, names, state=state)
    if said is None:
        why = why_masked(actor, definition, item)
        return {"label": label, "value": "", "is_masked": True, "note": why}
    row: dict[str, Any]
    note = _("hệ thống tính") if item.compute is not None else ""
    row = {"label": label, "value": said, "note": note}
    if item.type is FieldType.GROUP:
        row["lines"] = lines_to(actor, item, value, names, state=state)
    return row


# --- place ----------------------------------------------------------------------------------


def _place(session: Session, case: Case) -> list[Mapping[str, Any]]:  # Any: rows
    marker = session.get(Marker, case.marker_id) if case.marker_id else None
    communes = commune_names(session, [case.commune_code]) if case.commune_code else {}
    found: list[tuple[str, str]] = [
        (_("Địa điểm"), case.place_text),
        (_("Xã, phường"), communes.get(case.commune_code or "", "")),
        (_("Tỉnh"), province_names(session).get(case.province_code or "", "")),
        (_("Cách đường biên"), _metres(case.border_distance_m)),
        (_("Lý trình"), _metres(case.chainage_m)),
        (_("Phía"), {"vn": _("Việt Nam"), "other": _("Phía bạn")}.get(case.side or "", "")),
        (_("Tọa độ (WGS 84)"), _degrees(case)),
    ]
    rows: list[Mapping[str, Any]] = [
        {"label": label, "value": value} for label, value in found if value
    ]
    if marker is not None:
        rows.insert(1, _marker_row(case, marker))
    return rows


def _marker_row(case: Case, marker: Marker) -> dict[str, Any]:  # Any: a macro's row
    near = _metres(case.marker_distance_m) if case.marker_distance_m else ""
    return {
        "label": _("Mốc gần nhất"),
        "value": f"{marker.neighbour} {marker.label}",
        "href": f"/so-dang-ky/moc/{marker.neighbour}/{marker.slug}",
        "note": _("cách %(m)s", m=near) if near else "",
    }


def _metres(value: float | None) -> str:
    if value is None:
        return ""
    if abs(value) < 1000:  # noqa: PLR2004  metres in a kilometre
        return f"{abs(value):.0f} m"
    return f"{abs(value) / 1000:.2f} km".replace(".", ",")


def _degrees(case: Case) -> str:
    if case.lat is None or case.lon is None:
        return ""
    return f"{case.lat:.6f}; {case.lon:.6f}".replace(".", ",")


# --- files and units ------------------------------------------------------------------------


def may_open(
    actor: Actor,
    definition: Definition,
    attachment: Attachment,
    *,
    state: str,
    is_closed: bool,
) -> bool:
    """A file is read under the rights of the field that asked for it; of a note as its text is."""
    if attachment.field is None and is_closed:
        return False
    item = definition.fields.get(attachment.field or "")
    return item is None or may_read(actor, item, state=state)


def opens_to(
    session: Session,
    actor: Actor,
    head: CaseHead,
    definition: Definition,
    attachment: Attachment,
) -> bool:
    """Whether this person may open one file of a case, also of one that is closed to outsiders."""
    is_closed = is_closed_to(session, actor, head.id)
    reader = as_outsider(actor) if is_closed else actor
    return may_open(reader, definition, attachment, state=head.state, is_closed=is_closed)


def _files(
    session: Session, actor: Actor, case: Case, definition: Definition, *, is_closed: bool
) -> list[FileLine]:
    found = case_papers(queries.attachments_of(session, case.id))
    people = people_names(session, (one.uploaded_by for one in found))
    return [
        _file(
            actor,
            case,
            definition,
            one,
            people,
            is_open=may_open(actor, definition, one, state=case.state, is_closed=is_closed),
        )
        for one in reversed(found)
    ]


def _file(
    actor: Actor,
    case: Case,
    definition: Definition,
    one: Attachment,
    people: Mapping[int, str],
    *,
    is_open: bool,
) -> FileLine:
    item = definition.fields.get(one.field or "")
    return FileLine(
        name=one.file_name if is_open else _("Tệp có dữ liệu cá nhân"),
        href=f"/ho-so/{case.reference}/tep/{one.id}" if is_open else "",
        size=size_in_words(one.size),
        who=people.get(one.uploaded_by, ""),
        at=one.uploaded_at,
        field_name=item.name.in_locale(actor.locale) if item else "",
    )


def size_in_words(size: int) -> str:
    if size < _MEGA:
        return f"{max(1, round(size / _KILO))} kB"
    return f"{size / _MEGA:.1f} MB".replace(".", ",")


def _units(session: Session, case_id: int) -> list[tuple[str, str]]:
    ties = session.scalars(select(CaseUnit).where(CaseUnit.case_id == case_id)).all()
    names = unit_names(session, (tie.unit_id for tie in ties))
    words = {
        UnitRole.OWNER: _("Giữ hồ sơ"),
        UnitRole.PARTICIPANT: _("Tham gia"),
        UnitRole.INFORMED: _("Được thông báo"),
    }
    order = list(UnitRole)
    ties = sorted(ties, key=lambda tie: order.index(UnitRole(tie.role)))
    return [(words[UnitRole(tie.role)], names.get(tie.unit_id, "")) for tie in ties]


def _substitute(session: Session, case: Case, now: datetime) -> str:
    """Who stands in today for the one who carries the case."""
    if case.assignee_id is None:
        return ""
    found = substitutes_of(session, [case.assignee_id], on=now.astimezone(HANOI).date())
    return people_names(session, found.values()).get(found.get(case.assignee_id, 0), "")


def _colleagues(session: Session, actor: Actor, case: Case) -> list[tuple[int, str]]:
    """Who can be given the case, for those who may give it."""
    if not (case.is_open and actor.may(Permission.CASE_ASSIGN)):
        return []
    codes = [role.code for role in roles(session)]
    held = users_holding(session, codes, unit_ids=[case.owner_unit_id])
    people: dict[int, User] = {one.user_id: one.user for one in held}
    return sorted(((key, one.name) for key, one in people.items()), key=lambda pair: pair[1])


def filled_rows(
    actor: Actor,
    definition: Definition,
    answers: Mapping[str, Any],  # Any: JSON values of the case
    names: Names,
    *,
    state: str,
) -> Iterable[dict[str, Any]]:  # Any: a macro's row
    """Answers in words, for the second pair of eyes."""
    for code, value in answers.items():
        item = definition.fields.get(code)
        if item is not None and value not in (None, "", [], {}):
            yield fact_row(actor, definition, item, value=value, names=names, state=state)
