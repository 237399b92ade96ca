"""What holds for register entries whatever the database says: identity, sides, who reads what."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask_babel import lazy_gettext as _

from app.database import fold_text
from app.geo.labels import LabelKind, MarkerLabel, format_label, sort_key
from app.permissions import Actor, Permission
from app.registers.country_names import country_name
from app.registers.masking import mask_contact, mask_number
from app.registers.models import Marker, MarkerClass, Neighbour, Person, Side, Vessel
from app.registers.slugs import label_slug
from app.registers.vocabulary import word

_LINE_ORDER = {Neighbour.CHINA: 1, Neighbour.LAOS: 2, Neighbour.CAMBODIA: 3}
_LONGEST_TEXT = 24

# Sizes on the lines with China and Laos, letters on the line with Cambodia
# (Ministry of Foreign Affairs, 2/11/2023, on the 2019 Protocol).
CLASSES: Mapping[str, tuple[MarkerClass, ...]] = {
    Neighbour.CHINA: (MarkerClass.LARGE, MarkerClass.MEDIUM, MarkerClass.SMALL),
    Neighbour.LAOS: (MarkerClass.LARGE, MarkerClass.MEDIUM, MarkerClass.SMALL),
    Neighbour.CAMBODIA: (MarkerClass.A, MarkerClass.B, MarkerClass.C),
}


# --- identity -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Identity:
    """How one marker is written, found, addressed and sorted; `position` may carry several."""

    label: str
    folded: str
    slug: str
    sort_key: str
    position: str


def identify(label: MarkerLabel) -> Identity:
    """The identity of a marker whose label names its line."""
    text = format_label(label)
    return Identity(
        label=text,
        folded=fold_text(text),
        slug=label_slug(text),
        sort_key=_sortable(label),
        position=format_label(replace(label, suffix=None)),
    )


def _sortable(label: MarkerLabel) -> str:
    # Fixed widths, digits first: text compares as the tuple does, on every database.
    line, group, main, aux, peg, main_suffix, suffix, text = sort_key(label)
    order = _LINE_ORDER.get(Neighbour(line), 0) if line else 0
    numbers = f"{order}{group}{main:05d}{aux:05d}{peg:05d}{main_suffix}{suffix}"
    return numbers + re.sub(r"[^a-z0-9]", "", fold_text(text))[:_LONGEST_TEXT]


def default_planter(label: MarkerLabel) -> Side | None:
    """Which side planted a single marker by its number; pairs and the Lao line have no rule.

    Cambodia: an odd single auxiliary marker was planted by Cambodia, an even one by Viet Nam (2019
    Protocol, published 2/11/2023). China: odd single markers were planted by China.
    """
    if label.suffix is not None or label.main_suffix is not None:
        return None
    number = None
    if label.line == Neighbour.CAMBODIA and label.kind is LabelKind.AUXILIARY:
        number = label.aux
    if label.line == Neighbour.CHINA and label.kind is LabelKind.MAIN:
        number = label.main
    if not number:
        return None
    return Side.NEIGHBOUR if number % 2 else Side.VIETNAM


# --- who reads what -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Column:
    """One value of an entry: its name, how it is read, and whether it is personal."""

    code: str
    label: Any  # Any: a lazy translation
    read: Callable[[Any, str], object]  # Any: the entry; str: the locale
    is_personal: bool = False
    cover: Callable[[str], str] | None = None  # shown in part only; whole after a reasoned reveal


@dataclass(frozen=True, slots=True)
class Seen:
    """An entry as one actor may see it: masked values are None and named in `masked`.

    The values named in `covered` are there in part.
    """

    entry: Any  # Any: Marker, Vessel or Person, for addresses only
    values: Mapping[str, Any]  # Any: text, number or day
    masked: frozenset[str]
    covered: frozenset[str] = frozenset()

    def __getitem__(self, code: str) -> Any:  # Any: as above
        return self.values[code]


def _plain(name: str) -> Callable[[Any, str], object]:
    return lambda entry, _locale: getattr(entry, name)


def _worded(name: str, words: str) -> Callable[[Any, str], object]:
    return lambda entry, locale: word(words, getattr(entry, name), locale)


def _listed(name: str) -> Callable[[Any, str], object]:
    return lambda entry, _locale: "; ".join(getattr(entry, name))


def _country(entry: Any, locale: str) -> object:  # Any: Vessel or Person
    return country_name(entry.country_code, locale) if entry.country_code else None


def _yes(name: str) -> Callable[[Any, str], object]:
    return lambda entry, _locale: "x" if getattr(entry, name) else ""


MARKER_COLUMNS: tuple[Column, ...] = (
    Column("neighbour", _("Tuyến"), _worded("neighbour", "neighbour")),
    Column("label", _("Số hiệu"), _plain("label")),
    Column("kind", _("Loại"), _worded("kind", "kind")),
    Column("marker_class", _("Cỡ, hạng"), _worded("marker_class", "class")),
    Column("province_code", _("Mã tỉnh"), _plain("province_code")),
    Column("commune_code", _("Mã xã"), _plain("commune_code")),
    Column("place_text", _("Nơi đặt"), _plain("place_text")),
    Column("stage", _("Tiến độ"), _worded("stage", "stage")),
    Column("legal_stage", _("Pháp lý"), _worded("legal_stage", "legal_stage")),
    Column("condition", _("Tình trạng"), _worded("condition", "condition")),
    Column("lat", _("Vĩ độ (WGS-84)"), _plain("lat")),
    Column("lon", _("Kinh độ (WGS-84)"), _plain("lon")),
    Column("elevation_m", _("Độ cao (m)"), _plain("elevation_m")),
    Column("elevation_datum", _("Hệ độ cao"), _plain("elevation_datum")),
    Column("distance_to_line_m", _("Cách đường biên (m)"), _plain("distance_to_line_m")),
    Column("chainage_m", _("Lý trình (m)"), _plain("chainage_m")),
    Column("planted_by", _("Bên cắm"), _worded("planted_by", "side")),
    Column("material", _("Chất liệu"), _plain("material")),
    Column("year_engraved", _("Năm khắc"), _plain("year_engraved")),
    Column("legacy_names", _("Tên cũ"), _listed("legacy_names")),
    Column("legal_basis", _("Căn cứ pháp lý"), _plain("legal_basis")),
    Column("source", _("Nguồn"), _plain("source")),
    Column("is_illustration", _("Số liệu minh họa"), _yes("is_illustration")),
)
NOTE = Column("note", _("Ghi chú"), _plain("note"))
VESSEL_COLUMNS: tuple[Column, ...] = (
    Column("number", _("Số đăng ký"), lambda vessel, _locale: vessel.canonical or ""),
    Column("raw_number", _("Số ghi nhận"), _plain("raw_number")),
    Column("other_numbers", _("Số khác"), _listed("other_numbers")),
    Column("verdict", _("Kết quả kiểm tra"), _worded("verdict", "verdict")),
    Column("owner_name", _("Chủ tàu"), _plain("owner_name"), is_personal=True),
    Column("master_name", _("Thuyền trưởng"), _plain("master_name"), is_personal=True),
    Column("vms_device", _("Thiết bị giám sát hành trình"), _plain("vms_device")),
    Column("home_province_code", _("Mã tỉnh"), _plain("home_province_code")),
    Column("home_port", _("Cảng đăng ký"), _plain("home_port")),
    Column("length_class", _("Chiều dài"), _worded("length_class", "length_class")),
    Column("gear", _("Nghề"), _plain("gear")),
    Column("country_code", _("Nước đang giữ"), _country),
    Column("is_illustration", _("Số liệu minh họa"), _yes("is_illustration")),
)
PERSON_COLUMNS: tuple[Column, ...] = (
    Column("name", _("Họ và tên"), _plain("name"), is_personal=True),
    Column("claimed_name", _("Họ tên khai"), _plain("claimed_name"), is_personal=True),
    Column(
        "foreign_spellings",
        _("Cách viết của nước ngoài"),
        _listed("foreign_spellings"),
        is_personal=True,
    ),
    Column("birth_date", _("Ngày sinh"), _plain("birth_date"), is_personal=True),
    Column("birth_year", _("Năm sinh"), _plain("birth_year")),
    Column("sex", _("Giới tính"), _worded("sex", "sex")),
    Column("id_kind", _("Loại giấy tờ"), _worded("id_kind", "id_kind")),
    Column("id_number", _("Số giấy tờ"), _plain("id_number"), is_personal=True, cover=mask_number),
    Column("home_text", _("Nơi cư trú"), _plain("home_text"), is_personal=True),
    Column("home_province_code", _("Mã tỉnh"), _plain("home_province_code")),
    Column("country_code", _("Nước sở tại"), _country),
    Column("is_minor", _("Chưa thành niên"), _yes("is_minor")),
    Column("is_victim", _("Nạn nhân mua bán người"), _yes("is_victim"), is_personal=True),
    Column(
        "contact_text",
        _("Người thân liên hệ"),
        _plain("contact_text"),
        is_personal=True,
        cover=mask_contact,
    ),
    Column("is_illustration", _("Số liệu minh họa"), _yes("is_illustration")),
)
_COLUMNS: Mapping[type[Any], tuple[Column, ...]] = {  # Any: the three tables
    Marker: MARKER_COLUMNS,
    Vessel: VESSEL_COLUMNS,
    Person: PERSON_COLUMNS,
}


def columns_of(kind: type[Marker | Vessel | Person]) -> tuple[Column, ...]:
    return _COLUMNS[kind]


def as_seen_by(
    actor: Actor, entry: Marker | Vessel | Person, *, known: Collection[int] = ()
) -> Seen:
    """The one place where field rights are decided; pages, lists and exports all read it.

    `known` are the protected persons whose names the actor needs to know.
    """
    is_open = actor.may(Permission.PERSONAL_DATA_VIEW)
    if isinstance(entry, Person) and entry.is_protected:
        is_open = is_open and entry.id in known
    columns = columns_of(type(entry))
    hidden = frozenset(column.code for column in columns if column.is_personal and not is_open)
    values = {
        column.code: None if column.code in hidden else _read(column, entry, actor.locale)
        for column in columns
    }
    covered = frozenset(column.code for column in columns if column.cover and values[column.code])
    return Seen(entry, values, hidden, covered)


def _read(column: Column, entry: object, locale: str) -> object:
    value = column.read(entry, locale)
    return column.cover(str(value)) if column.cover and value else value


def all_seen_by(
    actor: Actor, entries: Sequence[Marker | Vessel | Person], *, known: Collection[int] = ()
) -> list[Seen]:
    return [as_seen_by(actor, entry, known=known) for entry in entries]
