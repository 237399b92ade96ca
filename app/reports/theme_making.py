"""Builds the maps shaded by figures with GeoPandas; loaded only by the worker that makes them."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from sqlalchemy.orm import Session

from app.geo.gazetteer import Pack
from app.geo.lines import BorderLines
from app.maps.layers import Sources
from app.maps.themes import Area, Figure, Theme, ThemeFile, Units, write_themes
from app.registers.models import Segment
from app.registers.units_on import ProvinceMap, province_map
from app.reports import theme_counts as counts
from app.reports.theme_counts import NOTHING, CaseCount, CellCount

_EQUAL_AREA: Final = "EPSG:6933"
_METRES: Final = 1000.0
_AREA_TOLERANCE: Final = 0.01  # degrees: figures are read from far
_LINE_TOLERANCE: Final = 0.003
_PRECISION: Final = 1e-3
_ZONE: Final = ZoneInfo("Asia/Ho_Chi_Minh")


def publish_themes(
    session: Session, folder: Path, pack: Pack, *, on: date | None, now: datetime
) -> list[ThemeFile]:
    """Count and write the figures of a day (None: of today) for provinces and for stretches."""
    today = now.astimezone(_ZONE).date()
    day = _Day(session, pack, on if on and on < today else today, now=now, is_past=bool(on))
    made = [day.provinces(), day.segments()]
    for file in made:
        write_themes(folder, file)
    return made


class _Day:
    """What is needed of one day, read once for both kinds of areas."""

    def __init__(
        self, session: Session, pack: Pack, on: date, *, now: datetime, is_past: bool
    ) -> None:
        self._session, self._pack, self._on, self._now = session, pack, on, now
        self._is_past = is_past
        midnight = datetime.combine(on + timedelta(days=1), time(0), _ZONE)
        self._moment = midnight if is_past else None
        self._map: ProvinceMap = province_map(session, on)
        self._progress = counts.progress_on(session, on, pack)
        self._sources = Sources(pack.manifest)

    def provinces(self) -> ThemeFile:
        frame = self._frame()
        heirs = {code: heir for heir, own in self._map.origins.items() for code in own}
        counted, left_out = self._cases(frame)
        areas = [
            Area(
                code,
                self._map.names.get(code, name),
                heirs.get(code, code),
                shapely.geometry.mapping(shape),
                counted.get(code, CaseCount()).figures(km2)
                | _progress(self._progress.by_province, code),
            )
            for code, name, shape, km2 in zip(
                frame["code"], frame["name"], _thinned(frame, _AREA_TOLERANCE), frame["km2"],
                strict=True,
            )
        ]  # fmt: skip
        return self._file(Units.PROVINCES, areas, left_out)

    def segments(self) -> ThemeFile:
        rows = counts.segments(self._session)
        frame = segment_lines(self._pack.lines, rows)
        counted = counts.cases_by_segment(self._session, moment=self._moment, now=self._now)
        shapes = _thinned(frame, _LINE_TOLERANCE)
        areas = [
            Area(
                str(row.id),
                row.name,
                row.province_code,
                shapely.geometry.mapping(shape),
                counted.get(str(row.id), CaseCount()).figures(_km(row))
                | _progress(self._progress.by_segment, str(row.id)),
            )
            for row, shape in zip(rows, shapes, strict=True)
        ]
        return self._file(Units.SEGMENTS, areas, 0)

    def _file(self, units: Units, areas: Sequence[Area], left_out: int) -> ThemeFile:
        pack = self._pack.manifest
        return ThemeFile(
            units,
            self._on,
            self._map.day,
            self._now,
            self._is_past,
            f"{pack.name} {pack.version}",
            left_out,
            areas,
        )

    def _frame(self) -> gpd.GeoDataFrame:
        """The provinces in force on the map's day, with their square kilometres."""
        every = self._sources.frame("provinces")
        day = pd.Timestamp(self._map.day)
        if "valid_from" in every:
            ends = pd.to_datetime(every["valid_to"])
            begins = pd.to_datetime(every["valid_from"])
            begun = begins.isna() | (begins <= day)
            every = every[begun & (ends.isna() | (ends >= day))]
        frame = every[every["code"].isin(list(self._map.names))].reset_index(drop=True)
        return frame.assign(km2=(frame.to_crs(_EQUAL_AREA).area / _METRES**2).round(1))

    def _cases(self, frame: gpd.GeoDataFrame) -> tuple[dict[str, CaseCount], int]:
        """The cases by province of the day, and how many without a place cannot be told apart."""
        found = counts.cases_by_province(self._session, moment=self._moment, now=self._now)
        split = [code for code, own in self._map.origins.items() if len(own) > 1]
        if self._moment is None or not split:
            return found, 0
        counted = {
            own[0]: found[heir]
            for heir, own in self._map.origins.items()
            if len(own) == 1 and heir in found
        }
        cells = counts.cases_by_cell(self._session, split, moment=self._moment)
        placed = [cell for cell in cells if cell.lat is not None]
        for code, count in _told_apart(placed, frame, self._map.origins):
            counted[code] = counted.get(code, CaseCount()) + count
        return counted, sum(cell.count.open for cell in cells if cell.lat is None)


