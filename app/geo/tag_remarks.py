"""The sentences that go with a tagged place: beyond the line, outside, or too near to say."""

from app.geo.remarks import Remark

FAR_FROM_LINE_M = 3_000.0
_METRES_PER_KILOMETRE = 1000.0


def remarks_of(code: str, border_distance_m: float, accuracy_m: float) -> tuple[Remark, ...]:
    """The remarks of a tag by its warning code; distances in metres."""
    if not code:
        return ()
    said = {
        "other_side": _other_side(border_distance_m),
        "outside_country": _outside_country(),
        "side_uncertain": _side_uncertain(accuracy_m),
    }[code]
    if code == "other_side" and border_distance_m < accuracy_m:
        return said, _side_uncertain(accuracy_m)
    return (said,)


def far_from_line(border_distance_m: float) -> Remark | None:
    """A warning for a marker or gate typed more than 3 km from the line, else None."""
    if border_distance_m <= FAR_FROM_LINE_M:
        return None
    distance = _kilometres(border_distance_m)
    return Remark(
        "far_from_line",
        f"Toạ độ cách đường biên {distance.replace('.', ',')} km: kiểm tra lại mốc hoặc cửa khẩu.",
        f"The coordinate lies {distance} km from the border line: check the marker or gate.",
    )


def _other_side(metres: float) -> Remark:
    return Remark(
        "other_side",
        f"Điểm nằm bên kia đường biên theo bản đồ đang dùng, cách đường khoảng {metres:.0f} m.",
        f"On the map in use the point lies beyond the border line, about {metres:.0f} m from it.",
    )


def _outside_country() -> Remark:
    return Remark(
        "outside_country",
        "Điểm nằm ngoài lãnh thổ và các vùng biển trên bản đồ đang dùng.",
        "The point lies outside the country and the sea zones of the map in use.",
    )


def _side_uncertain(accuracy_m: float) -> Remark:
    return Remark(
        "side_uncertain",
        f"Điểm gần đường biên hơn độ chính xác của bản đồ ({accuracy_m:.0f} m): "
        "chưa thể nói chắc ở bên nào.",
        f"The point is nearer to the line than the map is accurate ({accuracy_m:.0f} m): "
        "its side is uncertain.",
    )


def _kilometres(metres: float) -> str:
    return f"{metres / _METRES_PER_KILOMETRE:.1f}"
