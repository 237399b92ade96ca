"""The form that takes a definition as a file or as pasted text, and reads it."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import FileField, TextAreaField

from app.designer.exchange import Incoming, read_file
from app.form_words import ScreenForm
from app.workflow.definition import DefinitionError
from app.workflow.source import LONGEST

MOST_FAULTS_SHOWN = 50


class ImportForm(ScreenForm):
    """A definition from a file or pasted."""

    file = FileField(lazy_gettext("Tệp YAML"))
    text = TextAreaField(
        lazy_gettext("Hoặc dán nội dung"), render_kw={"rows": "12", "spellcheck": "false"}
    )


def incoming_of(form: ImportForm) -> Incoming | None:
    """The definition in the form; None with every fault at the control that it came from."""
    upload = form.file.data
    is_file = bool(getattr(upload, "filename", ""))
    control = form.file if is_file else form.text
    try:
        brought = upload.stream.read(4 * LONGEST + 1).decode("utf-8-sig") if is_file else ""
    except UnicodeDecodeError:
        control.errors = [_("Tệp không phải văn bản UTF-8.")]
        return None
    text = str(brought or form.text.data or "")
    if not text.strip():
        control.errors = [_("Hãy chọn tệp hoặc dán nội dung.")]
        return None
    try:
        return read_file(text, upload.filename if is_file else _("nội dung dán"))
    except DefinitionError as error:
        faults = [str(fault) for fault in error.faults]
        more = len(faults) - MOST_FAULTS_SHOWN
        rest = [_("… và %(n)s lỗi khác.", n=more)] if more > 0 else []
        control.errors = [*faults[:MOST_FAULTS_SHOWN], *rest]
        return None
