"""Builds the form of a step from its definition: the same fields for screen, checks and answers."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.datastructures import FileStorage
from wtforms import MultipleFileField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # old stubs
from wtforms.validators import Length

from app.cases.conversation import NOTE_KINDS
from app.cases.form_fields import (
    AreaFact,
    Asked,
    ClosedFact,
    FactForm,
    FileFact,
    Kept,
    LinesFact,
    ManyFact,
    MomentFact,
    RadioFact,
    SelectFact,
    TextFact,
    kept_name,
)
from app.cases.group_fields import Cells, GroupFact, RowBuilder, column_in_row
from app.cases.readers import LONGEST_TEXT, Desk
from app.cases.settling import Files
from app.cases.titles import names_for
from app.cases.values import MASK, may_read, shown_to
from app.cases.writers import written
from app.config import Settings
from app.errors import AppError
from app.form_words import ScreenForm
from app.registers.country_names import country_choices
from app.storage import StoredFile, store_file
from app.workflow.decisions import REASON_FIELD
from app.workflow.definition import FieldDefinition, FieldType

CARDS_UP_TO = 6
_NOT_TOO_LONG = Length(max=LONGEST_TEXT, message=lazy_gettext("Tối đa 20.000 ký tự."))
LOOKUPS = {
    FieldType.COMMUNE: "xa",
    FieldType.MARKER: "moc",
    FieldType.PERSON: "nguoi",
    FieldType.UNIT: "don-vi",
    FieldType.VESSEL: "tau",
}
_SELECTS = {FieldType.COUNTRY, FieldType.PROVINCE}
_SELECTS_IN_ROWS = {FieldType.BOOLEAN, FieldType.CHOICE}


@dataclass(frozen=True, slots=True)
class Uploads:
    """Where uploads go, how large one may be, and the key that signs what was kept."""

    folder: Path
    limit_mb: int
    key: str
    user_id: int

    @classmethod
    def of(cls, settings: Settings, user_id: int) -> "Uploads":
        key = settings.secret_key.get_secret_value()
        return cls(settings.uploads_dir, settings.max_attachment_mb, key, user_id)

    def store(self, upload: FileStorage) -> StoredFile:
        name = upload.filename or ""
        return store_file(self.folder, name, upload.stream, limit_mb=self.limit_mb)

    def keep(self, fact: FileFact, form: FactForm) -> list[Kept]:
        """The files of this try and of earlier ones; a single-file field takes the last."""
        brought = [self._opened(token) for token in form.sent.getlist(kept_name(fact.asked.code))]
        fresh = [self.store(one) for one in fact.raw_data or () if getattr(one, "filename", "")]
        files = [*filter(None, brought), *fresh]
        return [self._signed(file) for file in (files if fact.asked.field.multiple else files[-1:])]

    def _signed(self, file: StoredFile) -> Kept:
        said = [self.user_id, file.file_name, file.media_type, file.size, file.sha256]
        return Kept(file, self._serializer().dumps(said))

    def _opened(self, token: str) -> StoredFile | None:
        try:
            user_id, name, media_type, size, sha256 = self._serializer().loads(token)
        except (BadSignature, ValueError):
            return None
        return StoredFile(name, media_type, size, sha256) if user_id == self.user_id else None

    def _serializer(self) -> URLSafeSerializer:
        return URLSafeSerializer(self.key, salt="kept-upload")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a form asks: which fields, which of them must be filled, and what is known so far."""

    fields: Sequence[FieldDefinition]
    required: Collection[str] = ()
    current: Mapping[str, Any] = field(default_factory=dict)  # Any: JSON values of the case
    prefill: Mapping[str, str] = field(default_factory=dict)
    reason_mode: str = "none"
    state: str = ""
    closed: Mapping[str, str] = field(default_factory=dict)  # field → why it is only read
    is_row: bool = False
    has_defaults: bool = True  # a blank that stays blank on a correction is no answer


def fact_form(desk: Desk, uploads: Uploads, wanted: Wanted, sent: Any = None) -> FactForm:
    """The form of a step; Any: the request's form with its files, None before it is sent."""
    made: dict[str, Any] = {}  # Any: unbound fields
    initial: dict[str, Any] = {}  # Any: what a control starts with
    for item in wanted.fields:
        asked = _asked(desk, item, wanted)
        made[item.code] = _control(desk, asked, uploads, wanted)
        initial[item.code] = _initial(desk, asked, wanted)
    if wanted.reason_mode != "none":
        made[REASON_FIELD] = TextAreaField(_("Lý do"), [_NOT_TOO_LONG])
    form = FactForm(made, wanted.reason_mode)
    form.conditional = frozenset(one.code for one in wanted.fields if one.shown_when is not None)
    form.process(sent, data=initial)
    return form


