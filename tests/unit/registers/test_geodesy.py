import pytest

from app.registers.geodesy import bearing, degrees_minutes_seconds


@pytest.mark.parametrize(
    ("degrees", "letters", "written"),
    [
        (22.4006375, "BN", "22°24'02,295\"B"),
        (102.1439192, "ĐT", "102°08'38,109\"Đ"),
        (-0.5, "NS", "0°30'00,000\"S"),
        (9.9999999999, "BN", "10°00'00,000\"B"),
    ],
)
def test_degrees_are_written_as_the_protocol_does(
    degrees: float, letters: str, written: str
) -> None:
    assert degrees_minutes_seconds(degrees, letters) == written


def test_pair_261_lies_about_as_far_apart_as_published() -> None:
    way = bearing((22.9369286, 104.8493911), (22.9360, 104.8497))

    assert way.distance_m == pytest.approx(107, abs=3)
    assert 150 < way.azimuth < 180
