from datetime import date

import pytest

from app.geo.labels import parse_label, sort_key
from app.permissions import Actor, Area, Permission
from app.registers.models import Marker, Person, Side, Vessel
from app.registers.rules import as_seen_by, default_planter, identify
from app.registers.slugs import label_slug

LABELS = [
    "KH 1", "KH 47(1)", "KH 47(2)", "KH 47/7(2)", "KH 47/27", "KH 48", "KH 168/2", "KH 168/2.3",
    "KH 314", "LA 511", "LA 511/1", "CN 133(2)/2", "CN 1116",
]  # fmt: skip


def an_actor(*permissions: Permission) -> Actor:
    return Actor(
        user_id=1,
        name="Trần Lan",
        unit_id=1,
        unit_code="CLS",
        unit_name="Cục Lãnh sự",
        roles=frozenset(),
        permissions=frozenset(permissions),
        area=Area(is_everything=True),
    )


def test_stored_order_is_the_order_of_the_label_grammar() -> None:
    read = [parse_label(text) for text in LABELS]
    by_line = {"CN": 1, "LA": 2, "KH": 3}

    stored = sorted(read, key=lambda label: identify(label).sort_key)

    assert stored == sorted(
        read, key=lambda label: (by_line[label.line or ""], *sort_key(label)[1:])
    )


@pytest.mark.parametrize(
    ("label", "slug"),
    [
        ("314", "314"),
        ("47/7(2)", "47-7_2"),
        ("168/2.3", "168-2.3"),
        ("133(2)/2", "133_2-2"),
        ("A-2", "a-2"),
        ("Mốc giao điểm A Pa Chải", "moc-giao-diem-a-pa-chai"),
    ],
)
def test_address_of_a_label_is_readable(label: str, slug: str) -> None:
    assert label_slug(label) == slug


def test_addresses_of_different_labels_differ() -> None:
    texts = ["47/7", "47/7(1)", "47(1)/7", "47/71", "477", "47/7.1", "4/77"]

    assert len({label_slug(text) for text in texts}) == len(texts)


def test_markers_of_a_pair_share_their_position() -> None:
    one, other = identify(parse_label("KH 47/7(1)")), identify(parse_label("KH 47/7(2)"))

    assert one.position == other.position == "47/7"


@pytest.mark.parametrize(
    ("label", "side"),
    [
        ("KH 160/3", Side.NEIGHBOUR),
        ("KH 160/4", Side.VIETNAM),
        ("KH 160", None),
        ("KH 160/4(1)", None),
        ("CN 345", Side.NEIGHBOUR),
        ("CN 428", Side.VIETNAM),
        ("CN 261(1)", None),
        ("LA 511/1", None),
    ],
)
def test_the_number_says_who_planted_where_the_protocol_says_so(
    label: str, side: Side | None
) -> None:
    assert default_planter(parse_label(label)) == side


def test_personal_fields_are_masked_without_the_permission() -> None:
    person = Person(
        claimed_name="Lê Văn Dung",
        verified_name="Lê Quang Vinh",
        foreign_spellings=["LE WAN DUNG"],
        id_number="001099000001",
        birth_date=date(1990, 5, 1),
        birth_year=1990,
        home_text="Ấp 3",
        contact_text="Vợ",
        is_minor=False,
        is_illustration=True,
    )

    seen = as_seen_by(an_actor(Permission.REGISTER_VIEW), person)

    assert "Lê" not in str(dict(seen.values))
    assert "001099" not in str(dict(seen.values))
    assert {"name", "id_number", "birth_date", "contact_text"} <= seen.masked
    assert seen["birth_year"] == 1990


def test_personal_fields_are_open_with_the_permission() -> None:
    vessel = Vessel(
        raw_number="KG 93702 TS",
        canonical="KG-93702-TS",
        owner_name="Trần Văn Sáu",
        other_numbers=[],
        verdict="claimed",
        is_illustration=False,
    )

    seen = as_seen_by(an_actor(Permission.PERSONAL_DATA_VIEW), vessel)

    assert seen["owner_name"] == "Trần Văn Sáu"
    assert not seen.masked


def test_a_marker_has_nothing_to_mask() -> None:
    marker = Marker(neighbour="KH", label="314", kind="main", legacy_names=[], condition="intact")

    seen = as_seen_by(an_actor(), marker)

    assert seen["condition"] == "Nguyên trạng"
    assert not seen.masked