def _told_apart(
    cells: Sequence[CellCount], frame: gpd.GeoDataFrame, origins: Mapping[str, Sequence[str]]
) -> list[tuple[str, CaseCount]]:
    """Which of the provinces that became one each square lies in, or is nearest to."""
    told: list[tuple[str, CaseCount]] = []
    for heir in dict.fromkeys(cell.province_code for cell in cells):
        own = [cell for cell in cells if cell.province_code == heir]
        shapes = frame[frame["code"].isin(list(origins[heir]))]
        if shapes.empty:
            continue
        places = np.array([(cell.lon, cell.lat) for cell in own], dtype=np.float64)
        points = gpd.points_from_xy(places[:, 0], places[:, 1])
        _, nearest = shapes.sindex.nearest(points, return_all=False)
        codes = shapes["code"].to_numpy()[nearest]
        told.extend((str(code), cell.count) for code, cell in zip(codes, own, strict=True))
    return told


def segment_lines(lines: BorderLines, rows: Sequence[Segment]) -> gpd.GeoDataFrame:
    """The stretches as shapes, cut from the lines of the pack by their metres."""
    shapes = [_stretch(lines, row) for row in rows]
    return gpd.GeoDataFrame(
        {"code": [str(row.id) for row in rows]}, geometry=shapes, crs="EPSG:4326"
    )


def _stretch(lines: BorderLines, row: Segment) -> Any:  # Any: a shape of shapely
    first, last = row.chainage_from_m or 0.0, row.chainage_to_m or 0.0
    if row.neighbour not in lines.neighbours:
        return shapely.MultiLineString()
    index = lines.neighbours.index(row.neighbour)
    middle = lines.chainage + lines.length / 2
    here = (lines.line == index) & (middle >= first) & (middle < last)
    parts = []
    for part in np.unique(lines.part[here]):
        own = here & (lines.part == part)
        parts.append(np.vstack([lines.start[own], lines.end[own][-1:]]))
    return shapely.MultiLineString([shapely.LineString(points) for points in parts])


def _thinned(frame: gpd.GeoDataFrame, tolerance: float) -> list[Any]:  # Any: shapes of shapely
    shapes = frame.geometry.simplify(tolerance)
    return list(shapely.set_precision(shapes.to_numpy(), _PRECISION, mode="pointwise"))


def _progress(found: Mapping[str, Mapping[Theme, Figure]], code: str) -> dict[Theme, Figure]:
    return dict(found.get(code, NOTHING))


def _km(row: Segment) -> float:
    return round(((row.chainage_to_m or 0.0) - (row.chainage_from_m or 0.0)) / _METRES, 3)
