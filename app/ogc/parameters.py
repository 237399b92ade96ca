"""Reads what a request for features asks for; what is unknown is refused, never guessed."""

import base64
import binascii
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import orjson
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from app.maps.cells import Box
from app.ogc import cql
from app.ogc.collections import Collection
from app.ogc.crs import Crs, GivenBox, crs_of, default
from app.ogc.faults import BadParameter
from app.permissions import Actor
from app.vectors import Kind, Property

DEFAULT_LIMIT: Final = 100
MOST_FEATURES: Final = 10_000
ITEM_PARAMETERS: Final = ("f", "crs")
LIST_PARAMETERS: Final = (
    "bbox",
    "bbox-crs",
    "crs",
    "cursor",
    "datetime",
    "f",
    "filter",
    "filter-crs",
    "filter-lang",
    "limit",
)
_FLAT, _SOLID = 4, 6
_LONGEST: Final = 200
_HALF_TURN: Final = 180.0
_RIGHT_ANGLE: Final = 90.0
_HAIR: Final = 1e-7  # degrees around the box of a filter, so that its own edge is searched too

Typed = str | int | float | bool | tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Area:
    """A box in degrees that holds the box asked for, which is `given` in its system `crs`."""

    box: Box
    given: GivenBox
    crs: Crs


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a list goes on: the keys of its last row, and how many were counted at the start."""

    keys: tuple[str | int, ...]
    matched: int | None


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list of features is narrowed to, and how it is written."""

    limit: int
    crs: Crs
    area: Area | None
    since: datetime | None
    until: datetime | None
    equal: Mapping[str, Typed]
    cursor: Cursor | None
    filter: cql.Filter | None = None


def read_list(collection: Collection, actor: Actor, given: MultiDict[str, str]) -> Asked:
    """What the address of a list asks for. Raises BadParameter."""
    queryables = {one.code: one for one in collection.queryables}
    refuse_unknown(given, (*LIST_PARAMETERS, *queryables))
    zone = ZoneInfo(actor.time_zone)
    since, until = _interval(given.get("datetime", ""), zone)
    narrowed = _filter(given, collection, zone)
    return Asked(
        limit=_limit(given.get("limit")),
        crs=read_crs(given),
        area=_area(given) or _area_of(narrowed),
        since=since,
        until=until,
        equal={
            name: _value(one, given[name], zone)
            for name, one in queryables.items()
            if name in given
        },
        cursor=_cursor(given.get("cursor", "")),
        filter=narrowed,
    )


def refuse_unknown(given: MultiDict[str, str], known: tuple[str, ...]) -> None:
    """A parameter that the API does not describe is an error, as the standard has it."""
    for name, values in given.lists():
        if name not in known:
            raise BadParameter(name[:_LONGEST], _("Không có tham số này."))
        if len(values) > 1:
            raise BadParameter(name, _("Tham số này chỉ được ghi một lần."))


def read_crs(given: MultiDict[str, str]) -> Crs:
    return crs_of(given["crs"], parameter="crs") if "crs" in given else default()


def _limit(text: str | None) -> int:
    if text is None:
        return DEFAULT_LIMIT
    if not text.isdecimal() or len(text) >= _LONGEST or int(text) < 1:
        raise BadParameter("limit", _("Cần một số nguyên từ 1 trở lên."))
    return min(int(text), MOST_FEATURES)


# --- where ----------------------------------------------------------------------------------


def _area(given: MultiDict[str, str]) -> Area | None:
    if "bbox" not in given:
        if "bbox-crs" in given:
            crs_of(given["bbox-crs"], parameter="bbox-crs")
        return None
    crs = crs_of(given["bbox-crs"], parameter="bbox-crs") if "bbox-crs" in given else default()
    box = _given_box(given["bbox"], crs)
    return Area(crs.degrees(box), box, crs)


def _given_box(text: str, crs: Crs) -> GivenBox:
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) not in {_FLAT, _SOLID} or not all(map(math.isfinite, numbers)):
        raise BadParameter("bbox", _("Cần bốn số (hoặc sáu số) cách nhau bằng dấu phẩy."))
    half = len(numbers) // 2
    low, high = numbers[:2], numbers[half : half + 2]
    if crs.is_north_first:
        low, high = low[::-1], high[::-1]
    box = GivenBox(low[0], low[1], high[0], high[1])
    if box.south > box.north or (box.west > box.east and not crs.is_rectangular):
        raise BadParameter("bbox", _("Cạnh dưới phải nhỏ hơn cạnh trên."))
    if crs.is_geographic and (
        max(abs(box.south), abs(box.north)) > _RIGHT_ANGLE
        or max(abs(box.west), abs(box.east)) > _HALF_TURN
    ):
        raise BadParameter("bbox", _("Tọa độ nằm ngoài giới hạn độ; hãy xem lại thứ tự trục."))
    return box


