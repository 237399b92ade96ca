"""The fields that a template may name, what each is called, and how each looks in a sample."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy.orm import Session

from app.cases.catalogue import Definition
from app.cases.published import newest_definitions
from app.documents.filling import DAY_PLACE, DAY_TRANSLATED, NUMBER_PLACE
from app.documents.sandbox import Vocabulary
from app.workflow.definition import FieldType
from app.workflow.text import Text

CASE, ANSWERS, PERSONS, RECIPIENTS = "ho_so", "truong", "nguoi", "noi_nhan"
ADDRESSEES = "cac_noi_gui"
PLAIN: Final[Mapping[str, tuple[Text, str]]] = {
    "co_quan_chu_quan": (Text("Cơ quan chủ quản", "Superior agency"), "ỦY BAN NHÂN DÂN TỈNH"),
    "co_quan": (Text("Cơ quan ban hành", "Issuing agency"), "SỞ NGOẠI VỤ"),
    "so_ky_hieu": (Text("Số, ký hiệu", "Number and symbol"), f"{NUMBER_PLACE}/TTr-SNgV"),
    "dia_danh": (Text("Địa danh", "Place"), "Tây Ninh"),
    "dia_danh_ngay": (Text("Địa danh, ngày ban hành", "Place and day"), f"Tây Ninh, {DAY_PLACE}"),
    "ten_loai": (Text("Tên loại văn bản", "Kind of paper"), "TỜ TRÌNH"),
    "trich_yeu": (Text("Trích yếu", "Abstract"), "Về việc sửa chữa mốc phụ"),
    "kinh_gui": (Text("Kính gửi", "Addressee"), "Cục Lãnh sự, Bộ Ngoại giao"),
    "noi_dung": (Text("Nội dung", "Body"), "Đoạn thứ nhất.\nĐoạn thứ hai."),
    "quyen_ky": (Text("Thay mặt, ký thay", "Signing for"), "KT. GIÁM ĐỐC"),
    "chuc_vu_ky": (Text("Chức vụ người ký", "Signatory's title"), "GIÁM ĐỐC"),
    "nguoi_ky": (Text("Người ký", "Signatory"), "Nguyễn Văn Mẫu"),
    "nguoi_soan": (Text("Người soạn", "Drafter"), "Trần Thị Mẫu"),
    "ben_giao_la": (Text("Chức danh ký bên trái", "Title, left"), "BÊN GIAO"),
    "ben_giao": (Text("Bên giao", "Handing over"), "Nguyễn Văn Mẫu"),
    "ben_nhan_la": (Text("Chức danh ký bên phải", "Title, right"), "BÊN NHẬN"),
    "ben_nhan": (Text("Bên nhận", "Receiving"), "Trần Thị Mẫu"),
    "nguoi_ghi": (Text("Người ghi biên bản", "Scribe"), "Lê Văn Mẫu"),
    "nguoi_chung_kien": (Text("Người chứng kiến", "Witness"), "Phạm Thị Mẫu"),
    "co_quan_dich": (Text("Cơ quan, bản dịch", "Agency, translated"), "EMBASSY OF VIET NAM"),
    "kinh_gui_dich": (Text("Nơi nhận, bản dịch", "Addressee, translated"), "Ministry"),
    "noi_dung_dich": (Text("Nội dung, bản dịch", "Body, translated"), "First.\nSecond."),
    "dia_danh_ngay_dich": (
        Text("Địa danh, ngày, bản dịch", "Place and day, translated"),
        DAY_TRANSLATED,
    ),
}
OF_CASE: Final[Mapping[str, tuple[Text, str]]] = {
    "so": (Text("Số hồ sơ", "Case number"), "BHCD-2026-CLS-00001"),
    "ten": (Text("Tên hồ sơ", "Case title"), "Công dân cần giúp đỡ"),
    "loai": (Text("Loại hồ sơ", "Case type"), "Bảo hộ công dân"),
    "trang_thai": (Text("Trạng thái", "State"), "Đang hỗ trợ"),
    "ngay_mo": (Text("Ngày mở", "Opened on"), "20/11/2026"),
    "dia_diem": (Text("Địa điểm", "Place of the case"), "Phnôm Pênh"),
}
OF_PERSON: Final[Mapping[str, tuple[Text, str]]] = {
    "stt": (Text("Số thứ tự", "Line number"), "1"),
    "ten": (Text("Họ và tên", "Name"), "Nguyễn Văn Mẫu"),
    "nam_sinh": (Text("Năm sinh", "Year of birth"), "1990"),
    "gioi_tinh": (Text("Giới tính", "Sex"), "Nam"),
    "giay_to": (Text("Số giấy tờ, đã che", "Identity paper, masked"), "0123•••••89"),
    "noi_cu_tru": (Text("Nơi cư trú", "Home"), "xã Mẫu, tỉnh Mẫu"),
    "ghi_chu": (Text("Ghi chú, biên bản giao nhận", "Note, handover"), "Dưới 18 tuổi"),
}


@dataclass(frozen=True, slots=True)
class FieldLine:
    """One field on the page: how it is written in a template, what it is called."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class FieldGroup:
    """Fields that stand together on the page."""

    name: str
    lines: Sequence[FieldLine]


