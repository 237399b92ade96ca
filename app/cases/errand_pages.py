"""Forms beside the steps: give back, refer, ask for opinions, answer, refuse.

Each is the same kind of form as a step's, built from field definitions, so that units, days and
files are read in one way everywhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.cases.desks import desk_for, uploads_for
from app.cases.form_fields import FactForm
from app.cases.forms import Wanted, fact_form, files_of
from app.cases.heads import CaseHead, get_head
from app.cases.opinions import opinion_kinds
from app.cases.request_models import Stance
from app.cases.settling import Files
from app.permissions import Actor
from app.workflow.definition import FieldDefinition, FieldType, Option
from app.workflow.text import Text

STANCES: dict[Stance, Text] = {
    Stance.AGREED: Text("Đồng ý", "Agreed"),
    Stance.AGREED_WITH_REMARKS: Text("Đồng ý, có ý kiến", "Agreed, with remarks"),
    Stance.DISAGREED: Text("Không đồng ý", "Disagreed"),
    Stance.NO_OPINION: Text("Không có ý kiến", "No opinion"),
}
# A list of units is a list of lines here; definitions of case types hold one unit per field.
UNITS = FieldDefinition(
    code="units",
    type=FieldType.UNIT,
    name=Text("Đơn vị", "Units"),
    help=Text("Gõ vài chữ của tên rồi chọn.", "Type a few letters, then choose."),
).model_copy(update={"multiple": True})
PAPERS = FieldDefinition(
    code="papers", type=FieldType.FILE, name=Text("Tài liệu kèm theo", "Papers"), multiple=True
)


@dataclass(frozen=True, slots=True)
class Errand:
    """What one form asks, and how its page reads."""

    title: Text
    button: Text
    help: Text | None = None
    fields: Sequence[FieldDefinition] = ()
    required: frozenset[str] = frozenset()
    reason_mode: str = "none"


def _reason(title: Text, help_: Text) -> Errand:
    return Errand(title, title, help_, reason_mode="required")


RELEASE = _reason(
    Text("Trả về hàng đợi", "Give back to the queue"),
    Text(
        "Hồ sơ về hàng đợi theo quy tắc phân việc của đơn vị; thời hạn vẫn chạy.",
        "The case goes to a queue by the rules of the unit; its deadlines run on.",
    ),
)
REFUSE = _reason(
    Text("Từ chối tiếp nhận", "Refuse the transfer"),
    Text(
        "Hồ sơ ở lại đơn vị đang giữ; đơn vị đó nhận được lý do.",
        "The case stays with its unit, which is told the reason.",
    ),
)
WITHDRAW = _reason(
    Text("Rút đề nghị chuyển", "Withdraw the transfer"),
    Text("Đơn vị được đề nghị được báo lại.", "The other unit is told."),
)
DROP_OPINION = _reason(
    Text("Không xin ý kiến đơn vị này nữa", "Withdraw this question"),
    Text("Đơn vị đó không cần trả lời nữa.", "That unit need not answer any more."),
)
REFER = Errand(
    Text("Gửi để biết", "Refer for information"),
    Text("Gửi để biết", "Refer for information"),
    Text(
        "Các đơn vị này xem được hồ sơ, không phải trả lời.",
        "These units can read the case; nothing is asked of them.",
    ),
    fields=(
        UNITS,
        FieldDefinition(code="note", type=FieldType.LONGTEXT, name=Text("Lời nhắn", "Note")),
    ),
    required=frozenset({"units"}),
)
ANSWER = Errand(
    Text("Trả lời ý kiến", "Give an opinion"),
    Text("Gửi ý kiến", "Send the opinion"),
    fields=(
        FieldDefinition(
            code="stance",
            type=FieldType.CHOICE,
            name=Text("Ý kiến", "Opinion"),
            options=tuple(Option(code=code, name=name) for code, name in STANCES.items()),
        ),
        FieldDefinition(code="text", type=FieldType.LONGTEXT, name=Text("Nội dung", "Text")),
        PAPERS,
    ),
    required=frozenset({"stance"}),
)


def ask_errand() -> Errand:
    """The kinds of questions come from dated data."""
    return Errand(
        Text("Xin ý kiến", "Ask for opinions"),
        Text("Gửi xin ý kiến", "Send the question"),
        Text(
            "Hồ sơ vẫn ở trạng thái hiện tại; mỗi đơn vị chỉ thấy câu hỏi của mình.",
            "The case stays in its state; each unit sees its own question only.",
        ),
        fields=(
            FieldDefinition(
                code="kind",
                type=FieldType.CHOICE,
                name=Text("Loại ý kiến", "Kind"),
                options=tuple(
                    Option(code=kind.code, name=kind.name) for kind in opinion_kinds().values()
                ),
                default="general",
            ),
            UNITS,
            FieldDefinition(
                code="question", type=FieldType.LONGTEXT, name=Text("Nội dung hỏi", "Question")
            ),
            PAPERS,
            FieldDefinition(
                code="until",
                type=FieldType.DATE,
                name=Text("Hạn trả lời", "Answer until"),
                help=Text(
                    "Để trống thì theo thời hạn của loại ý kiến.",
                    "Left empty, the time of the kind counts.",
                ),
            ),
            FieldDefinition(
                code="shared",
                type=FieldType.BOOLEAN,
                name=Text("Các đơn vị được xem ý kiến của nhau", "Units may read each other"),
                default=False,
            ),
        ),
        required=frozenset({"kind", "units", "question", "shared"}),
    )


@dataclass(slots=True)
class ErrandPage:
    """One form on one case, as one person sees it."""

    head: CaseHead
    errand: Errand
    form: FactForm
    title: str
    button: str
    help: str
    answers: dict[str, Any] = field(default_factory=dict)  # Any: JSON
    files: Files = field(default_factory=lambda: Files({}))


def errand_page(
    session: Session,
    actor: Actor,
    reference: str,
    errand: Errand,
    *,
    sent: Any,  # Any: the request's form with its files, None before it is sent
    now: datetime,
) -> ErrandPage:
    head = get_head(session, actor, reference)
    wanted = Wanted(errand.fields, errand.required, reason_mode=errand.reason_mode)
    desk = desk_for(session, actor, now=now, head=head)
    form = fact_form(desk, uploads_for(actor), wanted, sent)
    locale = actor.locale
    return ErrandPage(
        head,
        errand,
        form,
        title=errand.title.in_locale(locale),
        button=errand.button.in_locale(locale),
        help=errand.help.in_locale(locale) if errand.help else "",
    )


def is_filled_in(page: ErrandPage, actor: Actor) -> bool:
    """Read what was sent; what is missing says so at its field."""
    page.form.validate()
    page.answers, page.files = page.form.answers(), files_of(page.form)
    given = page.files.laid_over(page.answers)
    for code in sorted(page.errand.required - given.keys()):
        page.form.refuse(code, _needed(actor, page.form[code].label.text))
    if page.errand.reason_mode == "required" and "reason" not in given:
        page.form.refuse("reason", _needed(actor, page.form["reason"].label.text))
    return not page.form.errors


def _needed(actor: Actor, name: object) -> str:
    return Text(f"Cần nhập “{name}”.", f"“{name}” is needed.").in_locale(actor.locale)