def _filter(
    given: MultiDict[str, str], collection: Collection, zone: ZoneInfo
) -> cql.Filter | None:
    language = given.get("filter-lang", cql.TEXT)
    if language not in cql.LANGUAGES:
        raise BadParameter("filter-lang", _("Dùng cql2-text hoặc cql2-json."))
    crs = crs_of(given["filter-crs"], parameter="filter-crs") if "filter-crs" in given else None
    text = given.get("filter", "").strip()
    if not text:
        return None
    return cql.read_filter(text, language, collection=collection, crs=crs or default(), zone=zone)


def _area_of(narrowed: cql.Filter | None) -> Area | None:
    """The box outside of which a filter holds for nothing: there it is searched."""
    if narrowed is None or narrowed.box is None:
        return None
    box = narrowed.box
    wider = Box(
        max(box.west - _HAIR, -_HALF_TURN),
        max(box.south - _HAIR, -_RIGHT_ANGLE),
        min(box.east + _HAIR, _HALF_TURN),
        min(box.north + _HAIR, _RIGHT_ANGLE),
    )
    return Area(wider, GivenBox(wider.west, wider.south, wider.east, wider.north), default())


# --- when -----------------------------------------------------------------------------------


def _interval(text: str, zone: ZoneInfo) -> tuple[datetime | None, datetime | None]:
    """The first and the last moment asked for, both included; None is open."""
    if not text:
        return None, None
    start, slash, end = text.partition("/")
    if not slash:
        return _edges(start, zone)
    since = None if start in {"", ".."} else _edges(start, zone)[0]
    until = None if end in {"", ".."} else _edges(end, zone)[1]
    if since is not None and until is not None and since > until:
        raise BadParameter("datetime", _("Thời điểm đầu phải trước thời điểm cuối."))
    return since, until


def _edges(text: str, zone: ZoneInfo, *, parameter: str = "datetime") -> tuple[datetime, datetime]:
    """The ends of a day of the reader's zone, or one moment twice."""
    try:
        if len(text) == len("2026-11-22"):
            midnight = datetime.combine(date.fromisoformat(text), time(), tzinfo=zone)
            return midnight, midnight + timedelta(days=1) - timedelta(microseconds=1)
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        said = _("Cần thời điểm dạng 2026-11-22T08:30:00Z, ngày, hoặc khoảng đầu/cuối.")
        raise BadParameter(parameter, said)
    return moment, moment


# --- what -----------------------------------------------------------------------------------


def _value(queryable: Property, text: str, zone: ZoneInfo) -> Typed:
    if queryable.kind is Kind.TEXT:
        return text[:_LONGEST]
    if queryable.kind is Kind.MOMENT:
        return _edges(text, zone, parameter=queryable.code)
    if queryable.kind is Kind.BOOLEAN:
        if text.lower() in {"true", "1", "false", "0"}:
            return text.lower() in {"true", "1"}
        raise BadParameter(queryable.code, _("Cần true hoặc false."))
    try:
        number = int(text) if queryable.kind is Kind.INTEGER else float(text)
    except ValueError:
        number = math.inf
    if not -(2**31) < number < 2**31:
        raise BadParameter(queryable.code, _("Cần một số."))
    return number


# --- paging ---------------------------------------------------------------------------------


def write_cursor(cursor: Cursor) -> str:
    packed = orjson.dumps([*cursor.keys, cursor.matched])
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def _cursor(text: str) -> Cursor | None:
    if not text:
        return None
    try:
        *keys, matched = orjson.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, TypeError, binascii.Error):
        keys, matched = [], None
    is_whole = keys and all(isinstance(key, str | int) for key in keys)
    if not is_whole or not (matched is None or isinstance(matched, int)):
        raise stale_cursor()
    return Cursor(tuple(keys), matched)


def stale_cursor() -> BadParameter:
    said = _("Liên kết sang trang không còn hợp lệ. Hãy bắt đầu lại từ trang đầu.")
    return BadParameter("cursor", said)


def key_of(value: object) -> str | int:
    """A key as a cursor holds it."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value if isinstance(value, int) else str(value)
