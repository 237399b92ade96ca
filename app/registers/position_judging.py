"""Judges a coordinate against what is known: the nearest marker, the province, a named marker."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.geo.areas import PointSet
from app.geo.coordinates import Coordinate, Near
from app.geo.remarks import Remark
from app.geo.siblings import Sibling, away_from, better_reading, siblings, suspected
from app.permissions import Actor
from app.registers.geodesy import bearing
from app.registers.models import Marker
from app.registers.place_telling import marker_in_words
from app.registers.queries import marker_index, visible_to

_FAR_FROM_NAMED_M = 30.0


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is probably wrong, in sentences, and the readings that would put it right."""

    remarks: tuple[Remark, ...] = ()
    better: tuple[Sibling, ...] = ()


def judge(
    session: Session,
    actor: Actor,
    found: Coordinate,
    *,
    near: Near | None = None,
    named: Marker | None = None,
) -> Judgement:
    """Try the other datums, axes and order of a coordinate against a marker and the province.

    `named` is the marker that the paper is about; without it any marker that the actor sees
    counts. `near` is the province.
    """
    others = siblings(found)
    by_marker = (
        _against_named(found, others, named)
        if named is not None
        else _against_nearest(session, actor, found, others)
    )
    if by_marker.remarks or near is None or near(found.lat, found.lon):
        return by_marker
    inside = tuple(one for one in others if near(one.candidate.lat, one.candidate.lon))
    return Judgement((_outside_province(inside),), inside)


def _against_named(found: Coordinate, others: Sequence[Sibling], named: Marker) -> Judgement:
    if named.lat is None or named.lon is None:
        return Judgement()
    place = (named.lat, named.lon)
    own_m = bearing(place, (found.lat, found.lon)).distance_m
    rows = [
        (one, bearing(place, (one.candidate.lat, one.candidate.lon)).distance_m) for one in others
    ]
    best = better_reading(found, own_m, rows)
    words = marker_in_words(named)
    if best is not None:
        said = suspected(best[0], place=words, own_m=own_m, left_m=best[1])
        return Judgement((said,), (best[0],))
    if own_m > max(_FAR_FROM_NAMED_M, found.precision_m):
        return Judgement((away_from(place=words, metres=own_m),))
    return Judgement()


def _against_nearest(
    session: Session, actor: Actor, found: Coordinate, others: Sequence[Sibling]
) -> Judgement:
    index = marker_index(session)
    if not others or not len(index.ids):
        return Judgement()
    places = [(found.lat, found.lon), *((one.candidate.lat, one.candidate.lon) for one in others)]
    points = PointSet(np.array([lon for _, lon in places]), np.array([lat for lat, _ in places]))
    ids, metres = index.nearest(points)
    rows = [(one, float(far)) for one, far in zip(others, metres[1:], strict=True)]
    best = better_reading(found, float(metres[0]), rows)
    if best is None:
        return Judgement()
    marker_id = int(ids[1 + others.index(best[0])])
    marker = session.scalar(select(Marker).where(Marker.id == marker_id, visible_to(actor)))
    if marker is None or marker.lat is None or marker.lon is None:
        return Judgement()
    own_m = bearing((marker.lat, marker.lon), (found.lat, found.lon)).distance_m
    said = suspected(best[0], place=marker_in_words(marker), own_m=own_m, left_m=best[1])
    return Judgement((said,), (best[0],))


def _outside_province(inside: Sequence[Sibling]) -> Remark:
    if not inside:
        return Remark(
            "outside_province",
            "Điểm nằm ngoài tỉnh đang xét: kiểm tra tỉnh, hệ tọa độ và các chữ số.",
            "The point lies outside the province in question: check province, system and digits.",
        )
    names_vi = "; ".join(one.candidate.name_vi for one in inside[:3])
    names_en = "; ".join(one.candidate.name_en for one in inside[:3])
    return Remark(
        "outside_province",
        f"Điểm nằm ngoài tỉnh đang xét; nằm trong tỉnh nếu là: {names_vi}.",
        f"The point lies outside the province in question; it lies inside if it is: {names_en}.",
    )
