"""Our value, theirs, and the agreed one: kept side by side, compared, settled by a joint act."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit import record_access
from app.database import fold_text
from app.errors import Conflict, Invalid
from app.geo.coordinates import Coordinate, parse_coordinate
from app.geo.crs import AxisTable
from app.geo.gazetteer import Pack
from app.permissions import Actor
from app.registers.act_models import Discrepancy, JointAct, MarkerClaim
from app.registers.act_queries import open_discrepancies, said_of
from app.registers.both_sides import acts_about
from app.registers.geodesy import bearing
from app.registers.models import Marker, Side
from app.registers.recording import Survey, require_in_area
from app.registers.services import correct_marker, record_measurement
from app.registers.vocabulary import word, words

POSITION = "position"
METRES = frozenset({"elevation_m", "distance_to_line_m"})
_SAME_M = 0.005  # protocols write metres to 0.01
_FARTHEST_EAST = timedelta(hours=14)  # where a new day begins first


@dataclass(frozen=True, slots=True)
class Claim:
    """What a side says of one field: the words of the paper, the day, and which paper."""

    field: str
    party: Side
    value: str
    said_on: date
    source: str


@dataclass(frozen=True, slots=True)
class Measure:
    """A value as it is compared: metres, a place, or only words."""

    number: float | None = None
    coordinate: Coordinate | None = None


def record_claim(
    session: Session,
    actor: Actor,
    marker: Marker,
    claim: Claim,
    *,
    axes: AxisTable | None = None,
    now: datetime,
) -> Discrepancy | None:
    """Keep what one side says; the difference from the other side, where there is one."""
    require_in_area(actor, marker)
    if claim.party not in (Side.VIETNAM, Side.NEIGHBOUR):
        raise Invalid("Chưa ghi được.", {"party": [_("Giá trị chung chỉ có qua văn bản ký.")]})
    if claim.said_on > (now + _FARTHEST_EAST).date():
        raise Invalid("Chưa ghi được.", {"said_on": [_("Ngày không thể ở tương lai.")]})
    made = _kept(session, actor, marker, claim, measure_of(claim, marker, axes), now=now)
    session.flush()
    subject = f"marker:{marker.id}"
    record_access(session, actor, "claim.recorded", subject, reason=claim.field, now=now)
    return _compare(session, marker, made)


def measure_of(claim: Claim, marker: Marker, axes: AxisTable | None = None) -> Measure:
    if claim.field not in words("claim_field"):
        raise Invalid("Chưa ghi được.", {"field": [_("Hãy chọn trong danh sách.")]})
    if not claim.value.strip():
        raise Invalid("Chưa ghi được.", {"value": [_("Cần nhập mục này.")]})
    if claim.field in METRES:
        return Measure(number=_metres(claim.value))
    if claim.field == POSITION:
        found = parse_coordinate(
            claim.value, province_code=marker.province_code, on=claim.said_on, axes=axes
        )
        if not isinstance(found, Coordinate):
            raise Invalid("Chưa xác định được tọa độ.", {"value": [found.reason.vi]})
        return Measure(coordinate=found)
    return Measure()


def _metres(value: str) -> float:
    written = value.strip().removesuffix("m").strip().replace(".", "").replace(",", ".")
    try:
        return float(written)
    except ValueError as error:
        said = _("Hãy nhập số mét với dấu phẩy thập phân, ví dụ 1.045,50.")
        raise Invalid("Chưa ghi được.", {"value": [said]}) from error


def _kept(
    session: Session,
    actor: Actor,
    marker: Marker,
    claim: Claim,
    measure: Measure,
    *,
    now: datetime,
    act: JointAct | None = None,
) -> MarkerClaim:
    place = measure.coordinate
    made = MarkerClaim(
        marker_id=marker.id,
        field=claim.field,
        party=claim.party,
        value=claim.value.strip(),
        number=measure.number,
        lat=place.lat if place else None,
        lon=place.lon if place else None,
        said_on=claim.said_on,
        source=claim.source.strip(),
        act_id=act.id if act else None,
        recorded_by=actor.user_id,
        recorded_name=actor.name,
        recorded_at=now,
    )
    session.add(made)
    return made


# --- differences ----------------------------------------------------------------------------


def _compare(session: Session, marker: Marker, newest: MarkerClaim) -> Discrepancy | None:
    """Open, renew or take away the difference on a field after a side has spoken."""
    said = next(one for one in said_of(session, marker) if one.field == newest.field)
    held = open_discrepancies(session, marker).get(newest.field)
    if said.ours is None or said.theirs is None or not differ(said.ours, said.theirs):
        if held is not None:
            session.delete(held)
        return None
    found = held or Discrepancy(
        marker_id=marker.id, field=newest.field, opened_on=newest.said_on, settled_on=None
    )
    found.ours_id, found.theirs_id = said.ours.id, said.theirs.id
    found.metres = metres_between(said.ours, said.theirs)
    is_ours = newest.party == Side.VIETNAM
    found.owes_answer = Side.NEIGHBOUR if is_ours else Side.VIETNAM
    session.add(found)
    session.flush()
    return found


def differ(ours: MarkerClaim, theirs: MarkerClaim) -> bool:
    apart = metres_between(ours, theirs)
    if apart is not None:
        return apart > _SAME_M
    return fold_text(ours.value) != fold_text(theirs.value)


def metres_between(ours: MarkerClaim, theirs: MarkerClaim) -> float | None:
    """How far two values are apart in metres; None for words."""
    if ours.number is not None and theirs.number is not None:
        return round(abs(ours.number - theirs.number), 3)
    if None in (ours.lat, ours.lon, theirs.lat, theirs.lon):
        return None
    start = (ours.lat or 0.0, ours.lon or 0.0)
    return round(bearing(start, (theirs.lat or 0.0, theirs.lon or 0.0)).distance_m, 3)


def settle(
    session: Session,
    actor: Actor,
    found: Discrepancy,
    *,
    act: JointAct,
    value: str,
    pack: Pack | None,
    now: datetime,
) -> MarkerClaim:
    """Both sides agree on a value by an act that both have signed; the register follows it."""
    marker = found.marker
    require_in_area(actor, marker)
    if found.settled_on is not None:
        raise Conflict("Chênh lệch này đã được giải quyết.")
    if act.id not in {one.id for one in acts_about(session, marker)}:
        raise Invalid("Chưa giải quyết được.", {"act": [_("Văn bản này không nói về mốc.")]})
    if missing := act.missing_sides:
        who = ", ".join(word("side", side) for side in missing)
        said = _("Văn bản còn thiếu chữ ký: %(who)s.", who=who)
        raise Invalid("Chưa giải quyết được.", {"act": [said]})
    on = max(day for day in (act.our_signed_on, act.their_signed_on, act.held_on) if day)
    source = f"{word('act_kind', act.kind)} {act.number}".strip()
    claim = Claim(found.field, Side.JOINT, value, on, source)
    measure = measure_of(claim, marker)
    agreed = _kept(session, actor, marker, claim, measure, now=now, act=act)
    session.flush()
    found.settled_on, found.settled_by_id, found.agreed_id = on, act.id, agreed.id
    _carry(session, actor, marker, claim, measure, pack=pack, now=now)
    subject = f"discrepancy:{found.id}"
    record_access(session, actor, "discrepancy.settled", subject, reason=source, now=now)
    return agreed


def _carry(
    session: Session,
    actor: Actor,
    marker: Marker,
    claim: Claim,
    measure: Measure,
    *,
    pack: Pack | None,
    now: datetime,
) -> None:
    """Put the agreed value into the marker's record; a number of its own is changed elsewhere."""
    if measure.coordinate is not None and pack is not None:
        survey = Survey(source=claim.source, measured_on=claim.said_on, party=Side.JOINT)
        record_measurement(
            session, actor, marker, coordinate=measure.coordinate, survey=survey, pack=pack, now=now
        )
        return
    changes: dict[str, object] = {}
    if claim.field in METRES:
        changes[claim.field] = measure.number
    elif claim.field == "material":
        changes["material"] = claim.value.strip()
    elif claim.field == "year_engraved" and claim.value.strip().isdecimal():
        changes["year_engraved"] = int(claim.value.strip())
    if changes:
        correct_marker(
            session,
            actor,
            marker,
            changes=changes,
            reason=claim.source,
            now=now,
            valid_on=claim.said_on,
        )


def acts_that_settle(session: Session, marker: Marker) -> list[JointAct]:
    """The acts about a marker that both sides have signed."""
    return [act for act in acts_about(session, marker) if act.is_signed]


def claims_of(session: Session, marker: Marker, field: str) -> list[MarkerClaim]:
    """Everything that was said of a field, the newest first."""
    return list(
        session.scalars(
            select(MarkerClaim)
            .where(MarkerClaim.marker_id == marker.id, MarkerClaim.field == field)
            .order_by(MarkerClaim.id.desc())
        )
    )