def files_of(form: FactForm) -> Files:
    """What was uploaded, by field."""
    return Files(
        {
            fact.asked.code: [kept.file for kept in fact.kept]
            for fact in form.facts()
            if isinstance(fact, FileFact) and fact.kept
        }
    )


def _asked(desk: Desk, item: FieldDefinition, wanted: Wanted) -> Asked:
    current = wanted.current.get(item.code)
    is_masked = current is not None and not (
        may_read(desk.actor, item, state=wanted.state) and desk.knows_all(item, current)
    )
    closed = wanted.closed.get(item.code, "")
    return Asked(
        field=item,
        reader=desk.reads(item),
        current=current,
        written=() if is_masked else written(desk, item, current),
        is_required=item.code in wanted.required,
        is_masked=is_masked,
        zones=_zones(desk) if item.type is FieldType.DATETIME else (),
        lookup="ho-so" if item.code == "other_case" else LOOKUPS.get(item.type, ""),
        closed=closed,
        said=_said(desk, item, current, wanted) if closed else "",
    )


def _said(desk: Desk, item: FieldDefinition, current: object, wanted: Wanted) -> str:
    names = names_for(
        desk.session,
        {"": current},
        locale=desk.actor.locale,
        zone=desk.actor.time_zone,
        closed=desk.closed,
    )
    said = shown_to(desk.actor, item, current, names, state=wanted.state)
    return MASK if said is None else said


def _zones(desk: Desk) -> tuple[tuple[str, str], ...]:
    return tuple((zone, zone.rpartition("/")[2].replace("_", " ")) for zone in desk.zones)


def _initial(desk: Desk, asked: Asked, wanted: Wanted) -> Any:  # Any: text or texts
    said, prefill = asked.written, wanted.prefill.get(asked.code)
    if not asked.is_held:
        default = asked.field.default if wanted.has_defaults else None
        said = (prefill,) if prefill else written(desk, asked.field, default)
    if asked.field.type is FieldType.MULTICHOICE:
        return list(said)
    return "\n".join(said) if said else None


# --- controls -------------------------------------------------------------------------------


def _control(
    desk: Desk, asked: Asked, uploads: Uploads, wanted: Wanted
) -> Any:  # Any: an unbound field
    item, locale = asked.field, desk.actor.locale
    kind = ClosedFact if asked.closed else _kind(item, is_row=wanted.is_row)
    said: dict[str, Any] = {  # Any: keywords of a WTForms field
        "label": item.name.in_locale(locale),
        "description": _help(asked, locale),
        "asked": asked,
        "render_kw": _attributes(item),
    }
    if kind in (RadioFact, SelectFact, ManyFact):
        pairs = _choices(desk, asked, is_select=kind is SelectFact)
        said |= {"choices": choices_of(pairs), "validate_choice": False}
    if kind is FileFact:
        said["keeper"] = uploads.keep
    if kind is GroupFact:
        said["builder"] = _row_builder(desk, uploads, item, wanted)
    return kind(**said)


def _row_builder(
    desk: Desk, uploads: Uploads, group: FieldDefinition, wanted: Wanted
) -> RowBuilder:
    """Rows are small forms of the same making, so that a column is read as a field is."""

    def build(key: str, cells: Cells, sent: Any) -> FactForm:  # Any: the request's form
        columns = {one.code: column_in_row(group, key, one) for one in group.fields}
        asked = Wanted(
            fields=tuple(columns.values()),
            required=[columns[one.code].code for one in group.fields if one.required],
            current={columns[code].code: cells[code] for code in columns if code in cells},
            state=wanted.state,
            is_row=True,
        )
        return fact_form(desk, uploads, asked, sent)

    closed = (one.code for one in group.fields if not may_read(desk.actor, one, state=wanted.state))
    return RowBuilder(build, frozenset(closed))


def _kind(item: FieldDefinition, *, is_row: bool) -> type[Any]:  # Any: a class of field
    if item.type is FieldType.CHOICE and not is_row:
        return RadioFact if len(item.options) <= CARDS_UP_TO else SelectFact
    if item.type in _SELECTS or (is_row and item.type in _SELECTS_IN_ROWS):
        return SelectFact
    if item.type in LOOKUPS and item.multiple:
        return LinesFact
    return _KINDS.get(item.type, TextFact)


