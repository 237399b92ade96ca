import geopandas as gpd
import pytest

from app.geo.frames import tag_frame
from app.geo.gazetteer import Pack
from app.geo.remarks import GeoError


def test_rows_of_a_frame_are_tagged_under_their_own_index(tiny: Pack) -> None:
    points = gpd.points_from_xy([104.5, 105.5], [21.0, 22.01])
    frame = gpd.GeoDataFrame(index=["a", "b"], geometry=points, crs=4326)
    tags = tag_frame(frame, tiny)
    assert tags["commune_code"].to_dict() == {"a": "00001", "b": "00002"}
    assert tags["side"].to_dict() == {"a": "vn", "b": "other"}


def test_frame_in_another_system_is_refused(tiny: Pack) -> None:
    frame = gpd.GeoDataFrame(geometry=gpd.points_from_xy([500_000.0], [2_300_000.0]), crs=32648)
    with pytest.raises(GeoError):
        tag_frame(frame, tiny)
