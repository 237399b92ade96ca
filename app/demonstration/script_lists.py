"""Plays what became of each man, vessel and sanction of a scripted case, by the verbs of lists."""

from collections.abc import Callable, Mapping
from decimal import Decimal

from app.cases.children.pasting import Pasted
from app.cases.children.queries import children_of
from app.cases.children.sanctions import ActFacts, SanctionFacts, record_sanction
from app.cases.children.services import Mark, add_children, mark_children, verify_children
from app.cases.children.tying import Entry
from app.cases.heads import CaseHead
from app.demonstration.script_beside import Beside, Said
from app.workflow.tracks import Track


def _enter(beside: Beside, said: Said) -> None:
    """Those whom the case names in the answers called `answered`, in that order."""
    add_children(
        beside.session,
        beside.actor,
        beside.head.reference,
        Track(said["enter"]),
        [Pasted(item["label"]) for item in named_in(beside.head, said["answered"])],
        since=beside.values.day(said["since"]),
        source=said["source"],
        now=beside.at,
    )


def named_in(head: CaseHead, codes: list[str]) -> list[Said]:
    """The entries of the registers that these answers of a case name, in this order."""
    held = [head.data.get(code) or [] for code in codes]
    return [item for value in held for item in (value if isinstance(value, list) else [value])]


def _rows(beside: Beside, track: Track, rows: str) -> list[int]:
    """The ids of rows counted from one: "3" or "38-42"."""
    first, _, last = str(rows).partition("-")
    known = children_of(beside.session, beside.head.id, track)
    return [child.id for child in known[int(first) - 1 : int(last or first)]]


def _mark(beside: Beside, said: Said) -> None:
    track = Track(said["mark"])
    mark = Mark(
        said["status"],
        beside.values.day(said["since"]),
        said.get("why", ""),
        said.get("facts", {}),
    )
    mark_children(
        beside.session,
        beside.actor,
        beside.head.reference,
        track,
        chosen=_rows(beside, track, said["rows"]),
        mark=mark,
        now=beside.at,
    )


def _verify(beside: Beside, said: Said) -> None:
    """With `tied`, the one row becomes the entry of the register that the case names first."""
    track = Track(said["verify"])
    code = "vessels" if track is Track.VESSELS else "skipper"
    tied = named_in(beside.head, [code])[0]["id"] if said.get("tied") else None
    verify_children(
        beside.session,
        beside.actor,
        beside.head.reference,
        track,
        chosen=_rows(beside, track, said["rows"]),
        entry=Entry(said["confirmed_by"], entry_id=tied, province_code=said.get("province")),
        now=beside.at,
    )


def _fine(beside: Beside, said: Said) -> None:
    head = said["fine"]
    facts = SanctionFacts(
        violation_on=beside.values.day(head["violation_on"]),
        decision_number=head["decision_number"],
        decision_on=beside.values.day(head["decision_on"]),
        authority=head["authority"],
        length_class=head["length_class"],
    )
    record_sanction(
        beside.session,
        beside.actor,
        beside.head.reference,
        facts,
        [ActFacts(**{**act, "amount": Decimal(act["amount"])}) for act in said["acts"]],
        now=beside.at,
    )


LIST_VERBS: Mapping[str, Callable[[Beside, Said], None]] = {
    "enter": _enter,
    "mark": _mark,
    "verify": _verify,
    "fine": _fine,
}
