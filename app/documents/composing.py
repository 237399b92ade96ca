"""What a new draft begins with: the words of its kind, of the case type, of the last one."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

import yaml
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Unit
from app.accounts.queries import MINISTRY_KINDS, province_names, unit_by_id
from app.cases.heads import CaseHead, definition_of_head
from app.cases.models import Case, CaseEvent
from app.cases.values import may_read
from app.documents.debts import DEBTOR, OWED, owed_in
from app.documents.fields import OF_CASE, FieldLine
from app.documents.kinds import DATA, Kind, kind_answering
from app.documents.models import Paper
from app.documents.wording import Wording, wording_from
from app.permissions import Actor
from app.workflow.definition import FieldType

_CAPITAL: Final = "Hà Nội"
_NAMED_AFTER_A_PERSON: Final = "Hồ Chí Minh"
# A note speaks of its sender as of somebody else.
_FIRST_PERSON: Final = re.compile(r"\b(chúng tôi|tôi|we|our|us|my)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A paper that a step of the case asks for, and the kind it is written as."""

    code: str
    name: str
    kind: str


def wanted_by(session: Session, actor: Actor, head: CaseHead) -> list[Wanted]:
    """The papers that the steps taken so far ask for, the newest first, each once."""
    documents = {one.code: one for one in definition_of_head(session, head).case_type.documents}
    asked = session.scalars(
        select(CaseEvent.data)
        .where(CaseEvent.case_id == head.id, CaseEvent.transition.is_not(None))
        .order_by(CaseEvent.seq.desc())
    )
    codes = dict.fromkeys(code for data in asked for code in data.get("documents", ()))
    return [
        Wanted(code, documents[code].name.in_locale(actor.locale), kind_answering(code))
        for code in codes
        if code in documents
    ]


def first_wording(
    session: Session, actor: Actor, head: CaseHead | None, kind: Kind, *, asked: str = ""
) -> Wording:
    """The words that stand in the form before anything is typed."""
    shipped = _shipped().get(kind.code, {})
    last = _last_of(session, actor, kind)
    unit = unit_by_id(session, actor.unit_id)
    place = last.place or _place_of(session, unit)
    made = Wording(
        addressee=shipped.get("addressee", "") if kind.is_to_family else last.addressee,
        abstract=shipped.get("abstract", "{ten}" if head else ""),
        body=shipped.get("body", ""),
        recipients=last.recipients or shipped.get("recipients", "Như trên"),
        authority=last.authority,
        signer_title=last.signer_title,
        signer=last.signer,
        giver_title=last.giver_title or shipped.get("giver_title", ""),
        receiver_title=last.receiver_title or shipped.get("receiver_title", ""),
        place=place,
        agency_translated=last.agency_translated or unit.name_en,
        addressee_translated=last.addressee_translated if kind.is_note else "",
        body_translated=shipped.get("body_translated", ""),
    )
    template = _asked_template(session, head, asked) if head else ""
    made = replace(made, body=template) if template else made
    if head and kind.is_chase:
        made = replace(made, body=_asking(made.body, owed_in(session, _case(session, head))))
    return made.filled({"so": head.reference, "ten": head.title}.get) if head else made


def _case(session: Session, head: CaseHead) -> Case:
    return session.get_one(Case, head.id)


def _asking(body: str, owed: str) -> str:
    """A letter begun by hand asks its addressee for what the ledger says."""
    return body.replace(OWED, owed or "…").replace(DEBTOR, "{kinh_gui}")


def codes_of(session: Session, actor: Actor, head: CaseHead) -> list[FieldLine]:
    """What may stand in braces in the text, as far as the case says it and the drafter reads it."""
    own = [FieldLine("{so}", OF_CASE["so"][0].vi), FieldLine("{ten}", OF_CASE["ten"][0].vi)]
    fields = definition_of_head(session, head).fields
    return own + [
        FieldLine(f"{{{code}}}", field.name.in_locale(actor.locale))
        for code, field in fields.items()
        if head.data.get(code) not in (None, "", [], {})
        and field.type is not FieldType.FILE
        and may_read(actor, field, state=head.state)
    ]


def _asked_template(session: Session, head: CaseHead, asked: str) -> str:
    documents = definition_of_head(session, head).case_type.documents
    return next((one.template for one in documents if one.code == asked and one.template), "")


@lru_cache(maxsize=1)
def _shipped() -> Mapping[str, Mapping[str, str]]:
    found: dict[str, dict[str, str]] = yaml.safe_load((DATA / "wordings.yaml").read_text("utf-8"))
    return found


def shipped_wording(kind_code: str) -> Wording:
    return Wording(**_shipped().get(kind_code, {}))


def _last_of(session: Session, actor: Actor, kind: Kind) -> Wording:
    """What the same person wrote last: who signs and who receives seldom changes."""
    kept = session.scalar(
        select(Paper.content)
        .where(
            Paper.unit_id == actor.unit_id,
            Paper.created_by == actor.user_id,
            Paper.kind == kind.code,
        )
        .order_by(Paper.id.desc())
        .limit(1)
    )
    return wording_from(kept)


def _place_of(session: Session, unit: Unit) -> str:
    if unit.province_code:
        return place_name(province_names(session).get(unit.province_code, ""))
    return _CAPITAL if unit.kind in MINISTRY_KINDS else ""


def place_name(province: str) -> str:
    """As the head of a paper names it: the bare name, but in full where it is a person's."""
    said = province.removeprefix("Tỉnh ")
    return said if said.endswith(_NAMED_AFTER_A_PERSON) else said.removeprefix("Thành phố ")


def first_person_in(kind: Kind, wording: Wording) -> str:
    """The word by which a note would speak of its sender as "we"; empty where none stands."""
    if not kind.is_note:
        return ""
    found = _FIRST_PERSON.search(wording.body) or _FIRST_PERSON.search(wording.body_translated)
    return found[0] if found else ""
