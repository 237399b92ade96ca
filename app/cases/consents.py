"""Whether a paper about the persons of a case may go to somebody: what they have decided says it.

A step or a paper of the definition names its `addressee`. For that addressee every person of the
case must have agreed. What a step's form asks about consent is kept as a decision of the persons,
with who asked, when and how, beside the fact on the case.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.cases.catalogue import Definition
from app.cases.heads import CaseHead
from app.cases.models import CaseLink
from app.cases.shielding import holds, people_in
from app.errors import Refused
from app.permissions import Actor
from app.registers.models import Person
from app.registers.person_facts import decisions_about, decisions_of, note_consent
from app.registers.person_models import Addressee, Consent, ContactConsent
from app.registers.vocabulary import word
from app.workflow.decisions import Decision

Facts = Mapping[str, Any]  # Any: JSON values of a case
# What the answers of a consent field mean; what was not asked is no decision.
_DECIDED: Final[Mapping[object, Consent]] = {
    True: Consent.GIVEN,
    False: Consent.REFUSED,
    "granted": Consent.GIVEN,
    "refused": Consent.REFUSED,
    "withdrawn": Consent.WITHDRAWN,
}
NOT_APPLICABLE = "not_applicable"  # the dead, the unconscious, small children


@dataclass(frozen=True, slots=True)
class ConsentLine:
    """How the persons of a case stand to one addressee, for the page."""

    addressee: str
    name: str
    is_allowed: bool
    said: str


# --- may it go ------------------------------------------------------------------------------


def refusal(
    session: Session, head: CaseHead, definition: Definition, addressee: str, *, facts: Facts
) -> str:
    """Why nothing about this case may go to the addressee now; empty where it may.

    `facts` are those of the case with the answers that are being given.
    """
    people = _people(session, head, definition, facts)
    decided = decisions_about(session, people, Addressee(addressee))
    return _refusal(people, decided, definition, addressee, facts)


def _refusal(
    people: Sequence[int],
    decided: Mapping[int, ContactConsent],
    definition: Definition,
    addressee: str,
    facts: Facts,
) -> str:
    to_whom = word("addressee", addressee).lower()
    against = sorted(one for one, said in decided.items() if said.decision != Consent.GIVEN)
    if against:
        last = max((decided[one] for one in against), key=lambda one: (one.decided_on, one.id))
        return str(
            _(
                "Không gửi được cho %(whom)s: ngày %(day)s người số %(ids)s đã không đồng ý hoặc"
                " rút đồng ý. Chỉ gửi được khi người đó đồng ý lại.",
                whom=to_whom,
                day=f"{last.decided_on:%d/%m/%Y}",
                ids=", ".join(str(one) for one in against),
            )
        )
    silent = [one for one in people if one not in decided]
    if (people and not silent) or _case_says(definition, facts, addressee, has_people=bool(people)):
        return ""
    return str(
        _(
            "Chưa ghi đương sự có đồng ý báo cho %(whom)s hay không: hãy hỏi và ghi trước khi gửi.",
            whom=to_whom,
        )
    )


def _case_says(definition: Definition, facts: Facts, addressee: str, *, has_people: bool) -> bool:
    """What the case itself says: that nobody can be asked, or, where nobody is named, consent."""
    said = [facts.get(one.code) for one in definition.case_type.fields if one.consent == addressee]
    if NOT_APPLICABLE in said:
        return True
    return not has_people and any(_decision(one) is Consent.GIVEN for one in said)


def require_consent(
    session: Session, head: CaseHead, definition: Definition, addressee: str | None
) -> None:
    """Raise Refused where a paper to the addressee would go against the persons of the case.

    For whoever makes a paper: `addressee` is that of the document in the definition.
    """
    why = refusal(session, head, definition, addressee, facts=head.data) if addressee else ""
    if why:
        raise Refused(why)


def refuse_without_consent(
    session: Session, head: CaseHead, definition: Definition, decision: Decision, answers: Facts
) -> None:
    """Raise Refused where a step would tell somebody against the persons of the case."""
    for addressee in addressees_of(definition, decision.transition, decision.generate):
        why = refusal(session, head, definition, addressee, facts={**head.data, **answers})
        if why:
            name = decision.name.vi
            raise Refused(f"Chưa thực hiện được bước “{name}”.", [why])


def addressees_of(
    definition: Definition, transition: str, documents: Sequence[str] = ()
) -> list[str]:
    """Whom a step tells: itself, or by a paper that it makes."""
    case_type = definition.case_type
    named = [step.addressee for step in case_type.transitions if step.code == transition]
    named += [paper.addressee for paper in case_type.documents if paper.code in documents]
    return list(dict.fromkeys(one for one in named if one))


# --- what was decided -----------------------------------------------------------------------


def keep_decisions(
    session: Session,
    actor: Actor,
    definition: Definition,
    case_id: int,
    answers: Facts,
    *,
    facts: Facts,
    now: datetime,
) -> None:
    """Write the consent answers of a step down with every person of the case."""
    asked = {
        one.consent: decision
        for one in definition.case_type.fields
        if one.consent and (decision := _decision(answers.get(one.code))) is not None
    }
    ids = list(dict.fromkeys(people_in(definition, facts))) if asked else []
    for person in session.scalars(select(Person).where(Person.id.in_(ids))):
        for about, decision in asked.items():
            note_consent(
                session,
                actor,
                person,
                decision=decision,
                decided_on=_day(facts, now, actor),
                how=_("Ghi trong hồ sơ, %(who)s hỏi.", who=actor.name),
                about=Addressee(about),
                case_id=case_id,
                now=now,
            )


def _decision(said: object) -> Consent | None:
    return _DECIDED.get(said) if isinstance(said, bool | str) else None


def _day(facts: Facts, now: datetime, actor: Actor) -> date:
    """The day of the visit at which it was asked, where that is known and not ahead."""
    today = actor.day(now)
    said = facts.get("visited_on")
    return min(date.fromisoformat(said), today) if isinstance(said, str) else today


def consent_lines(
    session: Session, head: CaseHead, definition: Definition, locale: str, *, now: datetime
) -> list[ConsentLine]:
    """How it stands with every addressee about whom the definition asks in such a case."""
    asked = list(
        dict.fromkeys(
            one.consent
            for one in definition.case_type.fields
            if one.consent
            and (one.shown_when is None or holds(one.shown_when, definition, head.data, now))
        )
    )
    lines = []
    people = _people(session, head, definition, head.data)
    decided = decisions_of(session, people)
    for addressee in asked:
        spoken = decided.get(Addressee(addressee), {})
        why = _refusal(people, spoken, definition, addressee, head.data)
        said = why if spoken else ""
        lines.append(ConsentLine(addressee, word("addressee", addressee, locale), not why, said))
    return lines


def _people(session: Session, head: CaseHead, definition: Definition, facts: Facts) -> list[int]:
    """The persons of the case by their facts and by hand, each as the entry kept after mergers."""
    tied = session.scalars(
        select(CaseLink.person_id).where(
            CaseLink.case_id == head.id,
            CaseLink.person_id.is_not(None),
            CaseLink.role == "related",
        )
    )
    ids = {*people_in(definition, facts), *(one for one in tied if one is not None)}
    kept = select(func.coalesce(Person.merged_into_id, Person.id)).where(Person.id.in_(ids))
    return sorted(set(session.scalars(kept)))
