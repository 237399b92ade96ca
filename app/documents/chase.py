"""Letters that ask for money back, and the minutes of a hand-over, as papers."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from app.accounts.models import User
from app.accounts.queries import unit_by_id
from app.cases.models import Case
from app.documents.at_once import Occasion, draft_at_once
from app.documents.composing import first_wording, shipped_wording
from app.documents.debts import DEBTOR, OWED, owed_in
from app.documents.kinds import CHASE, CHASE_OTHERS, HANDOVER, kind_of
from app.documents.models import Paper
from app.documents.services import draft_letters
from app.documents.wording import Wording
from app.money.models import Reminder
from app.money.rules import Source
from app.money.words import DEBTORS
from app.office.handovers import handover_of
from app.permissions import Actor


def draft_chase(session: Session, actor: Actor, reminder_id: int, *, now: datetime) -> str | None:
    """Have the notice of a written reminder drafted; None where nothing is owed any more.

    To the citizen's family the paper asks for consent before it is written; an owner, an employer
    or an insurer owes the money himself, and no word of the citizen goes to the family.
    """
    reminder = session.get_one(Reminder, reminder_id)
    case = session.get_one(Case, reminder.case_id)
    owed = owed_in(session, case)
    if not owed:
        return None
    debtor = Source(reminder.debtor)
    wording = _addressed(shipped_wording(kind := _kind_for(debtor)), debtor, owed)
    before = first_wording(session, actor, None, kind_of(kind))
    wording = replace(
        wording,
        place=before.place,
        authority=before.authority,
        signer=before.signer,
        signer_title=before.signer_title,
    )
    return draft_letters(session, actor, [case], kind, wording=wording, now=now)


def _kind_for(debtor: Source) -> str:
    return CHASE if debtor is Source.FAMILY else CHASE_OTHERS


def _addressed(wording: Wording, debtor: Source, owed: str) -> Wording:
    """The shipped words with the sum and, beside the family, with who owes it."""
    name = DEBTORS[debtor].vi
    return replace(
        wording,
        addressee=wording.addressee or name,
        body=wording.body.replace(OWED, owed).replace(DEBTOR, name[:1].lower() + name[1:]),
    )


def draft_minutes(session: Session, actor: Actor, handover_id: int, *, now: datetime) -> Paper:
    """The note of a hand-over as minutes to be signed; it names no case facts beyond the note."""
    handover = handover_of(session, actor, handover_id)
    wording = Wording(
        abstract="Bàn giao công việc",
        body="\n".join(line for line in handover.note.splitlines() if line.strip()),
        giver=session.get_one(User, handover.leaver_id).name,
        receiver=session.get_one(User, handover.successor_id).name,
    )
    return draft_at_once(
        session,
        actor,
        unit_by_id(session, handover.unit_id),
        kind_of(HANDOVER),
        occasion=Occasion(handover_id=handover.id),
        wording=wording,
        now=now,
    )
