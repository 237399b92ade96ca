"""Looks into a Word file before anything reads it: no macros, no links out, no bombs."""

import re
from io import BytesIO
from zipfile import BadZipFile, ZipFile, ZipInfo

from defusedxml import DefusedXmlException, ElementTree
from flask_babel import gettext as _

from app.errors import Invalid, TooLarge

MOST_BYTES = 5 * 1024 * 1024
MOST_UNPACKED = 30 * 1024 * 1024
MOST_PART = 2 * 1024 * 1024  # one XML part: a hundred pages of text are smaller
MOST_PARTS = 400
MOST_TAGS = 1_000
LONGEST_TAG = 400
LONGEST_SAID = 60
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DOCUMENT = "word/document.xml"
_MACROS = re.compile(r"(vbaProject|vbaData|activeX|\.bin$|macrosheets)", re.IGNORECASE)
_EMBEDDED = re.compile(r"^word/(embeddings|afchunk|afChunk)", re.IGNORECASE)
_MACRO_TYPE = "macroEnabled"
_HARMLESS_CODES = frozenset(
    {"PAGE", "NUMPAGES", "SECTIONPAGES", "PAGEREF", "REF", "TOC", "SEQ", "STYLEREF", "TIME", "DATE"}
)
_FORBIDDEN = {
    "object": "có đối tượng nhúng (OLE)",
    "altChunk": "chèn một tệp khác vào trong",
    "control": "có điều khiển ActiveX",
}
_TAG = re.compile(r"\{\{|\{%|\{#")
_CLOSES = {"{{": "}}", "{%": "%}", "{#": "#}"}


def check_docx(content: bytes) -> None:
    """Raise Invalid or TooLarge with a sentence where a file is not what an office writes."""
    if len(content) > MOST_BYTES:
        raise TooLarge(f"Tệp lớn hơn {MOST_BYTES // 1024 // 1024} MB. Hãy bỏ bớt hình ảnh.")
    try:
        with ZipFile(BytesIO(content)) as parcel:
            _check_parcel(parcel)
            for part in parcel.infolist():
                if part.filename.endswith((".xml", ".rels")):
                    _check_part(part.filename, parcel.read(part))
    except (ElementTree.ParseError, DefusedXmlException) as error:
        raise Invalid("Tệp Word có phần XML hỏng hoặc có khai báo lạ.") from error
    except (BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError) as error:
        raise Invalid("Không đọc được tệp Word này. Hãy lưu lại dạng .docx rồi gửi.") from error


def _check_parcel(parcel: ZipFile) -> None:
    parts = parcel.infolist()
    names = [part.filename for part in parts]
    if _DOCUMENT not in names or "[Content_Types].xml" not in names:
        raise Invalid("Tệp này không phải tệp Word (.docx).")
    if len(parts) > MOST_PARTS or len(names) != len(set(names)):
        raise Invalid("Tệp Word có quá nhiều phần hoặc có phần trùng tên.")
    if sum(part.file_size for part in parts) > MOST_UNPACKED or any(map(_is_too_long, parts)):
        raise TooLarge("Tệp Word nở ra quá lớn khi mở. Hãy bỏ bớt nội dung hoặc hình ảnh.")
    for part in parts:
        if part.flag_bits & 1:
            raise Invalid("Tệp Word có mật khẩu. Hãy bỏ mật khẩu rồi gửi.")
        if _MACROS.search(part.filename):
            where = _said(part.filename)
            raise Invalid(
                _(
                    "Tệp Word có macro (phần %(part)s). Hãy lưu lại dạng .docx không macro.",
                    part=where,
                )
            )
        if _EMBEDDED.match(part.filename):
            where = _said(part.filename)
            raise Invalid(
                _(
                    "Tệp Word có đối tượng nhúng (OLE, phần %(part)s). Hãy bỏ rồi gửi lại.",
                    part=where,
                )
            )


def _said(text: str) -> str:
    """What a file says of itself, short enough for a sentence."""
    return " ".join(text.split())[:LONGEST_SAID]


def _is_too_long(part: ZipInfo) -> bool:
    return part.filename.endswith((".xml", ".rels")) and part.file_size > MOST_PART


def _check_part(name: str, content: bytes) -> None:
    root = ElementTree.fromstring(content, forbid_dtd=True)
    if name == "[Content_Types].xml" and _MACRO_TYPE.encode() in content:
        raise Invalid("Tệp Word có macro. Hãy lưu lại dạng .docx không macro.")
    if name.endswith(".rels"):
        outside = [one for one in root if one.get("TargetMode", "").lower() == "external"]
        if outside:
            target = _said(outside[0].get("Target", ""))
            raise Invalid(
                _(
                    "Tệp Word có liên kết ra ngoài, tới “%(target)s”. Hãy bỏ liên kết đó.",
                    target=target,
                )
            )
        return
    codes: list[str] = []
    text: list[str] = []
    for node in root.iter():
        tag = str(node.tag)
        if not tag.startswith(_WORD):
            continue
        word = tag.removeprefix(_WORD)
        if word in _FORBIDDEN:
            raise Invalid(f"Tệp Word {_FORBIDDEN[word]}. Hãy bỏ rồi gửi lại.")
        codes.extend(_code_in(word, node.text, node.get(f"{_WORD}instr")))
        if word == "t":
            text.append(node.text or "")
    _check_codes("".join(codes))
    _check_tags("".join(text))


def _code_in(word: str, text: str | None, attribute: str | None) -> list[str]:
    """Field codes may be cut into runs: they are put together again, parted at each beginning."""
    if word == "fldChar":
        return ["\n"]
    if word == "instrText":
        return [text or ""]
    return ["\n", attribute or "", "\n"] if word == "fldSimple" else []


def _check_codes(codes: str) -> None:
    for line in codes.splitlines():
        if line.strip() and line.split()[0].upper() not in _HARMLESS_CODES:
            raise Invalid(
                f"Tệp Word có mã trường {line.split()[0][:20]} lấy nội dung từ nơi khác. Hãy bỏ."
            )


def _check_tags(text: str) -> None:
    """Every field is closed soon: what reads them must not search the whole file each time."""
    place, count = 0, 0
    while found := _TAG.search(text, place):
        closing = _CLOSES[found[0]]
        end = text.find(closing, found.end(), found.end() + LONGEST_TAG)
        count += 1
        if end < 0:
            near = text[found.start() : found.start() + 40]
            raise Invalid(f"Có dấu mở {found[0]} không có dấu đóng {closing}: “{near}”.")
        if count > MOST_TAGS:
            raise Invalid(f"Mẫu có hơn {MOST_TAGS} trường.")
        place = end + len(closing)
