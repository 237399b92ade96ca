"""Writes layers as GeoJSON, the same byte for byte each time, and the pack.yaml that names them."""

import hashlib
import json
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
import yaml

DECIMALS = 5


@dataclass(frozen=True, slots=True)
class Written:
    """One written layer as pack.yaml names it."""

    file: str
    sha256: str
    features: int
    licence: str


def rounded(geometries: np.ndarray[Any, Any], decimals: int = DECIMALS) -> np.ndarray[Any, Any]:
    """Snap to a grid of 10^-decimals degrees without making polygons invalid."""
    snapped = shapely.set_precision(geometries, 10.0**-decimals)
    return np.asarray(shapely.transform(snapped, lambda xy: np.round(xy, decimals)))


def write_layer(
    folder: Path, name: str, frame: gpd.GeoDataFrame, *, licence: str, decimals: int = DECIMALS
) -> Written:
    """Write one layer, a feature on each line, properties in the order of the columns."""
    if frame.crs != 4326:
        message = f"layer {name} is not in EPSG:4326"
        raise ValueError(message)
    shapes = shapely.to_geojson(_snapped(frame.geometry.to_numpy(), decimals))
    records = frame.drop(columns=frame.geometry.name).to_dict("records")
    lines = [
        f'{{"type":"Feature","properties":{_properties(record)},"geometry":{shape}}}'
        for record, shape in zip(records, shapes, strict=True)
    ]
    text = (
        f'{{"type":"FeatureCollection","name":"{name}","features":[\n'
        + ",\n".join(lines)
        + "\n]}\n"
    )
    path = folder / f"{name}.geojson"
    path.write_text(text, encoding="utf-8", newline="\n")
    return Written(path.name, hashlib.sha256(text.encode()).hexdigest(), len(lines), licence)


def _snapped(shapes: np.ndarray[Any, Any], decimals: int) -> np.ndarray[Any, Any]:
    areal = shapely.get_dimensions(shapes) == 2
    result = shapely.transform(shapes, lambda xy: np.round(xy, decimals))
    result[areal] = rounded(shapes[areal], decimals)
    return np.asarray(result)


def _properties(record: Mapping[Hashable, Any]) -> str:
    cells = {key: None if value == "" else value for key, value in record.items()}
    return json.dumps(cells, ensure_ascii=False, separators=(",", ":"))


def write_manifest(folder: Path, about: Mapping[str, Any], layers: Mapping[str, Written]) -> None:
    """Write pack.yaml: what the pack is, and the checksum of each layer."""
    listed = {
        name: {
            "file": item.file,
            "sha256": item.sha256,
            "features": item.features,
            "licence": item.licence,
        }
        for name, item in layers.items()
    }
    text = yaml.safe_dump(
        {**about, "layers": listed}, allow_unicode=True, sort_keys=False, width=100
    )
    (folder / "pack.yaml").write_text(text, encoding="utf-8", newline="\n")
