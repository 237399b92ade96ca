"""The sentences that go with a coordinate: what was understood, and what must be settled."""

from app.geo.crs import System
from app.geo.remarks import Remark

COARSE_M = 100.0
_METRES_PER_KILOMETRE = 1000.0


def swapped(lat: float, lon: float) -> Remark:
    return Remark(
        "lat_lon_swapped",
        f"Vĩ độ và kinh độ bị đảo: đã hiểu là vĩ độ {_number(lat)}, kinh độ {_number(lon)}.",
        f"Latitude and longitude were swapped: read as latitude {lat:g}, longitude {lon:g}.",
    )


def axes_swapped() -> Remark:
    return Remark(
        "axes_swapped",
        "Hai số ghi theo thứ tự đông – bắc: đã hiểu số lớn hơn là X (bắc), số kia là Y (đông).",
        "The pair is written east – north: the larger number was read as X (north).",
    )


def coarse(metres: float) -> Remark:
    return Remark(
        "coarse",
        f"Toạ độ chỉ ghi đến khoảng {_distance(metres)}; cần thêm chữ số thập phân.",
        f"The coordinate is written only to about {metres:,.0f} m; more decimals are needed.",
    )


def assumed_datum(system: System) -> Remark:
    return Remark(
        "datum_assumed",
        f"Không ghi hệ quy chiếu: đã hiểu là {system.name_vi}. Nếu là VN-2000, "
        "điểm lệch khoảng 224 m.",
        f"No datum is named: read as {system.name_en}. In VN-2000 the point lies about 224 m off.",
    )


def axis_of_province(system: System) -> Remark:
    return Remark(
        "axis_of_province",
        f"Không ghi kinh tuyến trục: lấy theo tỉnh, {system.name_vi}.",
        f"No central meridian is named: taken from the province, {system.name_en}.",
    )


def old_datum(system: System) -> Remark:
    accuracy = f"{system.operation_accuracy_m:.0f} m"
    return Remark(
        "old_datum",
        f"Chuyển từ Indian 1960 bằng “{system.operation}”, sai số phép chuyển khoảng {accuracy}.",
        f"Converted from Indian 1960 by “{system.operation}”, itself accurate to about {accuracy}.",
    )


def outside_region() -> Remark:
    return Remark(
        "outside_region",
        "Điểm rơi ra ngoài lãnh thổ và vùng biển: kiểm tra kinh tuyến trục và múi chiếu.",
        "The point falls outside the country and its seas: check the central meridian and zone.",
    )


def system_missing() -> Remark:
    return Remark(
        "system_missing",
        "Toạ độ phẳng thiếu hệ quy chiếu, múi chiếu hoặc kinh tuyến trục: chọn một trong các cách "
        "hiểu dưới đây theo giấy tờ gốc.",
        "The grid pair lacks its datum, zone or central meridian: choose one of the readings below "
        "from the original paper.",
    )


def no_grid_position() -> Remark:
    return Remark(
        "out_of_range",
        "Hai số này không phải độ, cũng không phải toạ độ phẳng đầy đủ (mét hoặc ki-lô-mét): "
        "có thể bị cắt bớt chữ số. Nhập lại đủ số theo giấy tờ gốc.",
        "These numbers are neither degrees nor a whole grid pair (metres or kilometres): digits "
        "may be missing. Enter them in full from the original paper.",
    )


def cut_digits(*, is_placed: bool) -> Remark:
    ask_vi = (
        "chọn một trong các ô nằm trong tỉnh dưới đây, theo hệ ghi trên giấy tờ gốc."
        if is_placed
        else "chọn tỉnh và hệ toạ độ để tìm ô, hoặc nhập đủ số theo giấy tờ gốc."
    )
    ask_en = (
        "choose one of the squares within the province below, by the system of the paper."
        if is_placed
        else "choose the province and the system, or enter the pair in full from the paper."
    )
    return Remark(
        "cut_pair",
        f"Hai số đã bị cắt phần hàng trăm ki-lô-mét: {ask_vi}",
        f"The hundreds of kilometres were cut from the pair: {ask_en}",
    )


def cut_restored(north: float, east: float) -> Remark:
    return Remark(
        "cut_restored",
        f"Đã thêm phần bị cắt theo tỉnh: X = {_number(north, 12)} m; Y = {_number(east, 12)} m.",
        f"The cut digits were added from the province: X = {north:.12g} m; Y = {east:.12g} m.",
    )


def square_datum() -> Remark:
    return Remark(
        "mgrs_datum",
        "Ô lưới MGRS chỉ đọc được với WGS-84 hoặc VN-2000: kiểm tra hệ ghi trên giấy tờ gốc.",
        "An MGRS square is read in WGS 84 or VN-2000 only: check the system of the paper.",
    )


def degrees_for_grid(system: System) -> Remark:
    return Remark(
        "degrees_in_grid_system",
        f"Hệ đã khai là {system.name_vi} nhưng toạ độ ghi bằng độ: chọn hệ quy chiếu của số độ.",
        f"The declared system is {system.name_en} but the numbers are degrees: choose their datum.",
    )


def grid_for_degrees(system: System) -> Remark:
    return Remark(
        "grid_in_geographic_system",
        f"Hệ đã khai là {system.name_vi} nhưng toạ độ là toạ độ phẳng: khai múi chiếu hoặc "
        "kinh tuyến trục.",
        f"The declared system is {system.name_en} but the numbers are a grid pair: declare the "
        "zone or central meridian.",
    )


def nam_or_north() -> Remark:
    return Remark(
        "north_or_nam",
        "Chữ N đi với chữ Đ hoặc T có thể là “Nam” hoặc “North”: chọn vĩ độ bắc hay nam.",
        "The letter N beside a Vietnamese letter may mean “Nam” (south) or “North”: choose.",
    )


def _distance(metres: float) -> str:
    if metres < _METRES_PER_KILOMETRE:
        return f"{metres:.0f} m"
    return f"{_number(round(metres / _METRES_PER_KILOMETRE, 1))} km"


def _number(value: float, digits: int = 6) -> str:
    return f"{value:.{digits}g}".replace(".", ",")
