"""Tags the rows of a GeoDataFrame at once, for imports and reports that work with tables."""

from dataclasses import fields
from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd

from app.geo.gazetteer import Pack
from app.geo.geotag import Markers, Tags, tag_points
from app.geo.remarks import GeoError, Remark


def tag_frame(
    frame: gpd.GeoDataFrame, pack: Pack, *, markers: Markers | None = None, on: date | None = None
) -> pd.DataFrame:
    """The tags of a frame of points in EPSG:4326, a column for each field of Tags, same index.

    Raises GeoError when the frame is in another system.
    """
    if frame.crs is None or frame.crs.to_epsg() != 4326:  # noqa: PLR2004  the system of the edges
        raise GeoError(
            Remark(
                "crs",
                "Lớp điểm phải ở hệ EPSG:4326.",
                "The points must be in EPSG:4326.",
            )
        )
    lat = np.asarray(frame.geometry.y, dtype=np.float64)
    lon = np.asarray(frame.geometry.x, dtype=np.float64)
    tags = tag_points(lat, lon, pack, markers=markers, on=on)
    columns = {field.name: getattr(tags, field.name) for field in fields(Tags)}
    return pd.DataFrame(columns, index=frame.index)
