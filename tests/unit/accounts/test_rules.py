from datetime import UTC, datetime, timedelta

import pytest

from app.accounts import rules
from app.accounts.models import UnitKind
from app.accounts.session import local_path
from app.permissions import Area, Permission

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
READS = frozenset({Permission.CASE_VIEW})
THROTTLE = rules.Throttle(window=timedelta(minutes=15), account_limit=3, address_limit=5)


def minutes_ago(*minutes: int) -> list[datetime]:
    return [NOW - timedelta(minutes=each) for each in minutes]


@pytest.mark.parametrize("kind", sorted(rules.MINISTRY_LEVEL))
def test_the_ministry_reaches_everything(kind: str) -> None:
    area = rules.area_of(rules.UnitFacts(id=1, kind=kind), READS)

    assert area.is_everything


@pytest.mark.parametrize("kind", sorted(rules.PROVINCE_LEVEL))
def test_a_province_reaches_its_codes_old_and_new(kind: str) -> None:
    facts = rules.UnitFacts(id=7, kind=kind, province_codes=frozenset({"91", "89"}))

    area = rules.area_of(facts, READS)

    assert area == Area(province_codes=frozenset({"91", "89"}), unit_ids=frozenset({7}))


def test_a_mission_reaches_its_countries() -> None:
    facts = rules.UnitFacts(id=9, kind=UnitKind.MISSION, country_codes=frozenset({"JP"}))

    area = rules.area_of(facts, READS)

    assert area == Area(country_codes=frozenset({"JP"}), unit_ids=frozenset({9}))


@pytest.mark.parametrize("kind", [UnitKind.BORDER_STATION, UnitKind.COMMUNE])
def test_a_station_or_commune_reaches_its_own_unit_only(kind: UnitKind) -> None:
    facts = rules.UnitFacts(id=3, kind=kind, province_codes=frozenset({"04"}))

    assert rules.area_of(facts, READS) == Area(unit_ids=frozenset({3}))


def test_an_administrator_of_the_ministry_reaches_no_case() -> None:
    facts = rules.UnitFacts(id=1, kind=UnitKind.MINISTRY)

    assert rules.area_of(facts, frozenset({Permission.ADMIN_USERS})) == Area()


def test_a_forgotten_permission_name_grants_nothing() -> None:
    assert rules.permissions_from(["case:view", "case:vanished"]) == {Permission.CASE_VIEW}


@pytest.mark.parametrize(
    ("role", "level", "kind", "is_fine"),
    [
        ("mission_consul", "mission", UnitKind.MISSION, True),
        ("mission_consul", "mission", UnitKind.PROVINCE_AGENCY, False),
        ("clerk", "any", UnitKind.BORDER_STATION, True),
        ("consular_officer", "ministry", UnitKind.PROVINCE, False),
        ("system", "any", UnitKind.MINISTRY, False),
    ],
)
def test_a_role_is_held_at_its_level(role: str, level: str, kind: str, *, is_fine: bool) -> None:
    assert (rules.unit_problem(role, level, kind) is None) is is_fine


@pytest.mark.parametrize(
    ("account", "address", "pause_minutes"),
    [
        ((), (), None),
        ((1, 2), (1, 2), None),
        ((1, 2, 3), (), 12),
        ((1, 2, 20), (), None),
        ((1, 2, 3, 4), (), 12),
        ((), (1, 2, 3, 4), None),
        ((), (1, 2, 3, 4, 5), 10),
        ((5, 6, 7), (1, 2, 3, 4, 5), 10),
    ],
)
def test_sign_in_pauses_until_enough_failures_have_left_the_window(
    account: tuple[int, ...], address: tuple[int, ...], pause_minutes: int | None
) -> None:
    until = rules.pause_until(minutes_ago(*account), minutes_ago(*address), THROTTLE, now=NOW)

    expected = NOW + timedelta(minutes=pause_minutes) if pause_minutes is not None else None
    assert until == expected


@pytest.mark.parametrize(
    ("rested", "is_idle"), [(0, False), (8 * 3600 - 1, False), (8 * 3600 + 1, True)]
)
def test_a_session_is_idle_after_its_hours(rested: int, *, is_idle: bool) -> None:
    assert rules.is_idle(NOW.timestamp() - rested, now=NOW, hours=8) is is_idle


@pytest.mark.parametrize(
    ("password", "problems"),
    [
        ("mốc 1116 Đồng Đăng", 0),
        ("ngắn quá", 1),
        ("aaaaaaaaaaaaaaaaa", 1),
        ("lan.nguyen nhà tôi ở Cao Bằng", 1),
        ("aaa", 2),
    ],
)
def test_a_password_is_long_varied_and_not_the_name(password: str, problems: int) -> None:
    found = rules.password_problems(password, minimum=14, personal=["lan.nguyen"])

    assert len(found) == problems


@pytest.mark.parametrize(
    ("asked", "path"),
    [
        ("/ho-so?tab=toi", "/ho-so?tab=toi"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("\\\\evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("ho-so", "/"),
        ("", "/"),
    ],
)
def test_only_a_path_on_this_host_is_followed(asked: str, path: str) -> None:
    assert local_path(asked) == path