def vocabulary(session: Session) -> Vocabulary:
    """Every name that a template of any case type may use."""
    codes = {
        code
        for definition in newest_definitions(session)
        for code, field in definition.fields.items()
        if field.type is not FieldType.FILE
    }
    return Vocabulary(
        frozenset(PLAIN),
        {CASE: frozenset(OF_CASE), ANSWERS: frozenset(codes)},
        {PERSONS: frozenset(OF_PERSON), RECIPIENTS: frozenset(), ADDRESSEES: frozenset()},
    )


def field_groups(session: Session, locale: str) -> list[FieldGroup]:
    """What the page lists: the paper's own fields, the case's, the persons', and by case type."""
    common = [
        FieldGroup(_said(locale, "Của văn bản", "Of the paper"), _lines(PLAIN, "", locale)),
        FieldGroup(_said(locale, "Của hồ sơ", "Of the case"), _lines(OF_CASE, f"{CASE}.", locale)),
        FieldGroup(
            _said(locale, "Trong vòng lặp nguoi", "Within a loop over nguoi"),
            _lines(OF_PERSON, "n.", locale),
        ),
    ]
    return common + [_of_type(definition, locale) for definition in newest_definitions(session)]


def _of_type(definition: Definition, locale: str) -> FieldGroup:
    lines = [
        FieldLine(f"{{{{ {ANSWERS}.{code} }}}}", field.name.in_locale(locale))
        for code, field in definition.fields.items()
        if field.type is not FieldType.FILE
    ]
    return FieldGroup(definition.case_type.name.in_locale(locale), lines)


def _lines(named: Mapping[str, tuple[Text, str]], before: str, locale: str) -> list[FieldLine]:
    return [
        FieldLine(f"{{{{ {before}{code} }}}}", name.in_locale(locale))
        for code, (name, _) in named.items()
    ]


def _said(locale: str, vi: str, en: str) -> str:
    return Text(vi, en).in_locale(locale)


def sample(session: Session) -> dict[str, Any]:  # Any: text, groups and lists of a template
    """Invented values for a preview."""
    answers = {
        code: field.name.vi
        for definition in newest_definitions(session)
        for code, field in definition.fields.items()
    }
    one = {code: said for code, (_, said) in OF_PERSON.items()}
    return {
        **{code: said for code, (_, said) in PLAIN.items()},
        CASE: {code: said for code, (_, said) in OF_CASE.items()},
        ANSWERS: answers,
        PERSONS: [one, {**one, "stt": "2", "ten": "Trần Thị Mẫu"}],
        ADDRESSEES: [],
        RECIPIENTS: ["Như trên", "Lãnh đạo đơn vị (để báo cáo)"],
    }
