from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy.orm import Session

from app.accounts import queries, services
from app.accounts.models import Unit, UnitKind
from app.accounts.session import build_actor
from app.database import transaction
from app.errors import Invalid, NotFound, Refused
from app.permissions import SYSTEM_ACTOR, Actor, Area, Permission
from tests.integration.accounts.conftest import NOW, Person


def actor_of(session: Session, person: Person, role: str, unit: str) -> Actor:
    actor = build_actor(session, person(f"{role}.{unit}".lower(), (role, unit)))
    assert actor is not None
    return actor


def place_of(area: Area) -> Area:
    """Where somebody sees, whatever types of case are for other roles."""
    return replace(area, closed_types=frozenset())


@pytest.mark.parametrize(
    ("role", "unit"),
    [("boundary_officer", "UBBG"), ("consular_leader", "CLS"), ("protection_fund", "QBHCD")],
)
def test_the_ministry_sees_everything(
    reference: Session, person: Person, role: str, unit: str
) -> None:
    assert actor_of(reference, person, role, unit).area.is_everything


@pytest.mark.parametrize(
    ("role", "unit"),
    [
        ("foreign_affairs_officer", "NV91"),
        ("border_command", "BP91"),
        ("fisheries_officer", "TS91"),
        ("province_police", "CA91"),
    ],
)
def test_a_province_sees_the_codes_of_its_predecessors(
    reference: Session, person: Person, role: str, unit: str
) -> None:
    area = actor_of(reference, person, role, unit).area

    assert not area.is_everything
    assert area.province_codes == {"89", "91"}


def test_a_province_leader_acts_for_the_province_itself(reference: Session, person: Person) -> None:
    area = actor_of(reference, person, "province_leader", "91").area

    assert area.province_codes == {"89", "91"}


def test_a_station_sees_its_own_unit(reference: Session, person: Person, station: Unit) -> None:
    actor = actor_of(reference, person, "border_station", station.code)

    assert place_of(actor.area) == Area(unit_ids=frozenset({station.id}))
    assert actor.may(Permission.CASE_OPEN)


def test_a_mission_sees_its_country(reference: Session, person: Person) -> None:
    mission = next(
        unit
        for unit in queries.units_in_force(
            reference, date(2026, 11, 22), kinds=[UnitKind.MISSION], country_code="JP"
        )
    )

    area = actor_of(reference, person, "mission_consul", mission.code).area

    assert place_of(area) == Area(country_codes=frozenset({"JP"}), unit_ids=frozenset({mission.id}))


def test_an_administrator_manages_users_and_reads_no_case(
    reference: Session, person: Person
) -> None:
    actor = actor_of(reference, person, "administrator", "BNG")

    assert actor.may(Permission.ADMIN_USERS)
    assert not actor.may(Permission.CASE_VIEW)
    assert place_of(actor.area) == Area()


def test_the_actor_takes_the_roles_of_the_unit_acted_for(
    reference: Session, person: Person
) -> None:
    user = person("lan", ("clerk", "NV04"), ("border_command", "BP04"))
    command = queries.unit_by_code(reference, "BP04")

    first, second = build_actor(reference, user), build_actor(reference, user, unit_id=command.id)

    assert first is not None
    assert second is not None
    assert (first.roles, first.unit_code) == (frozenset({"clerk"}), "NV04")
    assert (second.roles, second.unit_code) == (frozenset({"border_command"}), "BP04")
    assert not first.may(Permission.CASE_ASSIGN)


def test_a_unit_where_no_role_is_held_cannot_be_acted_for(
    reference: Session, person: Person
) -> None:
    user = person("lan", ("clerk", "NV04"))
    ministry = queries.unit_by_code(reference, "BNG")

    actor = build_actor(reference, user, unit_id=ministry.id)

    assert actor is not None
    assert actor.unit_code == "NV04"


def test_without_a_role_there_is_no_actor(reference: Session, person: Person) -> None:
    assert build_actor(reference, person("lan")) is None


