"""How one office shares its work: a team with its rule, somebody away, a question to two units."""

from datetime import datetime, timedelta

from sqlalchemy import select, true
from sqlalchemy.orm import Session

from app.accounts.queries import unit_by_code
from app.cases.models import Case
from app.cases.opinions import Answer, Question, answer_opinion, ask_opinions
from app.cases.request_models import Stance, UnitRequest
from app.demonstration.script_values import HANOI
from app.demonstration.staff import Staff
from app.teams import services as teams
from app.teams.queries import substitutions_of_unit, teams_of_unit

OFFICE = "NV80"
ASKED = (("BP80", "border_command"), ("UBBG", "boundary_officer"))


def load_office(session: Session, staff: Staff, *, now: datetime) -> str:
    _share_work(session, staff, now)
    asked = _ask_units(session, staff, now)
    return f"Phân việc: 1 nhóm, 1 quy tắc, 1 người thay, {asked} lần xin ý kiến"


def _share_work(session: Session, staff: Staff, now: datetime) -> None:
    officer, colleague, leader = (
        staff.actor(OFFICE, role, number)
        for role, number in (
            ("foreign_affairs_officer", 1),
            ("foreign_affairs_officer", 2),
            ("foreign_affairs_leader", 1),
        )
    )
    on = now.astimezone(HANOI).date()
    unit_id = leader.unit_id
    if teams_of_unit(session, unit_id, on=on) or substitutions_of_unit(session, unit_id, on=on):
        return  # whoever tries the product has begun to share work here
    team = teams.create_team(session, leader, "Tổ dự án, khu hợp tác", on=on, now=now)
    for member in (officer, colleague):
        teams.add_member(session, leader, team.id, member.user_id, on=on, now=now)
    rule = teams.RuleFacts(
        "Dự án chung về tổ dự án", on, type_code="shared_project", team_id=team.id
    )
    teams.add_rule(session, leader, rule, known_fields=frozenset(), now=now)
    last = on + timedelta(days=6)
    absence = teams.Absence(colleague.user_id, officer.user_id, on, last, "Nghỉ phép (minh họa)")
    found = teams.propose_substitute(session, colleague, absence, on=on, now=now)
    teams.decide_substitute(session, leader, found.id, is_accepted=True, now=now)


def _ask_units(session: Session, staff: Staff, now: datetime) -> int:
    """A question on the newest project of the office; one of the two units has answered."""
    officer = staff.actor(OFFICE, "foreign_affairs_officer")
    reference = session.scalar(
        select(Case.reference)
        .where(
            Case.type_code == "shared_project",
            Case.owner_unit_id == officer.unit_id,
            Case.is_open.is_(true()),
        )
        .order_by(Case.opened_at.desc(), Case.id.desc())
        .limit(1)
    )
    if reference is None:
        return 0
    units = [unit_by_code(session, code).id for code, _role in ASKED]
    text = "Đề nghị cho ý kiến về phương án kè bờ và ảnh hưởng đến dòng chảy. (Minh họa.)"
    begun = now - timedelta(days=3)
    asked = ask_opinions(
        session, officer, reference, Question("border_works", text, units), now=begun
    )
    answering = staff.actor(*ASKED[0])
    request = session.scalars(
        select(UnitRequest.id).where(
            UnitRequest.round_id == asked.id, UnitRequest.to_unit_id == answering.unit_id
        )
    ).one()
    said = Answer(Stance.AGREED_WITH_REMARKS, "Đồng ý; giữ nguyên dòng chảy tự nhiên. (Minh họa.)")
    answer_opinion(session, answering, reference, request, answer=said, now=now - timedelta(days=1))
    return 1
