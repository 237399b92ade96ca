"""The page on which a case is opened: which types a person may open, and the first form."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.cases.catalogue import Definition
from app.cases.conditions import (
    closed_fields,
    hide,
    is_reshaped,
    opening_situation,
    with_computed,
)
from app.cases.desks import desk_for, uploads_for
from app.cases.form_fields import FactForm
from app.cases.forms import Wanted, fact_form, files_of
from app.cases.heads import view_of
from app.cases.lookups import marker_name
from app.cases.published import newest_definition, newest_definitions
from app.cases.settling import Files
from app.database import fold_text
from app.errors import Forbidden, NotFound
from app.permissions import Actor
from app.registers.queries import marker_by_id
from app.workflow.definition import FieldDefinition, FieldType
from app.workflow.engine import decide_opening

LONGEST_ID = 12
PLACE_FIRST = (FieldType.FILE, FieldType.COORDINATE, FieldType.MARKER)


@dataclass(frozen=True, slots=True)
class Area:
    """Case types of one subject, offered together; the last one has no name."""

    name: str
    types: Sequence[Definition]


@dataclass(frozen=True, slots=True)
class Group:
    """Fields that stand together under a heading."""

    name: str
    codes: Sequence[str]


@dataclass(slots=True)
class OpenPage:
    """The first form of a case type."""

    definition: Definition
    form: FactForm
    groups: Sequence[Group]
    name: str
    is_place_first: bool
    place_codes: Sequence[str] = ()
    answers: dict[str, Any] = field(default_factory=dict)  # Any: JSON values of the case
    files: Files = field(default_factory=lambda: Files({}))


def openable(session: Session, actor: Actor) -> list[Definition]:
    """The case types whose opening is this person's to do."""
    view = view_of(actor)
    return [
        definition
        for definition in newest_definitions(session)
        if not view.roles.isdisjoint(definition.case_type.open.roles)
    ]


def by_area(found: Sequence[Definition], sought: str, locale: str) -> list[Area]:
    """The types whose words hold what was sought, by subject."""
    areas: dict[str, list[Definition]] = {}
    for definition in found:
        if _is_said(definition, fold_text(sought).split()):
            area = definition.case_type.area
            areas.setdefault(area.in_locale(locale) if area else "", []).append(definition)
    return [Area(name, types) for name, types in areas.items()]


def _is_said(definition: Definition, words: Sequence[str]) -> bool:
    kind = definition.case_type
    texts = [text for text in (kind.name, kind.area, kind.help) if text is not None]
    said = fold_text(" ".join(f"{text.vi} {text.en}" for text in texts))
    return all(word in said for word in words)


def open_page(
    session: Session,
    actor: Actor,
    type_code: str,
    *,
    sent: Any,  # Any: the request's form with its files, None before it is sent
    arguments: Mapping[str, str],
    now: datetime,
) -> OpenPage:
    definition = newest_definition(session, type_code)
    if actor.roles.isdisjoint(definition.case_type.open.roles):
        raise Forbidden("Vai trò của bạn không mở loại hồ sơ này.")
    asked = [definition.fields[code] for code in definition.case_type.open.fields]
    fields = with_computed(definition, asked)
    state = definition.machine.initial_state
    wanted = Wanted(
        fields=fields,
        required=definition.machine.opening.require,
        prefill=_prefill(session, actor, fields, arguments, now),
        state=state,
        closed=closed_fields(actor, definition, fields, state=state),
    )
    form = fact_form(desk_for(session, actor, now=now), uploads_for(actor), wanted, sent)
    hide(form, actor, definition, opening_situation(definition, actor, now=now), now=now)
    is_place_first = definition.case_type.place == "required"
    return OpenPage(
        definition=definition,
        form=form,
        groups=_groups(definition, fields, actor.locale, is_place_first=is_place_first),
        name=definition.case_type.name.in_locale(actor.locale),
        is_place_first=is_place_first,
        place_codes=[item.code for item in fields if item.type in PLACE_FIRST[1:]],
    )