# --- who manages whom -----------------------------------------------------------------------


def test_an_administrator_of_the_ministry_sees_every_user(
    reference: Session, person: Person
) -> None:
    admin = actor_of(reference, person, "administrator", "BNG")
    person("lan", ("clerk", "NV04"))

    users, total = queries.list_users(reference, admin)

    assert total == 2
    assert {user.username for user in users} == {"administrator.bng", "lan"}


def test_an_administrator_of_a_province_sees_only_below(reference: Session, person: Person) -> None:
    admin = actor_of(reference, person, "administrator", "NV04")
    person("lan", ("clerk", "NV04"))
    stranger = person("xa", ("clerk", "NV91"))

    users, _total = queries.list_users(reference, admin)

    assert {user.username for user in users} == {"administrator.nv04", "lan"}
    with pytest.raises(NotFound):
        queries.managed_user(reference, admin, stranger.id)


def test_an_administrator_of_a_command_manages_its_stations(
    reference: Session, person: Person, station: Unit
) -> None:
    admin = actor_of(reference, person, "administrator", "BP04")
    person("lan", ("border_station", station.code))

    users, _total = queries.list_users(reference, admin, text="LAN")

    assert [user.username for user in users] == ["lan"]


def test_without_the_permission_no_user_is_visible(reference: Session, person: Person) -> None:
    officer = actor_of(reference, person, "consular_officer", "CLS")

    assert queries.list_users(reference, officer) == ([], 0)


def test_nobody_gives_himself_a_role(reference: Session, person: Person) -> None:
    user = person("admin", ("administrator", "BNG"))
    admin = build_actor(reference, user)
    assert admin is not None

    with pytest.raises(Refused), transaction() as writer:
        services.assign_role(
            writer,
            admin,
            queries.managed_user(writer, admin, user.id),
            role_code="consular_officer",
            unit=queries.unit_by_code(writer, "CLS"),
            now=NOW,
        )


def test_a_role_outside_the_managed_units_is_not_given(reference: Session, person: Person) -> None:
    admin = actor_of(reference, person, "administrator", "NV04")
    user = person("lan", ("clerk", "NV04"))

    with pytest.raises(NotFound), transaction() as writer:
        services.assign_role(
            writer,
            admin,
            queries.managed_user(writer, admin, user.id),
            role_code="clerk",
            unit=queries.unit_by_code(writer, "NV91"),
            now=NOW,
        )


def test_the_role_of_the_system_is_nobodys(reference: Session, person: Person) -> None:
    user = person("lan", ("clerk", "NV04"))
    unit = queries.unit_by_code(reference, "NV04")

    with pytest.raises(Invalid):
        services.assign_role(reference, SYSTEM_ACTOR, user, role_code="system", unit=unit, now=NOW)


def test_a_taken_name_is_refused_beside_its_field(reference: Session, person: Person) -> None:
    person("lan", ("clerk", "NV04"))

    with pytest.raises(Invalid) as refusal, transaction() as writer:
        services.create_user(
            writer,
            SYSTEM_ACTOR,
            services.NewUser("LAN", "Nguyễn Thị Lan", "khac@vi-du.vn"),
            now=NOW,
        )

    assert set(refusal.value.problems) == {"username"}
    assert reference.is_active


def test_notices_find_the_holders_of_a_role_in_a_province(
    reference: Session, person: Person
) -> None:
    person("lan", ("border_command", "BP04"))
    person("xa", ("border_command", "BP91"))

    held = queries.users_holding(reference, ["border_command"], province_codes=["04"])

    assert [each.user.username for each in held] == ["lan"]


def test_those_who_fine_and_those_who_protect_are_kept_apart(
    reference: Session, person: Person
) -> None:
    fines = actor_of(reference, person, "province_leader", "80")
    protects = actor_of(reference, person, "consular_leader", "CLS")
    assert fines.area.closed_types == {"citizen_protection"}
    assert protects.area.closed_types == {"fishery_sanction"}
