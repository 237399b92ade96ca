"""Writes a position in every system that Vietnamese papers use, each line fit to be copied."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.geo.coordinates import to_system
from app.geo.crs import Axis, Datum, System, utm_system
from app.geo.mgrs import to_mgrs
from app.registers.geodesy import degrees_minutes_seconds

_ZONE_DEGREES = 6
_METRES_PER_KILOMETRE = 1000.0
_LETTERS = {"vi": ("BN", "ĐT"), "en": ("NS", "EW")}
_MINUTES = 60


@dataclass(frozen=True, slots=True)
class SystemLine:
    """A position in one system; `text` says its system, so that it reads back as it is."""

    code: str
    name_vi: str
    name_en: str
    text: str
    note_vi: str = ""
    note_en: str = ""

    def name(self, locale: str) -> str:
        return self.name_en if locale == "en" else self.name_vi

    def note(self, locale: str) -> str:
        return self.note_en if locale == "en" else self.note_vi


def in_every_system(
    lat: float, lon: float, *, axes: Sequence[Axis] = (), locale: str = "vi"
) -> list[SystemLine]:
    """The position (EPSG:4326 degrees) in WGS 84, VN-2000, the province's axes and Indian 1960."""
    zone = int((lon + 180) // _ZONE_DEGREES) + 1
    lines = [*_degrees(lat, lon, "WGS 84", locale), *_utm(lat, lon, "WGS 84", zone)]
    if square := to_mgrs(lat, lon):
        lines.append(SystemLine("MGRS", "Ô lưới MGRS", "MGRS square", square))
    lines += _degrees(lat, lon, "VN-2000", locale)
    lines += _utm(lat, lon, "VN-2000", zone)
    lines += _on_axes(lat, lon, axes)
    return [*lines, *_treaty(lat, lon, zone)]


def _degrees(lat: float, lon: float, datum: Datum, locale: str) -> Iterator[SystemLine]:
    code = {"WGS 84": "EPSG:4326", "VN-2000": "EPSG:4756"}[datum]
    place = to_system(lat, lon, code)
    prefix = "" if datum == "WGS 84" else "VN-2000: "
    north, east = _LETTERS["en" if locale == "en" else "vi"]
    sexagesimal = (
        f"{degrees_minutes_seconds(place.north, north)} {degrees_minutes_seconds(place.east, east)}"
    )
    shown = datum.replace(" ", "-")
    if datum == "WGS 84":
        decimal = f"{place.north:.7f}; {place.east:.7f}".replace(".", ",")
        if locale == "en":
            decimal = f"{place.north:.7f}, {place.east:.7f}"
        yield SystemLine(code, f"{shown}, độ thập phân", f"{shown}, decimal degrees", decimal)
    yield SystemLine(
        code,
        f"{shown}, độ phút giây",
        f"{shown}, degrees minutes seconds",
        prefix + sexagesimal,
    )


def _utm(lat: float, lon: float, datum: Datum, zone: int) -> Iterator[SystemLine]:
    system = utm_system(datum, zone)
    if system is not None:
        shown = datum.replace(" ", "-")
        yield _grid(lat, lon, system, f"{shown} UTM {zone}N")


def _on_axes(lat: float, lon: float, axes: Sequence[Axis]) -> Iterator[SystemLine]:
    """The province's axes; the one in force first, those of older papers after it."""
    seen: dict[System, list[Axis]] = {}
    for axis in axes:
        seen.setdefault(axis.system, []).append(axis)
    for system, own in seen.items():
        if system.central_meridian is None:
            continue
        names = ", ".join(dict.fromkeys(_of_axis(axis, "vi") for axis in own))
        names_en = ", ".join(dict.fromkeys(_of_axis(axis, "en") for axis in own))
        written = f"VN-2000 múi 3°, KTT {_meridian(system.central_meridian)}"
        yield _grid(lat, lon, system, written, (names, names_en))


def _of_axis(axis: Axis, locale: str) -> str:
    if axis.valid_to is None:
        return axis.province
    until = axis.valid_to.strftime("%d/%m/%Y")
    before = "giấy tờ đến" if locale == "vi" else "papers until"
    return f"{axis.province} ({before} {until})"


def _grid(
    lat: float, lon: float, system: System, written: str, note: tuple[str, str] = ("", "")
) -> SystemLine:
    place = to_system(lat, lon, system.code)
    pair = f"X = {place.north:.2f}; Y = {place.east:.2f}".replace(".", ",")
    return SystemLine(
        system.code, system.name_vi, system.name_en, f"{written}: {pair}", note[0], note[1]
    )


def _treaty(lat: float, lon: float, zone: int) -> Iterator[SystemLine]:
    system = utm_system("Indian 1960", zone)
    if system is None:
        return
    place = to_system(lat, lon, system.code)
    north, east = place.north / _METRES_PER_KILOMETRE, place.east / _METRES_PER_KILOMETRE
    yield SystemLine(
        system.code,
        system.name_vi,
        system.name_en,
        f"Indian 1960 UTM {zone}N: {north:.3f} – {east:.3f}",
        f"ki-lô-mét bắc – đông; phép chuyển sai số khoảng {system.operation_accuracy_m:.0f} m",
        f"kilometres north – east; the shift is accurate to about "
        f"{system.operation_accuracy_m:.0f} m",
    )


def _meridian(degrees: float) -> str:
    whole = int(degrees)
    return f"{whole}°{round((degrees - whole) * _MINUTES):02d}'"
