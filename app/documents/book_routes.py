"""The pages of the book of outgoing papers and of the symbols that its numbers are written with."""

from http import HTTPStatus
from io import BytesIO

from flask import flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.forms import problems_shown_on
from app.accounts.queries import unit_by_id
from app.accounts.session import current_actor
from app.audit import record_access
from app.database import reading, row_number, transaction
from app.documents import numbering, pages, queries
from app.documents.forms import SymbolForm
from app.documents.kinds import kinds, registers
from app.jobs import utc_now
from app.permissions import Actor, Permission, require
from app.registers.downloads import XLSX

_ON_PAGE = 200


@require(Permission.DOCUMENT_DRAFT)
def book() -> ResponseReturnValue:
    """The numbers of a year as they were given; ?dang=xlsx for the whole book as a table."""
    actor, session = current_actor(), reading()
    today = numbering.day_at(unit_by_id(session, actor.unit_id), utc_now())
    year = request.args.get("nam", type=row_number) or today.year
    chosen = request.args.get("so", "")
    register = chosen if chosen in registers() else ""
    if request.args.get("dang") == "xlsx":
        return _book_file(actor, year, register)
    rows = queries.book_of(session, actor.unit_id, year=year, register=register)
    return render_template(
        "documents/book.html",
        lines=pages.book_lines(session, actor, rows[:_ON_PAGE]),
        total=len(rows),
        year=year,
        years=sorted({today.year, year, *queries.years_of(session, actor.unit_id)}, reverse=True),
        register=register,
        registers=[(one, kinds()[one].name.in_locale(actor.locale)) for one in registers()],
    )


def _book_file(actor: Actor, year: int, register: str) -> ResponseReturnValue:
    with transaction() as session:
        rows = queries.book_of(session, actor.unit_id, year=year, register=register)
        lines = pages.book_lines(session, actor, list(reversed(rows)))
        record_access(session, actor, "paper_book.exported", f"year:{year}", now=utc_now())
    content = pages.book_file(lines, unit=actor.unit_name, year=year)
    name = f"so-van-ban-di-{year}.xlsx"
    return send_file(BytesIO(content), mimetype=XLSX, as_attachment=True, download_name=name)


@require(Permission.DOCUMENT_DRAFT)
def symbols() -> ResponseReturnValue:
    return _symbols(SymbolForm())


def _symbols(form: SymbolForm) -> ResponseReturnValue:
    actor, session = current_actor(), reading()
    unit = unit_by_id(session, actor.unit_id)
    form.offer(actor.locale)
    today = numbering.day_at(unit, utc_now())
    if form.valid_from.data is None and not form.is_submitted():
        form.valid_from.data = today
    html = render_template(
        "documents/symbols.html",
        form=form,
        rows=numbering.symbols_of(session, actor.unit_id),
        kinds=kinds(),
        samples=[
            (kind, numbering.draft_symbol(session, unit, kind, on=today, place="01"))
            for kind in kinds().values()
        ],
    )
    return html, HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK


@require(Permission.DOCUMENT_KEEP)
def add_symbol() -> ResponseReturnValue:
    actor, form, now = current_actor(), SymbolForm(), utc_now()
    form.offer(actor.locale)
    if form.validate():
        with problems_shown_on(form), transaction() as session:
            numbering.add_symbol(
                session,
                actor,
                kind=form.kind.data,
                pattern=form.pattern.data or "",
                valid_from=form.valid_from.data or now.date(),
                source=form.source.data or "",
                now=now,
            )
            flash(_("Đã thêm cách viết ký hiệu."), "success")
            return redirect(url_for("documents.symbols"))
    return _symbols(form)


VIEWS = (
    ("/so", "book", book, ["GET"]),
    ("/ky-hieu", "symbols", symbols, ["GET"]),
    ("/ky-hieu/them", "add_symbol", add_symbol, ["POST"]),
)
