"""Cases as points with attributes: what the API, the tiles and the map files show of them.

The same columns as the list and its table file; the data of the forms never leave this way.
"""

from collections.abc import Sequence
from typing import Any, Final

from flask_babel import lazy_gettext as _
from sqlalchemy import Row
from sqlalchemy.orm import Session

from app.accounts.queries import province_names
from app.cases import pages
from app.cases.listed_names import listed_name
from app.cases.models import Case
from app.cases.published import definitions
from app.permissions import Actor
from app.registers.country_names import country_name
from app.registers.vocabulary import words
from app.vectors import Feature, Kind, Property
from app.workflow.definition import StateKind

CASE_COLUMNS: Final = (
    Case.id,
    Case.reference,
    Case.type_code,
    Case.type_version_id,
    Case.state,
    Case.state_kind,
    Case.title,
    Case.is_open,
    Case.place_text,
    Case.province_code,
    Case.country_code,
    Case.neighbour,
    Case.owner_unit_id,
    Case.assignee_id,
    Case.confidentiality,
    Case.opened_at,
    Case.updated_at,
    Case.next_due_at,
    Case.is_illustration,
    Case.lat,
    Case.lon,
    Case.z_key,
)
CASE_PROPERTIES: Final = (
    Property("reference", _("Số hồ sơ")),
    Property("type_code", _("Loại hồ sơ")),
    Property("type_name", _("Loại hồ sơ")),
    Property("title", _("Trích yếu")),
    Property("state", _("Trạng thái")),
    Property("state_name", _("Trạng thái")),
    Property("state_kind", _("Nhóm trạng thái"), codes=tuple(kind.value for kind in StateKind)),
    Property("is_open", _("Đang mở"), Kind.BOOLEAN),
    Property("place_text", _("Nơi xảy ra")),
    Property("province_code", _("Mã tỉnh")),
    Property("province_name", _("Tỉnh")),
    Property("country_code", _("Mã nước")),
    Property("country_name", _("Nước")),
    Property("neighbour", _("Tuyến"), codes=tuple(words("neighbour"))),
    Property("unit_name", _("Đơn vị giữ")),
    Property("assignee", _("Người xử lý")),
    Property("confidentiality", _("Mức phổ biến"), codes=("normal", "restricted")),
    Property("opened_at", _("Mở lúc"), Kind.MOMENT),
    Property("updated_at", _("Cập nhật lúc"), Kind.MOMENT),
    Property("next_due_at", _("Hạn gần nhất"), Kind.MOMENT),
    Property("is_illustration", _("Số liệu minh họa"), Kind.BOOLEAN),
)


def case_features(
    session: Session, actor: Actor, rows: Sequence[Row[*tuple[Any, ...]]]
) -> list[Feature]:
    """The cases in these rows of CASE_COLUMNS; four reads of names, however many they are."""
    if not rows:
        return []
    known = definitions(session, {row.type_version_id for row in rows})
    provinces = province_names(session)
    units = pages.unit_names(session, (row.owner_unit_id for row in rows))
    people = pages.people_names(session, (row.assignee_id for row in rows))
    found = []
    for row in rows:
        definition = known[row.type_version_id]
        values = (
            row.reference,
            row.type_code,
            listed_name(definition.case_type).in_locale(actor.locale),
            row.title,
            row.state,
            definition.state_names[row.state].in_locale(actor.locale),
            row.state_kind,
            row.is_open,
            row.place_text or None,
            row.province_code,
            provinces.get(row.province_code or ""),
            row.country_code,
            country_name(row.country_code, actor.locale) if row.country_code else None,
            row.neighbour,
            units.get(row.owner_unit_id),
            people.get(row.assignee_id or 0),
            row.confidentiality,
            row.opened_at,
            row.updated_at,
            row.next_due_at,
            row.is_illustration,
        )
        page = f"/ho-so/{row.reference}"
        found.append(Feature(row.reference, page, row.lon, row.lat, values))
    return found
