"""The pages of lists: what was brought, what waits, who may be one person; one registration."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

import orjson
from flask import current_app, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.accounts.forms import problems_shown_on
from app.accounts.session import current_actor
from app.config import Settings
from app.crises import events, intake, late, merging, pages, queries, single_rows, taking, twins
from app.crises.form_pages import kept
from app.crises.forms import ListForm, RowForm
from app.crises.intake import ListFacts
from app.crises.models import KeptRow, LikePair, MassEvent, Participant
from app.crises.queries import Side
from app.crises.rows import look_at
from app.crises.shown import PersonLine, reader_of
from app.crises.words import REASONS, SOURCES, said
from app.database import reading, row_number, transaction
from app.errors import Invalid, NotFound
from app.imports.readers.fonts import FontEncoding
from app.jobs import utc_now
from app.permissions import Actor, Permission, require


@require(Permission.IMPORT_RUN)
def lists(event_id: int) -> ResponseReturnValue:
    """The lists of an event, and the place where the next one is pasted."""
    actor, form, session = current_actor(), ListForm(), reading()
    found = queries.event_by_id(session, actor, event_id)
    _require_side(session, actor, found)
    form.offer(actor.locale)
    if form.is_submitted() and form.validate():
        with problems_shown_on(form):
            list_id = _take(actor, event_id, form)
            return redirect(url_for("crises.one_list", event_id=event_id, list_id=list_id))
    page = render_template(
        "crises/lists.html",
        view=pages.view_of(session, actor, found),
        form=form,
        lists=queries.lists_of(session, found),
        sources=SOURCES,
    )
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK


def _take(actor: Actor, event_id: int, form: ListForm) -> int:
    settings: Settings = current_app.extensions["settings"]
    content = form.content()
    if not content:
        sentence = _("Dán danh sách hoặc chọn tệp.")
        raise Invalid(sentence, {"pasted": (sentence,)})
    font = FontEncoding(form.convert.data) if form.convert.data else None
    brought = look_at(content, limit_mb=settings.max_upload_mb, convert=font)
    facts = ListFacts(form.chosen_source, (form.name.data or "").strip())
    with transaction() as session:
        held = queries.event_by_id(session, actor, event_id, lock=True)
        return taking.bring_list(session, actor, held, facts, brought, now=utc_now()).id


def _require_side(session: Session, actor: Actor, event: MassEvent) -> None:
    """Lists name everybody: they are for the event's own units and the Ministry."""
    side = queries.side_of(session, actor, event)
    if side is Side.PROVINCE or not actor.may(Permission.PERSONAL_DATA_VIEW):
        raise NotFound


@require(Permission.IMPORT_RUN)
def one_list(event_id: int, list_id: int) -> ResponseReturnValue:
    session, actor = reading(), current_actor()
    found = queries.event_by_id(session, actor, event_id)
    _require_side(session, actor, found)
    held = queries.list_by_id(session, found, list_id)
    waiting = queries.kept_rows_of(session, held.id, is_late=True)
    refused = queries.kept_rows_of(session, held.id, is_late=False)
    return render_template(
        "crises/list.html",
        view=pages.view_of(session, actor, found),
        held=held,
        source=said(SOURCES, held.source, actor.locale),
        refused=[(row, _cells(row)) for row in refused],
        late=[(row, _cells(row)) for row in waiting],
    )


@require(Permission.IMPORT_RUN)
def list_progress(event_id: int, list_id: int) -> ResponseReturnValue:
    """How far a long list has come; once it has ended the page draws itself anew."""
    session, actor = reading(), current_actor()
    found = queries.event_by_id(session, actor, event_id)
    _require_side(session, actor, found)
    held = queries.list_by_id(session, found, list_id)
    view = pages.view_of(session, actor, found)
    answer = make_response(render_template("crises/_taking.html", view=view, held=held))
    if not held.is_under_way:
        answer.headers["HX-Refresh"] = "true"
    return answer


@require(Permission.IMPORT_RUN)
def resume_list(event_id: int, list_id: int) -> ResponseReturnValue:
    actor = current_actor()
    with transaction() as session:
        held = queries.event_by_id(session, actor, event_id, lock=True)
        found = queries.list_by_id(session, held, list_id)
        taking.resume(session, actor, held, found, now=utc_now())
    return redirect(url_for("crises.one_list", event_id=event_id, list_id=list_id))


def _cells(row: KeptRow) -> Mapping[str, str]:
    cells: Mapping[str, str] = orjson.loads(row.cells)
    return cells


@require(Permission.IMPORT_RUN)
def accept_late(event_id: int, list_id: int) -> ResponseReturnValue:
    """Take in one late registration, or all of the list."""
    actor = current_actor()
    with transaction() as session:
        held = queries.event_by_id(session, actor, event_id, lock=True)
        found = queries.list_by_id(session, held, list_id)
        row_id = request.form.get("dong", type=row_number)
        count = late.accept_late(session, actor, held, found, row_id, now=utc_now())
    if count is not None:
        flash(_("Đã nhận %(count)s đăng ký muộn.", count=count), "success")
    return redirect(url_for("crises.one_list", event_id=event_id, list_id=list_id))


