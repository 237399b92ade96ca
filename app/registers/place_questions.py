"""What must be asked before a told place is a point; nothing of it is guessed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.geo.remarks import Remark
from app.registers.vocabulary import word


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer to a question: the line that it names, or a clearer text, and what tells it."""

    line: str
    text: str
    vi: str
    en: str


class PlaceOpenError(Exception):
    """A place that cannot be found as it is told; `remark` asks, `choices` are the answers."""

    def __init__(self, remark: Remark, choices: Sequence[Choice] = ()) -> None:
        super().__init__(remark.vi)
        self.remark = remark
        self.choices = tuple(choices)


def which_line(label: str, lines: Iterable[str]) -> PlaceOpenError:
    found = list(lines)
    names = ", ".join(f"{line} {label}" for line in found)
    return PlaceOpenError(
        Remark(
            "several_lines",
            f"Mốc {label} có trên nhiều tuyến: {names}. Hãy chọn tuyến, hoặc ghi “mốc {found[0]} "
            f"{label}”.",
            f"Marker {label} stands on several lines: {names}. Choose the line, or write "
            f"“mốc {found[0]} {label}”.",
        ),
        [_line_choice(line) for line in found],
    )


def which_stretch(name: str, lines: Iterable[str]) -> PlaceOpenError:
    return PlaceOpenError(
        Remark(
            "several_stretches",
            f"“{name}” có đoạn biên giới với nhiều nước. Hãy chọn tuyến.",
            f"“{name}” has stretches with several neighbours. Choose the line.",
        ),
        [_line_choice(line) for line in lines],
    )


def no_marker(label: str) -> PlaceOpenError:
    return PlaceOpenError(
        Remark(
            "marker_unknown",
            f"Không có mốc {label} trong sổ, hoặc mốc ngoài phạm vi của bạn.",
            f"There is no marker {label} in the register, or it lies outside your area.",
        )
    )


def not_placed(label: str) -> PlaceOpenError:
    return PlaceOpenError(
        Remark(
            "marker_not_placed",
            f"Mốc {label} chưa có tọa độ trong sổ nên chưa tính được vị trí. Hãy ghi số đo mốc.",
            f"Marker {label} has no coordinates in the register yet. Record a measurement first.",
        )
    )


def no_stretch(name: str) -> PlaceOpenError:
    return PlaceOpenError(
        Remark(
            "stretch_unknown",
            f"Chưa rõ đoạn “{name}”. Hãy ghi tỉnh Việt Nam trước, ví dụ “km 12+300 đoạn Sơn La – "
            "Hủa Phăn”, hoặc cả tuyến, ví dụ “km 412 tuyến Việt Nam – Lào”.",
            f"The stretch “{name}” is not known. Write the Vietnamese province first, as in “km "
            "12+300 đoạn Sơn La – Hủa Phăn”, or the whole line, as in “km 412 tuyến Việt Nam – "
            "Lào”.",
        )
    )


def no_beginning(name: str, province: str) -> PlaceOpenError:
    return PlaceOpenError(
        Remark(
            "stretch_begins_unknown",
            f"Chưa có số liệu điểm đầu của đoạn “{name}” nên không tính được ki-lô-mét của đoạn. "
            f"Hãy ghi ki-lô-mét tính từ đầu đoạn {province}, hoặc ghi theo mốc.",
            f"Where the stretch “{name}” begins is not known, so its kilometres cannot be counted. "
            f"Write the kilometre from the beginning of the stretch of {province}, or a marker.",
        )
    )


def beyond_stretch(name: str, length_m: float) -> PlaceOpenError:
    kilometres = f"{length_m / 1000:.1f}"
    return PlaceOpenError(
        Remark(
            "beyond_stretch",
            f"Đoạn “{name}” chỉ dài khoảng {kilometres.replace('.', ',')} km trên bản đồ đang "
            "dùng: kiểm tra lại số ki-lô-mét.",
            f"The stretch “{name}” is only about {kilometres} km long on the map in use: check the "
            "kilometre.",
        )
    )


def _line_choice(line: str) -> Choice:
    vi, en = word("neighbour", line, "vi"), word("neighbour", line, "en")
    return Choice(line, "", f"Tuyến Việt Nam – {vi}", f"Line with {en}")
