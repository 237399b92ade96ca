"""Takes a whole import back, row by row, except where somebody has worked on since."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from app.cases.models import Case, CaseLink
from app.cases.withdrawing import moved_on, references_of, withdraw_case
from app.geo.gazetteer import Pack
from app.imports.models import ImportBatch, ImportEffect, Undo
from app.imports.undoing_entries import undo_entries
from app.permissions import Actor
from app.registers.models import Marker, MarkerChange
from app.registers.queries import segments
from app.registers.recording import Ground
from app.registers.services import mark_register_changed
from app.registers.withdrawing import drop_measurement, restore_facts, withdraw_marker

CHUNK = 300
_PLACE = frozenset({"lat", "lon"})


def pending_effects(session: Session, batch: ImportBatch) -> Sequence[ImportEffect]:
    """The next effects to take back, the last done first."""
    return session.scalars(
        select(ImportEffect)
        .where(ImportEffect.batch_id == batch.id, ImportEffect.undo == Undo.NOT_ASKED)
        .order_by(ImportEffect.id.desc())
        .limit(CHUNK)
    ).all()


def undo_effects(
    session: Session,
    actor: Actor,
    batch: ImportBatch,
    effects: Sequence[ImportEffect],
    *,
    pack: Pack,
    now: datetime,
) -> None:
    """Take these effects back; each says what became of it."""
    reason = f"Hoàn tác lần nhập {batch.id}: {batch.file_name}"
    _undo_cases(session, actor, [one for one in effects if one.case_id], reason=reason, now=now)
    undo_entries(
        session, actor, [one for one in effects if one.person_id or one.vessel_id], now=now
    )
    effects = [one for one in effects if one.marker_id]
    if not effects:
        return
    ids = [one.marker_id for one in effects if one.marker_id]
    statement = select(Marker).where(Marker.id.in_(ids))
    rows = session.scalars(
        statement.options(selectinload(Marker.measurements), selectinload(Marker.position))
    )
    work = _Undoing(
        session,
        actor,
        Ground(pack, segments(session), {}),
        reason,
        now,
        {marker.id: marker for marker in rows},
        _with_cases(session, ids),
    )
    for effect in effects:
        work.undo(effect)
    mark_register_changed(session, now=now)


def _undo_cases(
    session: Session,
    actor: Actor,
    effects: Sequence[ImportEffect],
    *,
    reason: str,
    now: datetime,
) -> None:
    """Withdraw the cases that are as the file left them; the others stay, each with why."""
    ids = [one.case_id for one in effects if one.case_id]
    kept, references = moved_on(session, ids), references_of(session, actor, ids)
    for effect in effects:
        case_id = effect.case_id or 0
        reference = references.get(case_id)
        why = kept.get(case_id, "" if reference else "ngoài phạm vi của bạn")
        if why or reference is None:
            effect.undo = Undo.KEPT
            effect.note = f"Hồ sơ {reference or case_id} giữ nguyên: {why}."
            continue
        withdraw_case(session, actor, reference, reason=reason, now=now)
        effect.undo = Undo.UNDONE


def _with_cases(session: Session, ids: Sequence[int]) -> frozenset[int]:
    """Markers on which cases rest."""
    held = select(Case.marker_id).where(Case.marker_id.in_(ids))
    linked = select(CaseLink.marker_id).where(CaseLink.marker_id.in_(ids))
    found = {*session.scalars(held), *session.scalars(linked)}
    return frozenset(one for one in found if one is not None)


@dataclass(frozen=True)
class _Undoing:
    """What the undoing of a chunk needs at hand."""

    session: Session
    actor: Actor
    ground: Ground
    reason: str
    now: datetime
    markers: Mapping[int, Marker]
    with_cases: frozenset[int]

    def undo(self, effect: ImportEffect) -> None:
        marker = self.markers[effect.marker_id or 0]
        later = self._later(effect, marker)
        if effect.is_new:
            self._withdraw(effect, marker, is_changed=bool(later))
        else:
            self._restore(effect, marker, later)

    def _withdraw(self, effect: ImportEffect, marker: Marker, *, is_changed: bool) -> None:
        has_case = marker.id in self.with_cases or marker.lifecycle_case_id is not None
        if is_changed or has_case:
            effect.undo = Undo.KEPT
            why = "đã có hồ sơ gắn với mốc" if has_case else "đã được sửa sau khi nhập"
            effect.note = f"Mốc {marker.label} ({marker.neighbour}) giữ nguyên: {why}."
            return
        withdraw_marker(self.session, self.actor, marker, reason=self.reason, now=self.now)
        effect.undo = Undo.UNDONE

    def _restore(self, effect: ImportEffect, marker: Marker, later: frozenset[str]) -> None:
        former = self._former(effect)
        kept = sorted(name for name in former if name in later)
        facts = {name: value for name, value in former.items() if name not in (*later, *_PLACE)}
        if effect.measurement_id is not None and not self._measured_back(effect, marker):
            kept.append("tọa độ")
        restore_facts(self.session, self.actor, marker, facts, reason=self.reason, now=self.now)
        effect.undo = Undo.KEPT if kept else Undo.UNDONE
        if kept:
            named = ", ".join(dict.fromkeys("tọa độ" if one in _PLACE else one for one in kept))
            effect.note = (
                f"Mốc {marker.label} ({marker.neighbour}): giữ giá trị mới hơn của {named}."
            )

    def _measured_back(self, effect: ImportEffect, marker: Marker) -> bool:
        assert effect.measurement_id is not None  # noqa: S101  the caller looked
        return drop_measurement(
            self.session,
            self.actor,
            marker,
            effect.measurement_id,
            ground=self.ground,
            reason=self.reason,
            now=self.now,
        )

    def _later(self, effect: ImportEffect, marker: Marker) -> frozenset[str]:
        """The facts that say something else by now than when the import was over."""
        rows = self.session.scalars(
            select(MarkerChange)
            .where(
                MarkerChange.marker_id == effect.marker_id,
                MarkerChange.id > (effect.last_change or 0),
            )
            .order_by(MarkerChange.id)
        )
        left: dict[str, Any] = {}  # Any: column values
        for change in rows:
            left = {name: (change.before or {}).get(name) for name in change.after} | left
        changed = (name for name, value in left.items() if getattr(marker, name, value) != value)
        return frozenset(changed)

    def _former(self, effect: ImportEffect) -> dict[str, Any]:  # Any: column values
        """What the facts were before the import changed them."""
        rows = self.session.scalars(
            select(MarkerChange)
            .where(
                MarkerChange.marker_id == effect.marker_id,
                MarkerChange.id.between(effect.first_change or 0, effect.last_change or 0),
            )
            .order_by(MarkerChange.id.desc())
        )
        former: dict[str, Any] = {}
        for change in rows:
            former |= change.before or {}
        return former


def undo_counts(session: Session, batch: ImportBatch) -> dict[str, int]:
    rows = session.execute(
        select(ImportEffect.undo, func.count())
        .where(ImportEffect.batch_id == batch.id)
        .group_by(ImportEffect.undo)
    )
    return {row[0]: row[1] for row in rows}


def kept_notes(session: Session, batch: ImportBatch, *, limit: int) -> Sequence[ImportEffect]:
    """The rows that were not taken back whole, each with why."""
    return session.scalars(
        select(ImportEffect)
        .where(ImportEffect.batch_id == batch.id, ImportEffect.undo == Undo.KEPT)
        .order_by(ImportEffect.row)
        .limit(limit)
    ).all()