@require(Permission.IMPORT_RUN)
def correct_row(event_id: int, list_id: int, kept_id: int) -> ResponseReturnValue:
    actor, form, session = current_actor(), RowForm(), reading()
    found = queries.event_by_id(session, actor, event_id)
    _require_side(session, actor, found)
    row = queries.kept_row_by_id(session, found, list_id, kept_id)
    if not form.is_submitted():
        form.process(data=dict(_cells(row)))

    def write(writer: Session, who: Actor) -> None:
        held = queries.event_by_id(writer, who, event_id, lock=True)
        again = queries.kept_row_by_id(writer, held, list_id, kept_id)
        cells = {**_cells(again), **form.cells()}
        single_rows.correct_row(writer, who, held, again, cells=cells, now=utc_now())

    back = url_for("crises.one_list", event_id=event_id, list_id=list_id)
    title = _("Sửa dòng %(number)s", number=row.number)
    return kept(form, write, title=title, back=back, event=found, lead=row.sentence) or redirect(
        back
    )


@require(Permission.CASE_OPEN)
def register(event_id: int) -> ResponseReturnValue:
    """One person's wish, typed as it is told on the telephone."""
    actor, form, session = current_actor(), RowForm(), reading()
    found = queries.event_by_id(session, actor, event_id)
    _require_side(session, actor, found)
    made: list[int] = []

    def write(writer: Session, who: Actor) -> None:
        held = queries.event_by_id(writer, who, event_id, lock=True)
        taken = single_rows.register_one(writer, who, held, form.cells(), now=utc_now())
        if taken.refused:
            (row,) = queries.kept_rows_of(writer, taken.id, is_late=False)
            raise Invalid(row.sentence)
        if taken.late:
            made.append(taken.id)

    back = url_for("crises.event", event_id=event_id)
    lead = intake.late_sentence(found, utc_now()) or ""
    page = kept(form, write, title=_("Ghi một đăng ký"), back=back, event=found, lead=lead)
    if page is None and made:
        flash(_("Đăng ký đến muộn: đã giữ lại, chờ đơn vị chủ trì nhận."), "warning")
    return page or redirect(back)


# --- who may be one person ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PairLine:
    """Two entries side by side, and why they may be one."""

    id: int
    score: int
    one: PersonLine
    other: PersonLine
    spellings: tuple[str, str]
    why: str


@require(Permission.IMPORT_RUN)
def pairs(event_id: int) -> ResponseReturnValue:
    """Every undecided pair on one screen, the most alike first."""
    session, actor = reading(), current_actor()
    found = queries.event_by_id(session, actor, event_id)
    _require_side(session, actor, found)
    rows = queries.open_pairs(session, found)
    people = [one for _pair, *both in rows for one in both]
    reader = reader_of(session, actor, queries.side_of(session, actor, found), people)
    return render_template(
        "crises/pairs.html",
        view=pages.view_of(session, actor, found),
        pairs=[
            PairLine(
                pair.id,
                pair.score,
                reader.line(one),
                reader.line(other),
                (_spelling(reader.knows(one), one), _spelling(reader.knows(other), other)),
                _why(pair, actor.locale),
            )
            for pair, one, other in rows
        ],
        total=queries.count_open_pairs(session, found),
        clear=len(twins.clear_pairs(session, found)),
    )


@require(Permission.IMPORT_RUN)
def join_clear(event_id: int) -> ResponseReturnValue:
    """All pairs that hardly leave a doubt become one person each."""
    actor = current_actor()
    with transaction() as session:
        held = queries.event_by_id(session, actor, event_id, lock=True)
        events.require_act(session, actor, held)
        count = twins.join_clear(session, actor, held, now=utc_now())
    flash(_("Đã gộp %(count)s cặp.", count=count), "success")
    return redirect(url_for("crises.pairs", event_id=event_id))


def _spelling(is_known: bool, person: Participant) -> str:  # noqa: FBT001  one fact of the reader
    return " · ".join(filter(None, (person.spelling, person.other_spelling))) if is_known else ""


def _why(pair: LikePair, locale: str) -> str:
    parts = sorted(pair.parts.items(), key=lambda part: -part[1])
    return ", ".join(f"{said(REASONS, code, locale)} {score} %" for code, score in parts)


@require(Permission.IMPORT_RUN)
def decide_pair(event_id: int, pair_id: int) -> ResponseReturnValue:
    actor = current_actor()
    with transaction() as session:
        held = queries.event_by_id(session, actor, event_id, lock=True)
        events.require_act(session, actor, held)
        pair = queries.pair_by_id(session, held, pair_id)
        is_same = request.form.get("la") == "mot"
        merging.decide_pair(session, actor, held, pair, is_same=is_same, now=utc_now())
    return redirect(url_for("crises.pairs", event_id=event_id))


VIEWS = (
    ("/<int:event_id>/danh-sach", "lists", lists, ("GET", "POST")),
    ("/<int:event_id>/danh-sach/<int:list_id>", "one_list", one_list, ("GET",)),
    (
        "/<int:event_id>/danh-sach/<int:list_id>/tien-do",
        "list_progress",
        list_progress,
        ("GET",),
    ),
    (
        "/<int:event_id>/danh-sach/<int:list_id>/nhan-tiep",
        "resume_list",
        resume_list,
        ("POST",),
    ),
    (
        "/<int:event_id>/danh-sach/<int:list_id>/nhan-muon",
        "accept_late",
        accept_late,
        ("POST",),
    ),
    (
        "/<int:event_id>/danh-sach/<int:list_id>/dong/<int:kept_id>",
        "correct_row",
        correct_row,
        ("GET", "POST"),
    ),
    ("/<int:event_id>/dang-ky", "register", register, ("GET", "POST")),
    ("/<int:event_id>/trung", "pairs", pairs, ("GET",)),
    ("/<int:event_id>/trung/gop-ro", "join_clear", join_clear, ("POST",)),
    ("/<int:event_id>/trung/<int:pair_id>", "decide_pair", decide_pair, ("POST",)),
)
