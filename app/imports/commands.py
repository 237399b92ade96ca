"""The same import from the command line, for operators and for proof."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy.orm import Session

from app.accounts.queries import unit_by_code, unit_by_id, user_by_identity
from app.accounts.session import build_actor
from app.cases.catalogue import definition_of
from app.cases.queries import latest_version
from app.commands import in_one_sentence, prepared_database
from app.config import Settings
from app.database import reading, transaction
from app.errors import AppError, NotFound, Refused
from app.geo.crs import UnknownSystem
from app.geo.declarations import declared
from app.geo.labels import LINES
from app.imports.effects import keep_effects
from app.imports.fields import Target
from app.imports.incidents import TYPE
from app.imports.models import BatchState, ImportBatch, Undo
from app.imports.noting import note_rows
from app.imports.queries import locked_batch
from app.imports.readers.fonts import FontEncoding
from app.imports.report import Report, as_json
from app.imports.running import Importer, chunks_of, importer_for, perform, rehearse
from app.imports.services import Shelf, has_undo, new_batch, order_undo
from app.imports.storage import KeptFile, clean_name, fingerprint
from app.imports.tables import SWAPPED, Opened, Options, open_table, require_answers
from app.imports.track_running import bring_positions, is_of_positions
from app.imports.undoing import kept_notes, undo_counts
from app.imports.work import Workroom, all_notes, carry_on, surroundings
from app.jobs import utc_now
from app.permissions import SYSTEM_ACTOR, Actor
from app.registers.packs import current_pack

FILE = click.Path(path_type=Path)  # whether it can be read is told in our own words
_SHOWN = 1_000
_WORDS = {"created": "mới", "changed": "thay đổi", "unchanged": "không đổi"}
_OPTIONS = (
    click.argument("path", type=FILE, metavar="FILE"),
    click.option("--dry-run", is_flag=True, help="Chỉ kiểm tra, không ghi gì."),
    click.option("--json", "as_data", is_flag=True, help="In kết quả dạng JSON."),
    click.option("--line", default="", help="Tuyến của cả tệp: CN, LA hoặc KH."),
    click.option("--crs", default="", help="Hệ tọa độ của cả tệp, ví dụ EPSG:9210."),
    click.option("--swap-axes", is_flag=True, help="Tệp ghi ngược thứ tự X (bắc) và Y (đông)."),
    click.option("--sheet", default="", help="Trang tính hoặc lớp cần đọc."),
    click.option(
        "--convert", default="", help="Chuyển chữ từ bảng mã cũ (tcvn3, vni) sang Unicode."
    ),
    click.option("--unit", "unit_code", default="", help="Mã đơn vị nhận dữ liệu."),
    click.option("--user", "user_name", default="", help="Tên đăng nhập của người nhập."),
)


def _with_options(command: Any) -> Any:  # Any: click's decorators are untyped in effect
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@click.command("markers")
@_with_options
@with_appcontext
@in_one_sentence
def import_markers(path: Path, **said: Any) -> None:  # Any: what click has read
    """Bring markers into the register from tables and geographic files."""
    _run(Target.MARKERS, path, **said)


@click.command("incidents")
@_with_options
@with_appcontext
@in_one_sentence
def import_incidents(path: Path, **said: Any) -> None:  # Any: what click has read
    """Open border incidents from tables and geographic files."""
    _run(Target.INCIDENTS, path, **said)


@click.command("undo")
@click.argument("batch_id", type=int, metavar="LẦN_NHẬP")
@click.option("--user", "user_name", default="", help="Tên đăng nhập của người hoàn tác.")
@with_appcontext
@in_one_sentence
def undo_import(batch_id: int, user_name: str) -> None:
    """Take a whole import back, row by row, except where somebody has worked on since."""
    settings: Settings = current_app.extensions["settings"]
    shelf = Shelf(settings.uploads_dir / "imports", settings.max_upload_mb)
    with transaction() as session:
        batch = locked_batch(session, batch_id)
        if batch is None:
            raise NotFound(f"Không có lần nhập {batch_id}.")
        actor = replace(SYSTEM_ACTOR, unit_id=batch.unit_id)
        if user_name:
            unit = unit_by_id(session, batch.unit_id)
            actor = _actor(session, Target(batch.target), unit.code, user_name)
        order_undo(session, actor, batch, now=utc_now())
    carry_on(batch_id, Workroom(shelf, current_pack(), utc_now), actor=actor)
    session = reading()
    session.expire_all()
    found = session.get_one(ImportBatch, batch_id)
    counts = undo_counts(session, found)
    undone, kept = counts.get(Undo.UNDONE, 0), counts.get(Undo.KEPT, 0)
    click.echo(f"Đã hoàn tác lần nhập {batch_id}: trả lại {undone} dòng, giữ nguyên {kept} dòng.")
    notes = kept_notes(session, found, limit=_SHOWN)
    _listed("Giữ nguyên", [f"dòng {one.row}: {one.note}" for one in notes])


@click.command("persons")
@_with_options
@with_appcontext
@in_one_sentence
def import_persons(path: Path, **said: Any) -> None:  # Any: what click has read
    """Bring persons into the register from tables."""
    _run(Target.PERSONS, path, **said)


@click.command("vessels")
@_with_options
@with_appcontext
@in_one_sentence
def import_vessels(path: Path, **said: Any) -> None:  # Any: what click has read
    """Bring vessels into the register from tables."""
    _run(Target.VESSELS, path, **said)


@click.command("vms")
@_with_options
@with_appcontext
@in_one_sentence
def import_vms(path: Path, **said: Any) -> None:  # Any: what click has read
    """Bring alerts about vessels at sea in from tables; a file of positions is checked instead."""
    _run(Target.VMS, path, **said)


COMMANDS: dict[str, click.Command] = {
    "markers": import_markers,
    "incidents": import_incidents,
    "undo": undo_import,
    "persons": import_persons,
    "vessels": import_vessels,
    "vms": import_vms,
}


def _run(
    target: Target,
    path: Path,
    *,
    dry_run: bool,
    as_data: bool,
    unit_code: str,
    user_name: str,
    **said: Any,  # Any: what click has read
) -> None:
    try:
        with prepared_database():
            report, notes = _brought_in(target, path, said, unit_code, user_name, is_dry=dry_run)
    except AppError as error:
        if not as_data:
            raise
        refusal = {"row": None, "reason": str(error)}
        empty = as_json(Report(), file=path.name, notes=[], is_dry_run=dry_run)
        click.echo(json.dumps({**empty, "refused": [refusal]}, ensure_ascii=False, indent=2))
        raise click.exceptions.Exit(1) from error
    if as_data:
        data = as_json(report, file=path.name, notes=notes, is_dry_run=dry_run)
        click.echo(json.dumps(data, ensure_ascii=False, indent=2))
    else:
        _print(report, path.name, notes, is_dry=dry_run)
        if report.batch_id and report.accepted and has_undo(target):
            click.echo(f"Hoàn tác bằng: flask import undo {report.batch_id}")
    if report.accepted < report.total:
        raise click.exceptions.Exit(1)


def _brought_in(
    target: Target,
    path: Path,
    said: dict[str, Any],
    unit_code: str,
    user_name: str,
    *,
    is_dry: bool,
) -> tuple[Report, list[str]]:
    settings: Settings = current_app.extensions["settings"]
    _require_readable(path)
    options = _options(said)
    actor = _actor(reading(), target, unit_code, user_name)
    opened = open_table(path, target, options=options, limit_mb=settings.max_upload_mb)
    if target is Target.VMS and is_of_positions(opened):
        positions = Target.VMS_POSITIONS
        opened = open_table(path, positions, options=options, limit_mb=settings.max_upload_mb)
    require_answers(opened)
    shelf = Shelf(settings.uploads_dir / "imports", settings.max_upload_mb)
    room = Workroom(shelf, current_pack(), utc_now)
    around = surroundings(reading(), actor, opened, options.line, room)
    around = replace(around, file_name=clean_name(path.name))
    if opened.table.plan.target is Target.VMS_POSITIONS:
        report, notes = bring_positions(path, opened, around, is_dry=is_dry)
        return report, [*notes, *all_notes(opened), *report.notes()]
    importer = importer_for(target, around)
    report = Report(keeps_stored=True)
    if is_dry:
        for rows in chunks_of(opened.table):
            rehearse(reading(), importer, rows)
            report.add(rows)
    else:
        _store(actor, target, path, options, opened, importer, report)
    if not report.total:
        raise Refused("Bảng có dòng tiêu đề nhưng không có dòng dữ liệu nào.")
    return report, [*all_notes(opened), *report.notes()]


def _require_readable(path: Path) -> None:
    try:
        with path.open("rb") as file:
            file.read(1)
    except FileNotFoundError as error:
        raise NotFound(f"Không tìm thấy tệp {path}.") from error
    except IsADirectoryError as error:
        raise Refused(f"{path} là thư mục, không phải tệp.") from error
    except OSError as error:
        raise Refused(f"Không mở được tệp {path}: {error.strerror}.") from error


def _options(said: dict[str, Any]) -> Options:
    crs, line, convert = said["crs"], said["line"].upper(), said["convert"].lower()
    if crs:
        try:
            declared(crs)
        except UnknownSystem as error:
            raise Refused(error.remark.vi) from error
    if line not in ("", *LINES):
        raise Refused(f"Không có tuyến “{line}”. Ghi CN, LA hoặc KH.")
    if convert not in ("", *FontEncoding):
        raise Refused(f"Không có bảng mã “{convert}”. Ghi {' hoặc '.join(FontEncoding)}.")
    font = FontEncoding(convert) if convert else None
    axes = SWAPPED if said["swap_axes"] else ""
    return Options(sheet=said["sheet"], line=line, crs=crs, convert=font, axes=axes)


def _store(  # noqa: PLR0917  the parts of one run
    actor: Actor,
    target: Target,
    path: Path,
    options: Options,
    opened: Opened,
    importer: Importer,
    report: Report,
) -> None:
    """Store chunk by chunk; the whole file is read once before, so that nothing stays half."""
    for _record in opened.table.records():
        pass
    kept = KeptFile(clean_name(path.name), path.stat().st_size, fingerprint(path))
    batch = new_batch(actor, target, kept, options, now=utc_now())
    batch.state, batch.started_at = BatchState.RUNNING, utc_now()
    batch.mapping, batch.titles = dict(opened.matched), opened.titles
    with transaction() as session:
        session.add(batch)
    for rows in chunks_of(opened.table):
        with transaction() as session:
            session.add(batch)
            perform(session, importer, rows)
            keep_effects(session, batch, rows, at=importer.around.now)
            note_rows(session, batch, rows)
        report.add(rows)
    with transaction() as session:
        session.add(batch)
        batch.state, batch.finished_at, batch.total = BatchState.DONE, utc_now(), batch.done
    report.batch_id = batch.id


def _actor(session: Session, target: Target, unit_code: str, user_name: str) -> Actor:
    """The named user for the named unit; without a user the operator acts for the unit."""
    unit = unit_by_code(session, unit_code) if unit_code else None
    if user_name:
        user = user_by_identity(session, user_name)
        actor = build_actor(session, user, unit_id=unit.id if unit else None) if user else None
        if actor is None or (unit is not None and actor.unit_id != unit.id):
            raise NotFound(f"Người dùng “{user_name}” không có hoặc không làm việc cho đơn vị này.")
        return actor
    if unit is None:
        if target is Target.INCIDENTS:
            raise Refused("Vụ việc cần đơn vị tiếp nhận: thêm --unit MÃ_ĐƠN_VỊ hoặc --user TÊN.")
        return SYSTEM_ACTOR
    definition = definition_of(session, latest_version(session, TYPE))
    return replace(
        SYSTEM_ACTOR,
        unit_id=unit.id,
        unit_code=unit.code,
        unit_name=unit.name,
        roles=frozenset(definition.case_type.open.roles),
    )


# --- what is printed ------------------------------------------------------------------------


def _print(report: Report, name: str, notes: list[str], *, is_dry: bool) -> None:
    data = as_json(report, file=name, notes=notes, is_dry_run=is_dry)
    head = "Kiểm tra (không ghi)" if is_dry else "Đã nhập"
    click.echo(
        f"{head} {name}: nhận {data['accepted']} dòng (mới {data['created']}, thay đổi "
        f"{data['changed']}, không đổi {data['unchanged']}), từ chối {len(data['refused'])} dòng."
    )
    _listed("Từ chối", [f"dòng {one['row']}: {one['reason']}" for one in data["refused"]])
    _listed("Lưu ý", [f"dòng {one['row']}: {one['text']}" for one in data["warnings"]])
    _listed("Sẽ lưu" if is_dry else "Đã lưu", [_stored_line(one) for one in data["stored"]])
    _listed("Ghi chú", notes)
    if report.batch_id and report.accepted:
        click.echo(f"Lần nhập {report.batch_id}.")


def _listed(title: str, lines: list[str]) -> None:
    if not lines:
        return
    click.echo(f"{title}:")
    for line in lines[:_SHOWN]:
        click.echo(f"  {line}")
    if len(lines) > _SHOWN:
        click.echo(f"  … và {len(lines) - _SHOWN} dòng nữa (xem đủ bằng --json)")


def _stored_line(one: dict[str, Any]) -> str:
    """Any: JSON of one stored record."""
    place = "" if one.get("has_place") is False else " – chưa có tọa độ"
    if one["lat"] is not None:
        place = f" – {one['lat']:.7f}, {one['lon']:.7f}"
    system = f" ({one['crs']})" if one["crs"] else ""
    province = f", tỉnh {one['province_code']}" if one["province_code"] else ""
    label = f" {one['label']}" if one["label"] else ""
    line = f" tuyến {one['line']}" if one["line"] else ""
    return f"dòng {one['row']}:{label}{line}{place}{system}{province} – {_WORDS[one['outcome']]}"
