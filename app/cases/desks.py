"""What a request brings to a case form: the person, the day, the zones, the pack, the uploads."""

from datetime import datetime

from flask import current_app
from sqlalchemy.orm import Session

from app.cases.forms import Uploads
from app.cases.heads import CaseHead, definition_of_head
from app.cases.lookups import own_provinces, provinces_today
from app.cases.readers import HOME_ZONE, Desk
from app.cases.shielding import closed_people, reader_of
from app.errors import Refused
from app.geo.gazetteer import Pack
from app.permissions import Actor
from app.registers.dated_rules import axis_table
from app.registers.packs import current_pack


def desk_for(
    session: Session, actor: Actor, *, now: datetime, head: CaseHead | None = None
) -> Desk:
    """The form's surroundings; a second zone is offered only where times may be local elsewhere."""
    on = actor.day(now)
    zones = [actor.time_zone, *([head.owner_zone] if head else []), HOME_ZONE]
    home = sorted(own_provinces(session, actor))
    return Desk(
        session=session,
        actor=reader_of(session, actor, head.id) if head else actor,
        on=on,
        provinces=provinces_today(session, on),
        zones=tuple(dict.fromkeys(zones)),
        province_code=(head.province_code if head else None) or next(iter(home), None),
        pack=pack_in_use(),
        axes=axis_table(session),
        closed=_closed(session, actor, head) if head else frozenset(),
    )


def _closed(session: Session, actor: Actor, head: CaseHead) -> frozenset[int]:
    return closed_people(session, actor, definition_of_head(session, head), head.data)


def uploads_for(actor: Actor) -> Uploads:
    return Uploads.of(current_app.extensions["settings"], actor.user_id)


def pack_in_use() -> Pack | None:
    """The installed pack; without one a case is still kept, and its place is found out later."""
    try:
        return current_pack()
    except Refused:
        return None
