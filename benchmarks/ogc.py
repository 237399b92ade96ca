"""How long /items?bbox of the OGC API takes, beside pygeoapi serving the same rows.

pygeoapi reads PostgreSQL through PostGIS only, which this product does without; it is given its
columnar files instead, written from the very database.
"""

import os
import random
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import geopandas
import pandas as pd
import yaml
from sqlalchemy import select

from app.cases.models import Case
from app.database import reading
from app.registers.models import Marker
from benchmarks.crew import alone
from benchmarks.databases import Instance, large
from benchmarks.harness import Options, Row, measured, percentile
from benchmarks.map import box_of, places_looked_at
from benchmarks.visitors import application, opened, signed_in

NAME = "ogc"
LIMIT = 100
ZOOMS = range(7, 14)
PEER = "pygeoapi with Parquet files"
COLUMNS = {
    "markers": (Marker, ("id", "neighbour", "label", "kind", "stage", "province_code")),
    "cases": (Case, ("id", "reference", "type_code", "state", "title", "province_code")),
}


def measure(options: Options) -> Iterator[Row]:
    for engine in options.engines:
        instance = large(engine, options.cases)
        boxes = alone(_boxes, instance, options.requests)
        with TemporaryDirectory() as folder:
            alone(_export, instance, folder)
            for collection in COLUMNS:
                ours = alone(_ours, instance, collection, boxes)
                theirs = alone(_theirs, folder, collection, boxes)
                yield _row(engine, collection, ours, theirs)


def _row(engine: str, collection: str, ours: Sequence[float], theirs: Sequence[float]) -> Row:
    halves = [percentile(found, 50) * 1000 for found in (ours, theirs)]
    lasts = [percentile(found, 99) * 1000 for found in (ours, theirs)]
    return measured(
        f"{NAME}: /items?bbox of {collection} p50, {engine}",
        halves[0],
        "ms",
        peers={PEER: halves[1]},
        target=f"ahead of {PEER}",
        met=halves[0] < halves[1],
        note=f"limit {LIMIT}, zooms 7 to 13; p99 {lasts[0]:.1f} ms against {lasts[1]:.1f} ms",
    )


# --- in the measuring processes ---------------------------------------------------------------


def _boxes(instance: Instance, requests: int) -> list[str]:
    chance = random.Random(2026)  # noqa: S311  no secret
    places = places_looked_at(application(instance), chance, requests)
    return [box_of(place, ZOOMS[number % len(ZOOMS)]) for number, place in enumerate(places)]


def _ours(instance: Instance, collection: str, boxes: Sequence[str]) -> list[float]:
    client = signed_in(application(instance), "ministry")
    address = f"/ogc/collections/{collection}/items?f=json&limit={LIMIT}&bbox="
    return _timed(client, address, boxes)


def _theirs(folder: str, collection: str, boxes: Sequence[str]) -> list[float]:
    config, document = Path(folder, "config.yml"), Path(folder, "openapi.yml")
    config.write_text(yaml.safe_dump(_config(Path(folder))), "utf-8")
    document.write_text("openapi: 3.0.2\n", "utf-8")
    settings = {"PYGEOAPI_CONFIG": str(config), "PYGEOAPI_OPENAPI": str(document)}
    os.environ |= settings  # noqa: TID251  where the peer looks for its own
    from pygeoapi.flask_app import APP  # noqa: PLC0415  reads its configuration when imported

    address = f"/collections/{collection}/items?f=json&limit={LIMIT}&bbox="
    return _timed(APP.test_client(), address, boxes)


def _timed(client: Any, address: str, boxes: Sequence[str]) -> list[float]:
    for box in boxes[:3]:
        opened(client, address + box)
    return [opened(client, address + box)[0] for box in boxes]


# --- the same rows for the peer ---------------------------------------------------------------


def _export(instance: Instance, folder: str) -> None:
    with application(instance).app_context():
        connection = reading().connection()
        for name, (model, columns) in COLUMNS.items():
            chosen = [getattr(model, column) for column in (*columns, "lat", "lon")]
            rows = pd.read_sql(select(*chosen).where(model.z_key.is_not(None)), connection)
            words = rows.select_dtypes("str").columns
            rows[words] = rows[words].astype(object)  # the peer knows no other strings
            points = geopandas.points_from_xy(rows["lon"], rows["lat"], crs="EPSG:4326")
            target = Path(folder, f"{name}.parquet")
            geopandas.GeoDataFrame(rows, geometry=points).to_parquet(target)


def _config(folder: Path) -> dict[str, Any]:
    """The smallest configuration that the peer accepts."""
    return {
        "server": {
            "bind": {"host": "127.0.0.1", "port": 5000},
            "url": "http://localhost",
            "mimetype": "application/json; charset=UTF-8",
            "encoding": "utf-8",
            "languages": ["en-US"],
            "limits": {"default_items": LIMIT, "max_items": 10_000},
            "map": {"url": "about:blank", "attribution": ""},
        },
        "logging": {"level": "CRITICAL"},
        "metadata": _about("the same rows"),
        "resources": {name: _resource(folder, name) for name in COLUMNS},
    }


def _resource(folder: Path, name: str) -> dict[str, Any]:
    return {
        "type": "collection",
        "title": name,
        "description": name,
        "keywords": [name],
        "links": [],
        "extents": {
            "spatial": {
                "bbox": [-180, -90, 180, 90],
                "crs": "http://www.opengis.net/def/crs/OGC/1.3/CRS84",
            },
            "temporal": {"begin": datetime(2000, 1, 1), "end": None},  # noqa: DTZ001  as it reads
        },
        "providers": [
            {
                "type": "feature",
                "name": "Parquet",
                "data": {"source": str(folder / f"{name}.parquet")},
                "id_field": "id",
                "x_field": "lon",
                "y_field": "lat",
            }
        ],
    }


def _about(title: str) -> dict[str, Any]:
    return {
        "identification": {
            "title": title,
            "description": title,
            "keywords": [title],
            "keywords_type": "theme",
            "terms_of_service": "none",
            "url": "http://localhost",
        },
        "license": {"name": "none"},
        "provider": {"name": "none"},
        "contact": {"name": "none"},
    }
