"""Plays scripted cases through the same verbs as the screens, each act at its own moment."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.cases.catalogue import Definition, definition_of
from app.cases.conversation import (
    add_note,
    assign_case,
    link_cases,
    link_entry,
    record_event,
)
from app.cases.correcting import tick_item
from app.cases.effects import set_unit_role
from app.cases.heads import CaseHead, definition_of_head, get_head_by_id
from app.cases.models import Case, CaseLink, CaseUnit, EventKind, UnitRole
from app.cases.queries import latest_version
from app.cases.services import open_case, perform_transition
from app.cases.settling import Files
from app.cases.transfers import accept_transfer
from app.demonstration.paper import Papers
from app.demonstration.script_beside import Beside
from app.demonstration.script_lists import LIST_VERBS, named_in
from app.demonstration.script_money import MONEY_VERBS
from app.demonstration.script_values import HANOI, ScriptValues
from app.demonstration.staff import Staff
from app.geo.gazetteer import Pack
from app.permissions import SYSTEM_ACTOR, Actor
from app.workflow.corrections import items_before
from app.workflow.definition import FieldType
from app.workflow.machine import Rule

Said = Mapping[str, Any]  # Any: YAML
_PICTURES = frozenset({"photos", "photos_after"})


@dataclass(frozen=True, slots=True)
class Stage:
    """What every script is played with."""

    session: Session
    staff: Staff
    values: ScriptValues
    papers: Papers
    pack: Pack
    case_ids: dict[str, int]  # of the scripts played so far, by key


@dataclass(frozen=True, slots=True)
class _Act:
    """One line of a script: who does what to which case, and when."""

    stage: Stage
    case_id: int
    actor: Actor
    at: datetime
    said: Said

    @property
    def reference(self) -> str:
        return self.head().reference

    def head(self) -> CaseHead:
        return get_head_by_id(self.stage.session, SYSTEM_ACTOR, self.case_id)


def read_scripts(path: Path) -> list[dict[str, Any]]:  # Any: YAML
    scripts: list[dict[str, Any]] = yaml.safe_load(path.read_text("utf-8"))
    return scripts


def play_all(stage: Stage, scripts: Iterable[Said]) -> int:
    """Play the scripts in the order of their beginnings, so that numbers rise with the days."""
    ordered = sorted(scripts, key=lambda said: stage.values.moment(said["at"]))
    for said in ordered:
        play(stage, said)
    return len(ordered)


def play(stage: Stage, said: Said) -> int:
    """Open the case of a script and take its steps; returns the case's id."""
    session = stage.session
    definition = definition_of(session, latest_version(session, said["type"]))
    actor = stage.staff.named(said["by"])
    head = open_case(
        session,
        actor,
        said["type"],
        answers=stage.values.answers(definition, said["answers"], actor),
        pack=stage.pack,
        now=stage.values.moment(said["at"]),
        files=_files(stage, definition, said, required=()),
        is_illustration=True,
    )
    stage.case_ids[said["key"]] = head.id
    by, at = said["by"], said["at"]
    for step in said.get("steps", ()):
        by, at = step.get("by", by), step.get("at", at)
        _play_step(stage, head.id, {**step, "by": by, "at": at})
    _mark_side_cases(session, head.id)
    return head.id


def _play_step(stage: Stage, case_id: int, said: Said) -> None:
    if "on_side" in said:
        case_id = _side_case(stage.session, case_id, said["on_side"])
    actor = stage.staff.named(said["by"])
    begins = stage.values.moment(said["at"])
    for number in range(said.get("times", 1)):
        _let_see(stage.session, case_id, actor)
        at = begins + timedelta(hours=number * said.get("every_h", 0))
        act = _Act(stage, case_id, actor, at, _dated(said, at))
        next(verb for word, verb in _VERBS.items() if word in said)(act)


def _dated(said: Said, at: datetime) -> Said:
    """The answers "at" and "on" are the moment and the day of the act itself."""
    answers = said.get("answers", {})
    moment = at.astimezone(HANOI).strftime("%Y-%m-%d %H:%M")
    own = {"at": moment, "on": moment[:10]}
    filled = {
        code: own.get(value, value) if isinstance(value, str) else value
        for code, value in answers.items()
    }
    return {**said, "answers": filled}


def _let_see(session: Session, case_id: int, actor: Actor) -> None:
    """The follow-up of each step informs the units concerned; here it has not run yet."""
    known = session.scalar(
        select(CaseUnit.unit_id).where(
            CaseUnit.case_id == case_id, CaseUnit.unit_id == actor.unit_id
        )
    )
    if known is None:
        set_unit_role(session, case_id, actor.unit_id, UnitRole.INFORMED)


def _side_case(session: Session, case_id: int, type_code: str) -> int:
    """The case of this type that a step of this one opened."""
    return session.scalars(
        select(Case.id)
        .join(CaseLink, CaseLink.other_case_id == Case.id)
        .where(
            CaseLink.case_id == case_id,
            CaseLink.role == "side_case",
            Case.type_code == type_code,
        )
    ).one()


