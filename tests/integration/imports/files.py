"""Files of the sizes and kinds that the tests of running imports need."""

import csv
from collections.abc import Mapping
from pathlib import Path

HEADER = (
    "Số báo cáo", "Loại vụ việc", "Thời gian", "Vĩ độ", "Kinh độ", "Địa điểm", "Số người",
)  # fmt: skip
KINDS = ("Buôn lậu", "Vượt biên trái phép", "Ma túy")


def incidents(path: Path, count: int, **changed: Mapping[int, str]) -> Path:
    """`count` incidents along the northern border; `changed` gives cells by column and row."""
    names = {"number": 0, "kind": 1, "at": 2, "lat": 3, "lon": 4, "place": 5, "persons": 6}
    rows = [_incident(number) for number in range(1, count + 1)]
    for name, cells in changed.items():
        for number, text in cells.items():
            rows[number - 1][names[name]] = text
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([HEADER, *rows])
    return path


def _incident(number: int) -> list[str]:
    return [
        f"BC-{number}",
        KINDS[number % 3],
        f"{number % 27 + 1:02d}/03/2026 08:30",
        f"{22.90 + number / 20000:.5f}",
        f"{104.90 + number / 20000:.5f}",
        f"thôn {number}",
        str(number % 5 + 1),
    ]
