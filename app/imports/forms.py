"""The forms of an import: a file to bring in, and what its columns mean."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField, FileRequired
from werkzeug.datastructures import MultiDict
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # stubs lag
from wtforms.validators import InputRequired

from app.errors import Invalid, Refused, TooLarge
from app.form_words import ScreenForm
from app.geo.crs import UnknownSystem
from app.geo.declarations import declared
from app.imports.fields import Plan, Target
from app.imports.readers.fonts import FontEncoding
from app.imports.tables import SWAPPED, Options

TARGET_NAMES = {
    Target.INCIDENTS: _("Vụ việc biên giới"),
    Target.MARKERS: _("Mốc, cọc dấu"),
    Target.MEASUREMENTS: _("Số đo mới của mốc đã có"),
    Target.PERSONS: _("Người (danh sách công dân, ngư dân)"),
    Target.VESSELS: _("Tàu cá"),
    Target.VMS: _("Cảnh báo VMS (mất tín hiệu, vượt ranh giới)"),
    Target.VMS_POSITIONS: _("Vị trí tàu cá của một ngày"),
}
TARGET_HELP = {
    Target.INCIDENTS: _("Mỗi dòng mở một hồ sơ vụ việc cho đơn vị bạn."),
    Target.MARKERS: _("Ghi mốc vào sổ đăng ký, hoặc bổ sung mốc đã có."),
    Target.MEASUREMENTS: _("Chỉ thêm tọa độ cho mốc đã có trong sổ, không sửa mục khác."),
    Target.PERSONS: _("Ghi người vào sổ đăng ký; người đã có thì chỉ bổ sung mục còn trống."),
    Target.VESSELS: _("Ghi tàu vào sổ đăng ký; tàu đã có thì chỉ bổ sung mục còn trống."),
    Target.VMS: _("Mỗi dòng một cảnh báo; gộp theo tàu và chuyến, gửi lại không ghi trùng."),
    Target.VMS_POSITIONS: _(
        "Đối chiếu từng vị trí với các đường trên biển rồi bỏ; chỉ giữ cảnh báo và trích xuất."
    ),
}


@dataclass
class Told:
    """Why what was sent could not be taken, for the page that asks again."""

    message: str = ""
    problems: dict[str, Sequence[str]] = field(default_factory=dict)


@contextmanager
def told_on_page(told: Told) -> Iterator[None]:
    """A refusal becomes words on the page, and nothing that was chosen is lost."""
    try:
        yield
    except (Refused, TooLarge) as refusal:
        told.message = gettext(str(refusal))
    except Invalid as problem:
        told.message, told.problems = gettext(problem.message), dict(problem.problems)


_COLUMN = re.compile(r"cot-(\d{1,3})")
_LINES = ("CN", "LA", "KH")


class UploadForm(ScreenForm):
    target = RadioField(_("Tệp chứa gì?"), [InputRequired(_("Chọn loại dữ liệu."))])
    file = FileField(
        _("Tệp"),
        [FileRequired(_("Chọn một tệp để nhập."))],
        description=_(
            "XLSX, CSV, TSV, GeoJSON, GeoPackage, Shapefile (zip), KML/KMZ hoặc GPX. Giữ nguyên "
            "phần quốc hiệu, tiêu đề và dòng tổng cộng của bảng: hệ thống tự tìm bảng."
        ),
    )

    def offer(self, targets: list[Target]) -> None:
        self.target.choices = [
            SelectChoice(value=target.value, label=TARGET_NAMES[target]) for target in targets
        ]
        if len(targets) == 1:
            self.target.default = targets[0].value


def columns_asked(form: MultiDict[str, str]) -> dict[str, int]:
    """What the form said of its columns, right or wrong, to be shown again."""
    pairs = ((code, _COLUMN.fullmatch(name)) for name, code in form.items())
    return {code: int(found[1]) for code, found in pairs if found is not None and code}


def read_columns(plan: Plan, form: MultiDict[str, str]) -> dict[str, int]:
    """Which column fills which field; Invalid where two columns fill one."""
    known = {field.code: field.vi for field in plan.fields}
    mapping: dict[str, int] = {}
    for name, code in form.items():
        found = _COLUMN.fullmatch(name)
        if found is None or code not in known:
            continue
        if code in mapping:
            raise Invalid(
                f"Hai cột cùng được ghép vào “{known[code]}”. Chọn một cột, cột kia bỏ qua.",
                {name: [f"“{known[code]}” đã được ghép với cột khác."]},
            )
        mapping[code] = int(found[1])
    return mapping


def read_options(form: Mapping[str, str]) -> Options:
    crs = form.get("crs", "").strip()[:200]
    if crs:
        try:
            declared(crs)
        except UnknownSystem as error:
            raise Invalid(error.remark.vi, {"crs": [error.remark.vi]}) from error
    line, convert = form.get("line", ""), form.get("convert", "")
    return Options(
        sheet=form.get("sheet", "").strip()[:100],
        line=line if line in _LINES else "",
        crs=crs,
        convert=FontEncoding(convert) if convert in {*FontEncoding} else None,
        axes=SWAPPED if form.get("axes") == SWAPPED else "",
    )
