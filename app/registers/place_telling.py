"""Tells a point as stations do: the nearest marker, how far, which way, on which side."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from app.accounts.models import UnitKind
from app.geo.gazetteer import Pack
from app.geo.geotag import VN_SIDE, Tag, tag_point
from app.geo.place_words import compass_name
from app.permissions import Actor
from app.registers.models import Marker, MarkerKind
from app.registers.place_remarks import in_metres
from app.registers.queries import NearMarker, nearest_markers, place_names
from app.registers.vocabulary import word

_REACH_M = 100_000.0
_AT_THE_MARKER_M = 1.0
_KINDS = {
    MarkerKind.PEG: ("cọc dấu ", "peg "),
    MarkerKind.TRIPOINT: ("", ""),
    MarkerKind.LEGACY: ("mốc cũ ", "old marker "),
}


@dataclass(frozen=True, slots=True)
class ToldPoint:
    """A point in words: the tag of the map in use, the nearest marker that the reader sees."""

    tag: Tag
    nearest: NearMarker | None
    province: str
    commune: str
    vi: str
    en: str

    def in_locale(self, locale: str) -> str:
        return self.en if locale == "en" else self.vi


def tell_point(
    session: Session, actor: Actor, lat: float, lon: float, *, pack: Pack, on: date
) -> ToldPoint:
    """EPSG:4326 degrees as "cách mốc 160/4 khoảng 310 m về phía tây, phía Việt Nam"."""
    tag = tag_point(lat, lon, pack, on=on)
    near = nearest_markers(session, actor, lat, lon, limit=1, within_m=_REACH_M)
    nearest = near[0] if near else None
    names = _names(session, tag, on)
    vi, en = _from_marker(nearest)
    side_vi, side_en = _side(tag)
    return ToldPoint(
        tag,
        nearest,
        names["province"],
        names["commune"],
        ", ".join(filter(None, (vi, side_vi))),
        ", ".join(filter(None, (en, side_en))),
    )


def _from_marker(near: NearMarker | None) -> tuple[str, str]:
    if near is None:
        return "", ""
    vi, en = marker_in_words(near.marker)
    if near.m < _AT_THE_MARKER_M:
        return f"tại {vi}", f"at {en}"
    way_vi, way_en = compass_name(near.azimuth)
    return (
        f"cách {vi} khoảng {in_metres(near.m)} về phía {way_vi}",
        f"about {in_metres(near.m, '.')} {way_en} of {en}",
    )


def marker_in_words(marker: Marker) -> tuple[str, str]:
    """The marker with its line in both languages; tripoints go by their own name."""
    vi, en = _KINDS.get(MarkerKind(marker.kind), ("mốc ", "marker "))
    return f"{vi}{marker.label} ({marker.neighbour})", f"{en}{marker.label} ({marker.neighbour})"


def _side(tag: Tag) -> tuple[str, str]:
    if tag.side is None or tag.neighbour is None:
        return "", ""
    if tag.side == VN_SIDE:
        return "phía Việt Nam", "on the Vietnamese side"
    vi, en = (word("neighbour", tag.neighbour, locale) for locale in ("vi", "en"))
    return f"phía {vi}", f"on the side of {en}"


def _names(session: Session, tag: Tag, on: date) -> Mapping[str, str]:
    provinces = place_names(session, [tag.province_code], kind=UnitKind.PROVINCE, on=on)
    communes = place_names(session, [tag.commune_code], kind=UnitKind.COMMUNE, on=on)
    return {
        "province": provinces.get(tag.province_code or "", ""),
        "commune": communes.get(tag.commune_code or "", ""),
    }
