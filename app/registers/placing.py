"""Puts a marker on the ground: what the geotagger finds is stored when the marker is written."""

from collections.abc import Sequence

import numpy as np

from app.geo.coordinates import Coordinate
from app.geo.gazetteer import Pack
from app.geo.geotag import Tag, tag_point, tag_points
from app.geo.zorder import morton_key
from app.registers.models import Marker, Segment


def place_marker(
    marker: Marker, lat: float, lon: float, *, tag: Tag, segments: Sequence[Segment]
) -> None:
    """Store where the marker stands (EPSG:4326 degrees) and what follows from it.

    The label says which line a marker belongs to; a tag on another line, as near a tripoint, gives
    the units but no chainage.
    """
    marker.lat, marker.lon, marker.z_key = lat, lon, morton_key(lat, lon)
    marker.province_code, marker.commune_code = tag.province_code, tag.commune_code
    is_own_line = tag.neighbour == marker.neighbour
    marker.chainage_m = tag.chainage_m if is_own_line else None
    marker.border_distance_m = tag.border_distance_m if is_own_line else None
    marker.side = tag.side if is_own_line else None
    segment = segment_of(marker, segments)
    marker.segment_id = segment.id if segment else None
    _place_position(marker)


def unplace_marker(marker: Marker) -> None:
    """Where it stands is not known any more; the province that keeps it stays."""
    marker.lat = marker.lon = marker.z_key = None
    marker.chainage_m = marker.border_distance_m = marker.side = None
    _place_position(marker)


def tag_of(lat: float, lon: float, pack: Pack) -> Tag:
    return tag_point(lat, lon, pack)


def tags_of(coordinates: Sequence[Coordinate], pack: Pack) -> list[Tag]:
    """The tags of many places, found together: a thousand times faster than one by one."""
    if not coordinates:
        return []
    lats = np.array([one.lat for one in coordinates])
    lons = np.array([one.lon for one in coordinates])
    tags = tag_points(lats, lons, pack)
    return [tags.row(index, accuracy_m=pack.accuracy_m) for index in range(len(tags))]


def segment_of(marker: Marker, segments: Sequence[Segment]) -> Segment | None:
    """The stretch that holds the marker: by chainage, else the province's only one on the line."""
    on_line = [segment for segment in segments if segment.neighbour == marker.neighbour]
    if marker.chainage_m is not None:
        for segment in on_line:
            if _spans(segment, marker.chainage_m):
                return segment
    own = [segment for segment in on_line if segment.province_code == marker.province_code]
    return own[0] if len(own) == 1 else None


def _spans(segment: Segment, chainage_m: float) -> bool:
    start, end = segment.chainage_from_m, segment.chainage_to_m
    return start is not None and end is not None and start <= chainage_m < end


def _place_position(marker: Marker) -> None:
    # A position stands where its first marker stands; the others of a pair lie across the line.
    position = marker.position
    if position.lat is not None and marker.suffix not in (None, 1):
        return
    position.lat, position.lon, position.z_key = marker.lat, marker.lon, marker.z_key
    position.province_code = marker.province_code
    position.commune_code = marker.commune_code
    position.chainage_m = marker.chainage_m
    position.segment_id = marker.segment_id