def _mark_side_cases(session: Session, case_id: int) -> None:
    """What a step opened beside its case is an illustration too."""
    opened = select(CaseLink.other_case_id).where(
        CaseLink.case_id == case_id, CaseLink.role == "side_case"
    )
    session.execute(update(Case).where(Case.id.in_(opened)).values(is_illustration=True))


# --- the verbs of a script ------------------------------------------------------------------


def _step(act: _Act) -> None:
    stage, head = act.stage, act.head()
    definition = definition_of_head(stage.session, head)
    rule = definition.machine.rules.get(act.said["step"])
    is_confirmed = head.pending is not None
    for item in () if is_confirmed else items_before(definition.machine, head.situation(), rule):
        head = tick_item(stage.session, act.actor, head.reference, item, is_done=True, now=act.at)
    required = () if rule is None or is_confirmed else _required(rule)
    answers = stage.values.answers(definition, act.said.get("answers", {}), act.actor)
    if act.said["step"] == "transfer":
        answers["unit"] = stage.values.unit(answers["unit"])
    answers |= _same_people(head, act.said.get("same", {}))
    if "reason" in act.said:
        answers["reason"] = act.said["reason"]
    perform_transition(
        stage.session,
        act.actor,
        head.reference,
        act.said["step"],
        answers=answers,
        expected_version=head.version,
        pack=stage.pack,
        now=act.at,
        files=_files(stage, definition, act.said, required=required, known=head.data),
    )


def _same_people(head: CaseHead, said: Said) -> dict[str, Any]:  # Any: JSON
    """The first people of earlier answers, named again: {persons_received: [skipper, crew]}."""
    most = said.get("most")
    return {code: named_in(head, codes)[:most] for code, codes in said.items() if code != "most"}


def _required(rule: Rule) -> tuple[str, ...]:
    return tuple(rule.require)


def _note(act: _Act) -> None:
    kind = EventKind(act.said.get("kind", EventKind.NOTED))
    files = [act.stage.papers.paper(name) for name in act.said.get("files", ())]
    add_note(
        act.stage.session,
        act.actor,
        act.reference,
        kind=kind,
        text=act.said["note"],
        now=act.at,
        files=files,
        number=str(act.said.get("number", "")),
    )


def _event(act: _Act) -> None:
    definition = definition_of_head(act.stage.session, act.head())
    record_event(
        act.stage.session,
        act.actor,
        act.reference,
        act.said["event"],
        answers=act.stage.values.answers(definition, act.said.get("answers", {}), act.actor),
        text=act.said.get("text", ""),
        now=act.at,
    )


def _assign(act: _Act) -> None:
    assignee = act.stage.staff.named(act.said["assign"])
    assign_case(act.stage.session, act.actor, act.reference, user_id=assignee.user_id, now=act.at)


def _link(act: _Act) -> None:
    """A link to an earlier script by its key."""
    other = replace(act, case_id=act.stage.case_ids[act.said["link"]])
    _let_see(act.stage.session, other.case_id, act.actor)
    link_cases(
        act.stage.session, act.actor, act.reference, other_reference=other.reference, now=act.at
    )


def _link_marker(act: _Act) -> None:
    marker = act.stage.values.marker(act.said["link_marker"])
    link_entry(
        act.stage.session,
        act.actor,
        act.reference,
        target="marker",
        entry_id=marker["id"],
        now=act.at,
    )


def _accept(act: _Act) -> None:
    """The receiving unit takes over the case that was proposed to it."""
    accept_transfer(act.stage.session, act.actor, act.reference, now=act.at)


def _listed(verb: Callable[[Beside, Said], None]) -> Callable[[_Act], None]:
    """A verb that needs no form of a step: of the lists of the case, or of its books."""

    def played(act: _Act) -> None:
        stage = act.stage
        verb(
            Beside(stage.session, stage.staff, stage.values, act.head(), act.actor, act.at),
            act.said,
        )

    return played


_VERBS: Mapping[str, Callable[[_Act], None]] = {
    "step": _step,
    **{word: _listed(verb) for word, verb in {**LIST_VERBS, **MONEY_VERBS}.items()},
    "note": _note,
    "event": _event,
    "accept": _accept,
    "assign": _assign,
    "link": _link,
    "link_marker": _link_marker,
}


def _files(
    stage: Stage,
    definition: Definition,
    said: Said,
    *,
    required: Iterable[str],
    known: Said | None = None,
) -> Files:
    """The papers that a script names, and one for every required file that it does not name."""
    named = dict(said.get("files", {})) if isinstance(said.get("files"), dict) else {}
    for code in required:
        field = definition.fields.get(code)
        if field is None or field.type is not FieldType.FILE or (known or {}).get(code):
            continue
        suffix = ".png" if code in _PICTURES else ".pdf"
        named.setdefault(code, [f"{field.name.vi.split(',')[0]}{suffix}"])
    papers = {code: [stage.papers.paper(name) for name in names] for code, names in named.items()}
    return Files(papers)
