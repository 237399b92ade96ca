"""What is said with a told place that was found: how it was understood, and what is unsure."""

from app.geo.remarks import Remark

_METRES_PER_KILOMETRE = 1000.0


def along_the_line() -> Remark:
    return Remark(
        "along_the_line",
        "Khoảng cách được tính dọc đường biên minh họa, theo chiều tăng của số hiệu mốc.",
        "The distance is counted along the illustrative line, as the numbers of the markers rise.",
    )


def towards_marker(label: str) -> Remark:
    return Remark(
        "towards_marker",
        f"Khoảng cách được tính dọc đường biên minh họa, về phía mốc {label}.",
        f"The distance is counted along the illustrative line, towards marker {label}.",
    )


def no_direction(metres: float) -> Remark:
    return Remark(
        "no_direction",
        f"Chưa nói hướng: chỉ biết nơi này trong vòng {in_metres(metres)}. Hãy ghi thêm hướng.",
        f"No direction is told: the place is anywhere within {in_metres(metres, '.')}. Add one.",
    )


def other_side_than_told(metres: float) -> Remark:
    return Remark(
        "side_conflict",
        f"Điểm tính được nằm ở phía bên kia so với lời kể, cách đường biên {in_metres(metres)}: "
        "kiểm tra lại hướng hoặc số mốc.",
        f"The point falls on the other side than told, {in_metres(metres, '.')} from the line: "
        "check the direction or the marker.",
    )


def within_stretch(first: str, last: str, length_m: float) -> Remark:
    return Remark(
        "stretch",
        f"Đoạn từ mốc {first} đến mốc {last} dài khoảng {in_metres(length_m)} trên đường biên minh "
        "họa; điểm trên bản đồ là giữa đoạn.",
        f"The stretch from marker {first} to marker {last} is about {in_metres(length_m, '.')} "
        "long on the illustrative line; the point on the map is its middle.",
    )


def counted_on_drawn_line(stretch: str) -> Remark:
    return Remark(
        "drawn_line",
        f"Ki-lô-mét của “{stretch}” được tính trên đường biên minh họa, theo chiều tăng của số "
        "hiệu mốc: có thể khác lý trình trong hồ sơ.",
        f"The kilometre of “{stretch}” is counted on the illustrative line, as the numbers of the "
        "markers rise: it may differ from the one in the file.",
    )


def in_metres(metres: float, point: str = ",") -> str:
    """Metres as people tell them: 7 m, 310 m, 1,2 km."""
    if metres >= _METRES_PER_KILOMETRE:
        return f"{metres / _METRES_PER_KILOMETRE:.1f} km".replace(".", point)
    step = 10 if metres >= 100 else 1  # noqa: PLR2004  nobody tells 313 m
    return f"{round(metres / step) * step} m"
