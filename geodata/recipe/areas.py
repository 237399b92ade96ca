"""Draws land, provinces and communes: approximate, the land cut by the nearest checked point."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from .frontier import mainland

ARCHIPELAGOS = {
    "HS": shapely.box(110.9, 15.5, 113.2, 17.4),
    "TS": shapely.box(111.2, 7.0, 116.2, 12.0),
}
ARCHIPELAGO_PROVINCE = {"HS": "48", "TS": "56"}
ISLAND_RADIUS = (
    0.009  # degrees, about 1 km: an island that the source leaves out is drawn as a disc
)
EXTENT = shapely.box(101.0, 5.0, 118.5, 24.5)
LON_SCALE = float(np.cos(np.radians(16.0)))
INNER_TOLERANCE = 0.006
LAND_TOLERANCE = {"province": 0.0004, "commune": 0.0012}
SMALLEST_ISLAND = {"land": 1e-7, "province": 2e-6, "commune": 5e-6}  # square degrees


@dataclass(frozen=True, slots=True)
class Land:
    """The land of Viet Nam in three parts, EPSG:4326."""

    mainland: shapely.Polygon
    islands: shapely.MultiPolygon
    archipelagos: dict[str, shapely.MultiPolygon]

    def at(self, purpose: str) -> shapely.Geometry:
        """Return everything as one geometry, simplified for "province" or "commune"."""
        big = shapely.get_parts(self.islands)
        big = big[shapely.area(big) >= SMALLEST_ISLAND[purpose]]
        coast = shapely.simplify(np.array([*big, self.mainland]), LAND_TOLERANCE[purpose])
        return shapely.union_all(
            np.append(shapely.make_valid(coast), list(self.archipelagos.values()))
        )


def polygons(geometry: shapely.Geometry) -> NDArray[np.object_]:
    """Return the polygons of a valid geometry, leaving out stray lines and points."""
    parts = shapely.get_parts(shapely.get_parts(shapely.make_valid(geometry)))
    kept = parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON]
    return np.asarray(kept)


def multipolygon(geometry: shapely.Geometry) -> shapely.MultiPolygon:
    """Return the polygons of a geometry as one."""
    return shapely.MultiPolygon(list(polygons(geometry)))


def assemble_land(osm: gpd.GeoSeries, main: shapely.Polygon, islets: pd.DataFrame) -> Land:
    """Join outline, islands and the two archipelagos, whoever the source gives them to."""
    largest = mainland(osm["VNM"])
    pieces = shapely.get_parts(osm["VNM"])
    pieces = pieces[~shapely.equals(pieces, largest)]
    pieces = np.concatenate([polygons(piece) for piece in pieces])
    at_home = ~shapely.intersects(
        shapely.union_all(list(ARCHIPELAGOS.values())), shapely.centroid(pieces)
    )
    pieces = pieces[at_home & (shapely.area(pieces) >= SMALLEST_ISLAND["land"])]
    outline = max(polygons(main), key=lambda part: part.area)
    return Land(
        shapely.Polygon(outline.exterior),
        shapely.MultiPolygon(list(pieces)),
        archipelagos(osm, islets),
    )


def archipelagos(osm: gpd.GeoSeries, islets: pd.DataFrame) -> dict[str, shapely.MultiPolygon]:
    """Return Hoàng Sa (HS) and Trường Sa (TS), with discs for the islands that the source lacks."""
    everything = np.concatenate([shapely.get_parts(geometry) for geometry in osm.to_numpy()])
    centres = shapely.centroid(everything)
    return {
        key: multipolygon(
            shapely.union_all(
                [
                    *shapely.make_valid(everything[shapely.within(centres, window)]),
                    *island_discs(islets, key),
                ]
            )
        )
        for key, window in ARCHIPELAGOS.items()
    }


def island_discs(islets: pd.DataFrame, archipelago: str) -> NDArray[np.object_]:
    """Return a disc of about 1 km around each named island of an archipelago."""
    chosen = islets[islets.archipelago == archipelago]
    points = shapely.points(chosen.lon.astype(float), chosen.lat.astype(float))
    return np.asarray(shapely.buffer(points, ISLAND_RADIUS, quad_segs=4))


def commune_cells(sites: pd.DataFrame) -> gpd.GeoSeries:
    """Return an area for each commune code: what lies nearest to its points, edges smoothed."""
    points = shapely.multipoints(np.column_stack([sites.lon * LON_SCALE, sites.lat]))
    cells = shapely.get_parts(
        shapely.voronoi_polygons(points, extend_to=_scaled(EXTENT, LON_SCALE), ordered=True)
    )
    cells = shapely.intersection(_scaled(cells, 1 / LON_SCALE), EXTENT)
    whole = gpd.GeoSeries(cells).groupby(sites.code.to_numpy()).agg(shapely.coverage_union_all)
    smooth = shapely.coverage_simplify(whole.to_numpy(), INNER_TOLERANCE, simplify_boundary=False)
    return gpd.GeoSeries(smooth, index=whole.index, crs=4326)


def _scaled(geometry: shapely.Geometry | NDArray[np.object_], factor: float) -> NDArray[np.object_]:
    return np.asarray(shapely.transform(geometry, lambda xy: xy * [factor, 1.0]))[()]


def on_land(cells: gpd.GeoSeries, land: shapely.Geometry) -> gpd.GeoSeries:
    """Cut areas by the land; an area without land keeps a disc of about 1 km at its middle."""
    tree = shapely.STRtree(cells.to_numpy())
    pieces = polygons(land)
    piece, cell = tree.query(pieces, predicate="intersects")
    inside = shapely.intersection(pieces[piece], cells.to_numpy()[cell])
    frame = gpd.GeoSeries(inside).groupby(cells.index.to_numpy()[cell]).agg(shapely.union_all)
    frame = frame.map(multipolygon)
    dry = cells.index.difference(frame[~frame.map(shapely.is_empty)].index)
    middles = shapely.centroid(np.asarray(cells.reindex(dry)))
    discs = shapely.buffer(middles, ISLAND_RADIUS, quad_segs=4)
    whole = gpd.GeoSeries(
        pd.concat([frame.drop(dry, errors="ignore"), pd.Series(discs, index=dry)]), crs=4326
    )
    return gpd.GeoSeries(whole.sort_index(), crs=4326)


def dissolved(cells: gpd.GeoSeries, owner: pd.Series) -> gpd.GeoSeries:
    """Join the areas of communes into provinces; `owner` gives the province of each commune."""
    merged = cells.groupby(owner.reindex(cells.index).to_numpy()).agg(shapely.coverage_union_all)
    return gpd.GeoSeries(merged, crs=4326)
