"""Puts an office's own picture of the emblem at the head of a note: none is shipped with us."""

from datetime import datetime
from io import BytesIO
from typing import Final

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.image.exceptions import (
    InvalidImageStreamError,
    UnexpectedEndOfFileError,
    UnrecognizedImageError,
)
from docx.image.image import Image
from docx.shared import Mm, Pt
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.accounts.queries import unit_by_id
from app.documents.building import EMBLEM_MM, shipped_template
from app.documents.kinds import Kind, kind_of
from app.documents.numbering import day_at
from app.documents.templates import add_version
from app.errors import Invalid, Refused, TooLarge
from app.permissions import Actor

MOST_BYTES: Final = 1024 * 1024
_PIXELS: Final = (60, 4_000)
_WIDEST: Final = 2.0  # times its height: an emblem is about as wide as it is high
_TYPES: Final = {"image/png", "image/jpeg"}
_HEIGHT_MM: Final = EMBLEM_MM - 2


def keep_emblem(
    session: Session, actor: Actor, kind_code: str, picture: bytes, *, now: datetime
) -> None:
    """The shipped note with the picture becomes the unit's own template from today on."""
    content = with_emblem(kind_of(kind_code), picture)
    on = day_at(unit_by_id(session, actor.unit_id), now)
    add_version(
        session,
        actor,
        kind_code,
        file_name="mau-cong-ham-quoc-huy.docx",
        content=content,
        valid_from=on,
        now=now,
    )


def with_emblem(kind: Kind, picture: bytes) -> bytes:
    """The shipped template of a note with the picture in the place that is kept free for it."""
    if not kind.is_note:
        raise Refused("Chỉ công hàm có hình quốc huy ở đầu trang.")
    _check(picture)
    document = docx.Document(BytesIO(shipped_template(kind.code)))
    head = document.paragraphs[0]
    head.paragraph_format.space_before = Pt(0)
    line = head.insert_paragraph_before()
    line.alignment = WD_ALIGN_PARAGRAPH.CENTER
    line.add_run().add_picture(BytesIO(picture), height=Mm(_HEIGHT_MM))
    written = BytesIO()
    document.save(written)
    return written.getvalue()


def _check(picture: bytes) -> None:
    """Invalid or TooLarge with one sentence where it is no picture that a page can bear."""
    if len(picture) > MOST_BYTES:
        raise TooLarge(_("Hình lớn hơn 1 MB. Hãy thu nhỏ rồi gửi lại."))
    try:
        found = Image.from_blob(picture)
    except (
        *(UnrecognizedImageError, InvalidImageStreamError, UnexpectedEndOfFileError),
        *(ValueError, KeyError, IndexError),
    ) as error:
        raise _wrong(_("Không đọc được hình này. Hãy gửi hình PNG hoặc JPEG.")) from error
    if found.content_type not in _TYPES:
        raise _wrong(_("Chỉ nhận hình PNG hoặc JPEG."))
    least, most = _PIXELS
    width, height = found.px_width, found.px_height
    if not (least <= width <= most and least <= height <= most):
        said = _(
            "Hình %(width)s × %(height)s điểm; cần từ %(least)s đến %(most)s điểm mỗi chiều.",
            width=width,
            height=height,
            least=least,
            most=most,
        )
        raise _wrong(said)
    if width > height * _WIDEST:
        raise _wrong(_("Hình quá rộng so với chiều cao: hãy cắt đúng hình quốc huy."))


def _wrong(said: str) -> Invalid:
    return Invalid(said, {"picture": [said]})
