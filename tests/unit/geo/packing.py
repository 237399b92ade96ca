"""Builds reference packs for tests: a tiny made-up one, and one from the shared raw layers."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely
import yaml

from app.geo.gazetteer import file_sha256

REFORM = date(2025, 7, 1)
ISO2 = {"CHN": "CN", "LAO": "LA", "KHM": "KH"}
ZONES = {
    "QD_HOANG_SA": "hoang_sa",
    "QD_TRUONG_SA": "truong_sa",
    "NOI_THUY": "internal_waters",
    "LANH_HAI": "territorial_sea",
    "TIEP_GIAP": "contiguous_zone",
    "DQKT_VN": "eez",
    "DQKT_CHONG_LAN": "undelimited",
    "BIEN_KHAC": "other_sea",
}


def write_pack(
    folder: Path,
    layers: Mapping[str, gpd.GeoDataFrame],
    *,
    accuracy_m: float,
    suffix: str = "parquet",
) -> Path:
    """Write the layers and the manifest of a pack."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {}
    for name, frame in layers.items():
        path = folder / f"{name}.{suffix}"
        if suffix == "parquet":
            frame.to_parquet(path)
        else:
            frame.to_file(path)
        files[name] = {"file": path.name, "sha256": file_sha256(path), "features": len(frame)}
    manifest = {
        "name": "Bộ thử",
        "version": "1",
        "date": date(2026, 11, 22),
        "source": ["thử nghiệm"],
        "licence": ["không"],
        "crs": "EPSG:4326",
        "accuracy_m": accuracy_m,
        "layers": files,
    }
    text = yaml.safe_dump(manifest, allow_unicode=True)
    (folder / "pack.yaml").write_text(text, encoding="utf-8")
    return folder


def tiny_layers() -> dict[str, gpd.GeoDataFrame]:
    """A square country of two communes, a line on each of three sides and a sea on the fourth.

    China lies north of 22 N, Laos west of 104 E, Cambodia south of 20 N, the sea east of 106 E.
    """
    west, east = shapely.box(104, 20, 105, 22), shapely.box(105, 20, 106, 22)
    lines: dict[str, list[tuple[float, float]]] = {
        "CN": [(104, 22), (105, 22), (106, 22)],
        "LA": [(104, 22), (104, 21), (104, 20)],
        "KH": [(104, 20), (106, 20), (106, 19.9)],
    }
    return {
        "world": _frame(
            {"code": ["VN", "CN", "LA", "KH"], "name_vi": list("abcd"), "name_en": list("abcd")},
            [
                shapely.box(104, 20, 106, 22),
                shapely.box(100, 22, 110, 30),
                shapely.box(100, 20, 104, 22),
                shapely.box(100, 10, 106, 20),
            ],
        ),
        "border_lines": _frame(
            {"neighbour": list(lines)}, [shapely.LineString(points) for points in lines.values()]
        ),
        "provinces": _frame(
            {
                "code": ["10", "02", "08"],
                "name": ["Lào Cai", "Hà Giang", "Tuyên Quang"],
                "kind": ["tỉnh"] * 3,
                "valid_from": [None, None, "2025-07-01"],
                "valid_to": ["2025-06-30", "2025-06-30", None],
            },
            [west, east, shapely.box(104, 20, 106, 22)],
        ),
        "communes": _frame(
            {
                "code": ["00001", "00002"],
                "name": ["Tây", "Đông"],
                "kind": ["xã", "phường"],
                "province_code": ["08", "08"],
                "valid_from": ["2025-07-01"] * 2,
                "valid_to": [None, None],
            },
            [west, east],
        ),
        "sea_zones": _frame(
            {
                "zone": ["hoang_sa", "eez"],
                "name_vi": ["Hoàng Sa", "Vùng đặc quyền"],
                "status": ["indicative"] * 2,
            },
            [shapely.box(110, 19, 112, 21), shapely.box(106, 18, 112, 22)],
        ),
    }


def better_layers(raw: Path) -> dict[str, gpd.GeoDataFrame]:
    """The layers of a pack from the raw ones, whose line passes through the published markers."""
    communes = gpd.read_parquet(raw / "communes_50m.parquet")
    old = gpd.read_parquet(raw / "provinces63_from_communes.parquet")
    new = gpd.read_file(raw / "provinces34_500m.geojson")
    world = gpd.read_file(raw / "world_vn_50m.geojson")
    zones = gpd.read_parquet(raw / "sea_zones_indicative.parquet")
    provinces = pd.concat(
        [
            old.rename(columns={"km2": "kind"}).assign(
                kind="", valid_from=None, valid_to=date(2025, 6, 30)
            ),
            new.rename(columns={"prov": "code", "provName": "name"}).assign(
                kind="", valid_from=REFORM, valid_to=None
            ),
        ]
    )
    return {
        "world": world.rename(columns={"a2": "code", "vi": "name_vi", "en": "name_en"}),
        "border_lines": better_lines(raw / "border_segments_5m.geojson"),
        "provinces": gpd.GeoDataFrame(provinces, crs=new.crs),
        "communes": communes.rename(columns={"prov": "province_code"}).assign(
            kind="", valid_from=REFORM, valid_to=None
        ),
        "sea_zones": zones.assign(
            zone=[ZONES.get(zone, zone.lower()) for zone in zones["zone"]], status="indicative"
        ).rename(columns={"ten": "name_vi"}),
    }


def better_lines(path: Path) -> gpd.GeoDataFrame:
    """One line for each neighbour, in the order of the marker numbers."""
    segments = gpd.read_file(path)
    rows = []
    for neighbour, group in segments.groupby("neighbor"):
        merged = shapely.line_merge(shapely.union_all(group.geometry.to_numpy()))
        line = max(shapely.get_parts(merged), key=shapely.length)
        first, last = line.coords[0], line.coords[-1]
        is_against = last[0] < first[0] if neighbour == "CHN" else last[1] > first[1]
        rows.append((ISO2[str(neighbour)], line.reverse() if is_against else line))
    return gpd.GeoDataFrame(rows, columns=["neighbour", "geometry"], geometry="geometry", crs=4326)


def _frame(
    columns: Mapping[str, Sequence[str | None]], shapes: list[shapely.Geometry]
) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(dict(columns), geometry=shapes, crs=4326)
