"""The answer about a position for programs and for other forms, in the reader's language."""

from typing import Any

from flask import url_for

from app.registers.positions import Answer, Point, ReadingLine
from app.registers.queries import NearMarker

Json = dict[str, Any]  # Any: JSON


def as_json(answer: Answer, locale: str) -> Json:
    """The point or the question; what is said to people stands in the language of the reader."""
    return {
        "point": _point(answer.point, locale) if answer.point else None,
        "reason": answer.reason.in_locale(locale) if answer.reason else None,
        "remarks": [{"code": one.code, "text": one.in_locale(locale)} for one in answer.remarks],
        "readings": [_reading(one, locale) for one in answer.readings],
        "choices": [
            {"line": one.line, "name": one.en if locale == "en" else one.vi}
            for one in answer.choices
        ],
    }


def _reading(one: ReadingLine, locale: str) -> Json:
    return {
        "key": one.key,
        "crs": one.candidate.crs,
        "name": one.candidate.name_en if locale == "en" else one.candidate.name_vi,
        "lat": round(one.candidate.lat, 8),
        "lon": round(one.candidate.lon, 8),
        "place": one.told.in_locale(locale),
        "in_province": one.is_near,
    }


def _point(point: Point, locale: str) -> Json:
    tag, stretch = point.told.tag, point.stretch
    return {
        **point.value,
        "uncertainty_m": round(point.uncertainty_m, 1),
        "place": point.told.in_locale(locale),
        "province_code": tag.province_code,
        "commune_code": tag.commune_code,
        "neighbour": tag.neighbour,
        "side": tag.side,
        "border_distance_m": round(tag.border_distance_m, 1),
        "chainage_m": tag.chainage_m,
        "marker": _marker(point.told.nearest) if point.told.nearest else None,
        "stretch": stretch
        and {
            "neighbour": stretch.neighbour,
            "from_m": round(stretch.from_m, 1),
            "to_m": round(stretch.to_m, 1),
        },
        "systems": [
            {"code": one.code, "name": one.name(locale), "text": one.text} for one in point.systems
        ],
    }


def _marker(near: NearMarker) -> Json:
    marker = near.marker
    return {
        "id": marker.id,
        "label": marker.label,
        "neighbour": marker.neighbour,
        "distance_m": round(near.m, 1),
        "azimuth": round(near.azimuth, 1),
        "href": url_for("registers.marker", neighbour=marker.neighbour, slug=marker.slug),
    }
