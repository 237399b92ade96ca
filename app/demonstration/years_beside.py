"""What a published year has beside its cases: people to sign in, calls, looks at the files."""

from bisect import bisect_left
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, func, select

from app.accounts.models import UnitKind, User
from app.accounts.passwords import hash_password
from app.accounts.queries import units_in_force
from app.audit import AuditEntry
from app.cases.models import Case, CaseEvent, EventKind
from app.database import insert_rows
from app.demonstration.chunks import Chunk
from app.demonstration.names import invented_name
from app.demonstration.people import CREWS, create_crews, demonstration_password
from app.demonstration.year import Year
from app.hotline.models import HotlineCall, Outcome
from app.registers.models import Person
from app.registers.vocabulary import words
from app.sealing import key_ring

Values = dict[str, Any]  # Any: column values
_QUESTION = "Hỏi thủ tục cấp lại hộ chiếu, xin thị thực, tìm địa chỉ cơ quan đại diện."
_VIEWED, _DOWNLOADED, _DOWNLOADED_SHARE = "person.viewed", "file.downloaded", 0.3
_DEPARTMENT = ("CLS", "consular_officer")
_OFFICERS = 3


def hire_people(chunk: Chunk) -> str:
    """Colleagues in turn at every office, until as many as published have a name to sign in."""
    session, on = chunk.stage.session, chunk.year.now.date()
    known = session.scalar(select(func.count()).select_from(User)) or 0
    posts = [
        (unit, *CREWS[UnitKind(unit.kind)][0])
        for unit in units_in_force(session, on, kinds=tuple(CREWS))
    ]
    missing = max(0, len(chunk.moments) - known)
    wanted = [posts[number % len(posts)] for number in range(missing)]
    if wanted:
        hashed = hash_password(demonstration_password())
        create_crews(session, chunk.year.chance, hashed, wanted, now=chunk.year.now)
    return "người dùng"


# --- calls ----------------------------------------------------------------------------------


def write_calls(chunk: Chunk) -> str:
    """Calls that opened a case stand at its opening; the others were answered on the phone."""
    session, year = chunk.stage.session, chunk.year
    opened = _opened_by_call(chunk)
    rows = [_opening_call(year, case) for case in opened]
    rows += [_question(year, at) for at in chunk.moments[len(rows) :]]
    insert_rows(session, HotlineCall, rows)
    insert_rows(session, AuditEntry, [_kept(row) for row in rows])
    return "cuộc gọi đường dây nóng"


def _opened_by_call(chunk: Chunk) -> list[Row[Any]]:  # Any: columns of a case
    """Files of the Department that no call has opened, as many as the published share allows."""
    called = select(HotlineCall.case_id).where(HotlineCall.case_id.is_not(None))
    asked = (
        select(
            Case.id,
            Case.opened_at,
            Case.country_code,
            Case.data,
            CaseEvent.actor_id,
            CaseEvent.actor_name,
            CaseEvent.unit_id,
        )
        .join(CaseEvent, (CaseEvent.case_id == Case.id) & (CaseEvent.kind == EventKind.OPENED))
        .where(
            Case.type_code == "citizen_protection",
            Case.opened_at.between(chunk.moments[0], chunk.moments[-1]),
            Case.id.not_in(called),
            CaseEvent.unit_id == chunk.stage.staff.actor(*_DEPARTMENT).unit_id,
        )
        .order_by(Case.id)
        .limit(round(len(chunk.moments) * chunk.published["hotline.opened_share"]))
    )
    return list(chunk.stage.session.execute(asked))


def _opening_call(year: Year, case: Row[Any]) -> Values:  # Any: columns of a case
    about = str(case.data.get("first_notice", ""))
    return {
        **_caller(year, about),
        "at": case.opened_at,
        "answered_by": case.actor_id,
        "officer_name": case.actor_name,
        "unit_id": case.unit_id,
        "country_code": case.country_code,
        "kind": str(case.data.get("protection_kind", "")),
        "outcome": Outcome.OPENED,
        "case_id": case.id,
    }


def _question(year: Year, at: datetime) -> Values:
    officer = year.staff.actor(*_DEPARTMENT, year.chance.randint(1, _OFFICERS))
    return {
        **_caller(year, _QUESTION),
        "at": at,
        "answered_by": officer.user_id,
        "officer_name": officer.name,
        "unit_id": officer.unit_id,
        "country_code": None,
        "kind": "",
        "outcome": Outcome.ANSWERED,
        "case_id": None,
    }


def _caller(year: Year, about: str) -> Values:
    """Numbers of no network, so that nobody can be rung up."""
    callback = f"000 {year.chance.randint(0, 9_999_999):07d}"
    return {
        "caller_name": invented_name(year.chance, is_male=year.chance.random() < 0.5),  # noqa: PLR2004  a share
        "callback": callback,
        "callback_index": key_ring().blind(callback),
        "relation": year.chance.choice(list(words("caller_relation"))),
        "about": about,
    }


def _kept(row: Values) -> Values:
    what = f"hotline.{row['outcome']}"
    return _entry(
        row["at"], row["answered_by"], row["unit_id"], what, f"case:{row['case_id'] or 0}"
    )


# --- looks ----------------------------------------------------------------------------------


def write_audit(chunk: Chunk) -> str:
    """Who looked at which person and file: each look follows something that the looker did."""
    session, chance = chunk.stage.session, chunk.year.chance
    done = _acts_in(chunk)
    last_person = session.scalar(select(func.max(Person.id))) or 1
    moments = [row.at for row in done]
    rows = []
    for at in chunk.moments:
        act = done[min(bisect_left(moments, at), len(done) - 1)]
        if chance.random() < _DOWNLOADED_SHARE:
            what, subject = _DOWNLOADED, f"case:{act.case_id}"
        else:
            what, subject = _VIEWED, f"person:{chance.randint(1, last_person)}"
        rows.append(_entry(at, act.actor_id, act.unit_id, what, subject))
    insert_rows(session, AuditEntry, rows)
    return "dòng nhật ký truy cập"


def _acts_in(chunk: Chunk) -> list[Row[Any]]:  # Any: columns of an event
    """What was done around these moments, or by whoever did something last."""
    asked = select(CaseEvent.at, CaseEvent.actor_id, CaseEvent.unit_id, CaseEvent.case_id)
    asked = asked.order_by(CaseEvent.at)
    first, last = chunk.moments[0] - timedelta(days=1), chunk.moments[-1] + timedelta(days=1)
    around = asked.where(CaseEvent.at.between(first, last))
    session = chunk.stage.session
    return list(session.execute(around)) or list(session.execute(asked.limit(1)))


def _entry(at: datetime, user_id: int, unit_id: int, action: str, subject: str) -> Values:
    return {
        "at": at,
        "user_id": user_id,
        "unit_id": unit_id,
        "action": action,
        "subject": subject,
        "reason": None,
    }
