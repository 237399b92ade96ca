"""The default pack and the lists of units, read once for all tests."""

import csv
from pathlib import Path

import geopandas as gpd
import pytest

ROOT = Path(__file__).resolve().parents[3]
PACK = ROOT / "geodata" / "default"
FACTS = ROOT / "geodata" / "data"
UNITS = ROOT / "app" / "accounts" / "data"

Rows = list[dict[str, str]]


def rows(path: Path) -> Rows:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def layer(name: str) -> gpd.GeoDataFrame:
    return gpd.read_file(PACK / f"{name}.geojson")


@pytest.fixture(scope="session")
def provinces() -> Rows:
    return rows(UNITS / "provinces.csv")


@pytest.fixture(scope="session")
def communes() -> Rows:
    return rows(UNITS / "communes.csv")


@pytest.fixture(scope="session")
def lines() -> gpd.GeoDataFrame:
    return layer("border_lines").set_index("neighbour")


@pytest.fixture(scope="session")
def segments() -> gpd.GeoDataFrame:
    return layer("border_segments")


@pytest.fixture(scope="session")
def world() -> gpd.GeoDataFrame:
    return layer("world").set_index("code")


@pytest.fixture(scope="session")
def zones() -> gpd.GeoDataFrame:
    return layer("sea_zones")
