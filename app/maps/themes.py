"""Maps shaded by figures: what a worker published of a day, and what of it a reader may see."""

import gzip
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

import orjson

from app.maps.classing import Method, class_of, upper_ends
from app.permissions import Actor, Permission

FOLDER_NAME: Final = "themes"
LAYER: Final = "themes"  # in the payload of the job that builds them
STALE_AFTER: Final = timedelta(hours=1)
_KEPT: Final = 60

Json = dict[str, Any]  # Any: JSON


class Theme(StrEnum):
    """What a map is shaded by."""

    OPEN_CASES = "ho-so-mo"
    OVERDUE_CASES = "ho-so-qua-han"
    HANDED_OVER = "moc-ban-giao"
    KM_AGREED = "km-thoa-thuan"


class Units(StrEnum):
    """What is shaded: the provinces of the day, or the stretches of the border."""

    PROVINCES = "tinh"
    SEGMENTS = "doan"


PERMISSIONS: Final[Mapping[Theme, Permission]] = {
    Theme.OPEN_CASES: Permission.CASE_VIEW,
    Theme.OVERDUE_CASES: Permission.CASE_VIEW,
    Theme.HANDED_OVER: Permission.REGISTER_VIEW,
    Theme.KM_AGREED: Permission.REGISTER_VIEW,
}
CASE_THEMES: Final = frozenset({Theme.OPEN_CASES, Theme.OVERDUE_CASES})


@dataclass(frozen=True, slots=True)
class Figure:
    """A part of a whole; `open_part` leaves out the cases that only their units may see."""

    part: float
    whole: float
    open_part: float

    def value(self, *, sees_all: bool) -> float | None:
        """Cases per 100 units of the whole, or per cent of it; none where there is no whole."""
        if not self.whole:
            return None
        # Sums of kilometres differ in their last digits: that is no difference between areas.
        return round(100 * (self.part if sees_all else self.open_part) / self.whole, 6)


@dataclass(frozen=True, slots=True)
class Area:
    """A province or a stretch with its figures; `province_code` is that of today."""

    code: str
    name: str
    province_code: str
    geometry: Json
    figures: Mapping[Theme, Figure]


@dataclass(frozen=True, slots=True)
class ThemeFile:
    """The figures of all areas on a day, as one build counted them."""

    units: Units
    on: date
    map_day: date
    built_at: datetime
    is_past: bool
    source: str
    left_out: int
    areas: Sequence[Area]

    def is_stale(self, now: datetime) -> bool:
        return now - self.built_at > STALE_AFTER


@dataclass(frozen=True, slots=True)
class Shaded:
    """An area as a reader sees it; `shade` is its class, none without a figure."""

    area: Area
    part: float
    whole: float
    value: float | None
    shade: int | None


@dataclass(frozen=True, slots=True)
class ThemeMap:
    """One theme for one reader: the areas in their rights, classed among themselves."""

    theme: Theme
    method: Method
    file: ThemeFile
    ends: Sequence[float]
    rows: Sequence[Shaded]
    sees_all: bool


def themes_of(actor: Actor) -> list[Theme]:
    """The themes whose figures the actor may read at all."""
    area = actor.area
    has_area = area.is_everything or bool(area.province_codes)
    return [
        theme
        for theme in Theme
        if actor.may(PERMISSIONS[theme]) and (has_area or theme not in CASE_THEMES)
    ]


def theme_map(
    file: ThemeFile, theme: Theme, method: Method, *, provinces: frozenset[str] | None
) -> ThemeMap:
    """A theme over the provinces of today that the reader sees; None stands for all of them.

    Classes are made of what the reader sees: the breaks of the whole would tell of the rest.
    """
    sees_all = provinces is None
    seen = [one for one in file.areas if provinces is None or one.province_code in provinces]
    figures = [(one, one.figures[theme]) for one in seen]
    values = [figure.value(sees_all=sees_all) for _, figure in figures]
    ends = upper_ends([value for value in values if value is not None], method)
    rows = [
        Shaded(
            one,
            figure.part if sees_all else figure.open_part,
            figure.whole,
            value,
            None if value is None else class_of(value, ends),
        )
        for (one, figure), value in zip(figures, values, strict=True)
    ]
    return ThemeMap(theme, method, file, ends, rows, sees_all)


# --- on disk --------------------------------------------------------------------------------


def write_themes(folder: Path, file: ThemeFile) -> None:
    """Put a build in use. It is read through the scope of its reader, never sent as it is."""
    home = folder / FOLDER_NAME
    home.mkdir(parents=True, exist_ok=True)
    path = _path(folder, file.units, None if not file.is_past else file.on)
    part = path.with_name(f"{path.name}.part")
    part.write_bytes(gzip.compress(orjson.dumps(_as_json(file)), 6, mtime=0))
    part.replace(path)
    _remove_old(home)


def read_themes(folder: Path, units: Units, on: date | None) -> ThemeFile | None:
    """What was published of a day (None: of today); None where nothing was yet."""
    path = _path(folder, units, on)
    return _from_json(orjson.loads(gzip.decompress(path.read_bytes()))) if path.is_file() else None


def _path(folder: Path, units: Units, on: date | None) -> Path:
    day = on.isoformat() if on else "today"
    return folder / FOLDER_NAME / f"{units.value}.{day}.json.gz"


def _remove_old(home: Path) -> None:
    past = [path for path in home.glob("*.json.gz") if ".today." not in path.name]
    past.sort(key=lambda path: path.stat().st_mtime, reverse=True)
    for path in past[_KEPT:]:
        path.unlink(missing_ok=True)


def _as_json(file: ThemeFile) -> Json:
    areas = [
        {
            "code": one.code,
            "name": one.name,
            "province": one.province_code,
            "geometry": one.geometry,
            "figures": {
                theme.value: [figure.part, figure.whole, figure.open_part]
                for theme, figure in one.figures.items()
            },
        }
        for one in file.areas
    ]
    return {
        "units": file.units.value,
        "on": file.on.isoformat(),
        "map_day": file.map_day.isoformat(),
        "built_at": file.built_at.isoformat(),
        "is_past": file.is_past,
        "source": file.source,
        "left_out": file.left_out,
        "classes": {
            theme.value: {
                method.value: list(theme_map(file, theme, method, provinces=None).ends)
                for method in Method
            }
            for theme in Theme
        },
        "areas": areas,
    }


def _from_json(said: Json) -> ThemeFile:
    return ThemeFile(
        Units(said["units"]),
        date.fromisoformat(said["on"]),
        date.fromisoformat(said["map_day"]),
        datetime.fromisoformat(said["built_at"]),
        said["is_past"],
        said["source"],
        said["left_out"],
        [
            Area(
                one["code"],
                one["name"],
                one["province"],
                one["geometry"],
                {Theme(name): Figure(*figure) for name, figure in one["figures"].items()},
            )
            for one in said["areas"]
        ],
    )