_KINDS: Mapping[FieldType, type[Any]] = {  # Any: a class of field
    FieldType.BOOLEAN: RadioFact,
    FieldType.DATETIME: MomentFact,
    FieldType.FILE: FileFact,
    FieldType.GROUP: GroupFact,
    FieldType.LONGTEXT: AreaFact,
    FieldType.MULTICHOICE: ManyFact,
}


def _choices(desk: Desk, asked: Asked, *, is_select: bool) -> list[tuple[str, str]]:
    item, locale = asked.field, desk.actor.locale
    if item.type is FieldType.BOOLEAN:
        pairs = [("yes", _("Có")), ("no", _("Không"))]
        pairs = pairs if asked.is_required else [*pairs, ("none", _("Chưa rõ"))]
        return [("", _("Chọn…")), *pairs[:2]] if is_select else pairs
    if item.type is FieldType.COUNTRY:
        pairs = list(country_choices(locale))
    elif item.type is FieldType.PROVINCE:
        pairs = list(desk.provinces.items())
    else:
        pairs = [(option.code, option.name.in_locale(locale)) for option in item.options]
    return [("", _("Chọn…")), *pairs] if is_select else pairs


def choices_of(pairs: Sequence[tuple[str, str]]) -> list[SelectChoice]:
    return [SelectChoice(value=code, label=name) for code, name in pairs]


def _help(asked: Asked, locale: str) -> str:
    item = asked.field
    said = [item.help.in_locale(locale)] if item.help else []
    if item.type is FieldType.PERSON and item.multiple:
        said.append(_("Mỗi người một dòng, ví dụ: Nguyễn Văn A, 1990, Khánh Hòa."))
    elif item.multiple and item.type in LOOKUPS:
        said.append(_("Mỗi mục một dòng."))
    elif item.type is FieldType.MONEY:
        said.append(_("Ví dụ 927.500.000 hoặc 1.200,50 USD."))
    if asked.is_masked:
        said.append(_("Đã có nội dung mà bạn không có quyền xem; để trống thì giữ nguyên."))
    return " ".join(said)


def _attributes(item: FieldDefinition) -> dict[str, str]:
    found = dict(_ATTRIBUTES.get(item.type, {}))
    if item.type in {FieldType.DATE, FieldType.DATETIME}:
        is_date = item.type is FieldType.DATE
        found["placeholder"] = _("ngày/tháng/năm") if is_date else _("ngày/tháng/năm giờ:phút")
    if item.type is FieldType.FILE:
        found["accept"] = _PHOTOS if "photo" in item.code else ""
    return {name: value for name, value in found.items() if value}


_PHOTOS = "image/*"
_ATTRIBUTES: Mapping[FieldType, Mapping[str, str]] = {
    FieldType.NUMBER: {"inputmode": "decimal", "autocomplete": "off"},
    FieldType.MONEY: {"inputmode": "text", "autocomplete": "off"},
    # Text, since a native control writes the date as the browser's language does.
    FieldType.DATE: {"inputmode": "numeric", "autocomplete": "off", "data-picker": "date"},
    FieldType.DATETIME: {
        "inputmode": "numeric",
        "autocomplete": "off",
        "data-picker": "datetime-local",
    },
    FieldType.COORDINATE: {"autocomplete": "off", "spellcheck": "false"},
    FieldType.FILE: {"accept": ""},
}


# --- what is written beside the steps -------------------------------------------------------


def note_kinds() -> list[SelectChoice]:
    names = {
        "ghi-chu": _("Ghi chú"),
        "cuoc-goi": _("Cuộc gọi"),
        "tham-lanh-su": _("Thăm lãnh sự"),
        "cong-ham-di": _("Công hàm đi"),
        "cong-ham-den": _("Công hàm đến"),
    }
    return choices_of([(code, names[code]) for code in NOTE_KINDS])


class NoteForm(ScreenForm):
    """One entry of the timeline."""

    kind = RadioField(lazy_gettext("Loại"), choices=[], default="ghi-chu")
    text = TextAreaField(lazy_gettext("Nội dung"))
    number = StringField(
        lazy_gettext("Số công hàm"),
        [Length(max=64, message=lazy_gettext("Tối đa 64 ký tự."))],
    )
    files = MultipleFileField(lazy_gettext("Tệp kèm theo"))

    def stored_files(self, uploads: Uploads) -> list[StoredFile]:
        """The files on disk; one that is refused says so at the field, and the words stay."""
        chosen = [file for file in self.files.data or () if getattr(file, "filename", "")]
        try:
            return [uploads.store(file) for file in chosen]
        except AppError as problem:
            self.files.errors = [_(problem.message)]
            return []