def is_ready(page: OpenPage, actor: Actor, *, now: datetime) -> bool:
    """Read the form and judge the opening with it; what is missing is said at its field."""
    if is_reshaped(page.form):
        return False
    page.form.validate()
    page.answers, page.files = page.form.answers(), files_of(page.form)
    answers = page.files.laid_over(page.answers)
    situation = opening_situation(page.definition, actor, now=now)
    hide(page.form, actor, page.definition, situation, answers=answers, now=now)
    decision = decide_opening(page.definition.machine, view_of(actor), answers=answers, now=now)
    for reason in decision.reasons:
        page.form.refuse(reason.field, reason.text.in_locale(actor.locale))
    return not page.form.errors


def _groups(
    definition: Definition,
    fields: Sequence[FieldDefinition],
    locale: str,
    *,
    is_place_first: bool,
) -> list[Group]:
    """By section in the order of the form; out in the field photo and place come first."""
    ordered = list(fields)
    if is_place_first:
        where = {item.section for item in fields if item.type in PLACE_FIRST[1:]}
        ordered.sort(key=lambda item: _field_rank(item, where))
    sections = {one.code: one.name.in_locale(locale) for one in definition.case_type.sections}
    groups: dict[str, list[str]] = {}
    for item in ordered:
        groups.setdefault(item.section or "", []).append(item.code)
    if is_place_first:
        return _joined(definition, groups, sections, ordered)
    return [Group(sections.get(code, ""), codes) for code, codes in groups.items()]


def _joined(
    definition: Definition,
    groups: Mapping[str, Sequence[str]],
    sections: Mapping[str, str],
    ordered: Sequence[FieldDefinition],
) -> list[Group]:
    """Photos join the place, since both come before words."""
    photos = [item.code for item in ordered if item.type is FieldType.FILE]
    where = next((item.section for item in ordered if item.type in PLACE_FIRST[1:]), "") or ""
    place = [*photos, *(code for code in groups.get(where, ()) if code not in photos)]
    rest = [
        Group(sections.get(code, ""), [one for one in codes if one not in photos])
        for code, codes in groups.items()
        if code != where
    ]
    del definition
    return [Group(sections.get(where, ""), place), *(group for group in rest if group.codes)]


def _field_rank(item: FieldDefinition, where: set[str | None]) -> int:
    if item.type in PLACE_FIRST:
        return PLACE_FIRST.index(item.type)
    return len(PLACE_FIRST) if item.section in where else len(PLACE_FIRST) + 1


# --- what is known before anything is typed -------------------------------------------------


def _prefill(
    session: Session,
    actor: Actor,
    fields: Sequence[FieldDefinition],
    arguments: Mapping[str, str],
    now: datetime,
) -> dict[str, str]:
    """Values from the address, the marker or point that the person came from, and the time."""
    known = {item.code: arguments[item.code][:500] for item in fields if arguments.get(item.code)}
    here = now.astimezone(ZoneInfo(actor.time_zone)).strftime("%d/%m/%Y %H:%M")
    for item in fields:
        if item.code in known:
            continue
        if item.type is FieldType.DATETIME and item.required:
            known[item.code] = here
        elif item.type is FieldType.MARKER and "moc" in arguments:
            known |= _marker_from(session, actor, item.code, arguments["moc"])
        elif item.type is FieldType.COORDINATE and {"lat", "lon"} <= set(arguments):
            known[item.code] = f"{arguments['lat'][:20]}, {arguments['lon'][:20]}"
    return known


def _marker_from(session: Session, actor: Actor, code: str, given: str) -> dict[str, str]:
    if not given.isdecimal() or len(given) > LONGEST_ID:
        return {}
    try:
        return {code: marker_name(marker_by_id(session, actor, int(given)))}
    except NotFound:  # a link to a marker elsewhere: the form opens empty
        return {}
