"""Fetches and reads the packages that a pack is derived from: a build needs nothing else."""

import hashlib
import json
import sqlite3
import subprocess
import tarfile
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyogrio

NEARBY = ("VNM", "LAO", "KHM", "CHN", "THA", "MMR", "MYS", "IDN", "PHL", "BRN", "TWN")


@dataclass(frozen=True, slots=True)
class NpmPackage:
    """One pinned package: the archive's checksum makes the build refuse anything else."""

    name: str
    version: str
    member: str
    sha256: str

    @property
    def archive(self) -> str:
        return f"{self.name.removeprefix('@').replace('/', '-')}-{self.version}.tgz"


LAND = NpmPackage(
    "@geo-maps/countries-land-1m",
    "0.6.0",
    "package/map.geo.json",
    "e5b6e6fcca5f4972fd89ebb36b0cd65a27c65cebbfbb74522a298e07595e8df2",
)
WORLD = NpmPackage(
    "world-atlas",
    "2.0.2",
    "package/countries-50m.json",
    "032e7765f2ce00edaeafec23ff22bc3b77e42987c257da944cc585b452c05b97",
)


class SourceError(RuntimeError):
    """A source cannot be fetched or is not the one that was pinned."""


def member_path(package: NpmPackage, npm_dir: Path) -> Path:
    """Return the unpacked file of a package, fetching it with npm when it is not there yet."""
    target = npm_dir / package.archive.removesuffix(".tgz") / package.member.rpartition("/")[2]
    if not target.exists():
        _unpack(package, _fetched(package, npm_dir), target)
    return target


def _fetched(package: NpmPackage, npm_dir: Path) -> Path:
    archive = npm_dir / package.archive
    if not archive.exists():
        npm_dir.mkdir(parents=True, exist_ok=True)
        command = ["npm", "pack", "--silent", f"{package.name}@{package.version}"]
        try:
            subprocess.run(command, cwd=npm_dir, check=True)
        except (OSError, subprocess.CalledProcessError) as error:
            message = f"npm could not fetch {package.name}@{package.version}: {error}"
            raise SourceError(message) from error
    if hashlib.sha256(archive.read_bytes()).hexdigest() != package.sha256:
        message = f"{archive} is not the pinned {package.name}; delete it and build again"
        raise SourceError(message)
    return archive


def _unpack(package: NpmPackage, archive: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(archive) as bundle:
        stream = bundle.extractfile(package.member)
        if stream is None:
            message = f"{package.member} is missing in {archive}"
            raise SourceError(message)
        partial = target.with_suffix(".partial")
        partial.write_bytes(stream.read())
    partial.replace(target)


def read_land(npm_dir: Path) -> gpd.GeoSeries:
    """Return the land of Viet Nam and its neighbours by ISO A3, EPSG:4326, not yet valid."""
    pyogrio.set_gdal_config_options({"OGR_GEOJSON_MAX_OBJ_SIZE": 0})
    names = ", ".join(f"'{name}'" for name in NEARBY)
    frame = pyogrio.read_dataframe(member_path(LAND, npm_dir), where=f"A3 IN ({names})")
    land: gpd.GeoSeries = frame.set_index("A3").geometry
    return land


def read_world_topology(npm_dir: Path) -> dict[str, Any]:
    """Return the TopoJSON object of the countries at 1:50 million."""
    return dict(json.loads(member_path(WORLD, npm_dir).read_text(encoding="utf-8")))


def read_units() -> tuple[pd.DataFrame, pd.DataFrame, dict[str, Any]]:
    """Return today's communes, the wards before 1 July 2025, and the table that joins them."""
    root = resources.files("vietnamadminunits") / "data"
    with resources.as_file(root / "dataset.db") as path, sqlite3.connect(path) as connection:
        current = pd.read_sql("SELECT * FROM admin_units ORDER BY wardCode", connection)
        legacy = pd.read_sql("SELECT * FROM admin_units_legacy ORDER BY rowid", connection)
    converter = json.loads((root / "converter_2025.json").read_text(encoding="utf-8"))
    return current, legacy, converter


def records(table: pd.DataFrame) -> list[dict[str, str]]:
    """Return the rows of a table of facts."""
    return [{str(key): str(cell) for key, cell in row.items()} for row in table.to_dict("records")]


def read_facts(folder: Path, name: str) -> pd.DataFrame:
    """Return one of the project's own tables of facts, every cell a string ("" when empty)."""
    return pd.read_csv(folder / f"{name}.csv", dtype=str, keep_default_na=False)
