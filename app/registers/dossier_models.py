"""What a marker's file holds besides its facts: photos and papers, and the names it once had."""

from datetime import date
from enum import StrEnum

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base, IntPk, LongText, Moment, NameText, ShortText


class DocumentKind(StrEnum):
    PHOTO = "photo"
    SKETCH = "sketch"
    MINUTES = "minutes"
    PROTOCOL_PAGE = "protocol_page"
    OTHER = "other"


class MarkerDocument(Base):
    """A photo or a paper of a marker; its bytes lie outside the web root under their own hash.

    It is never deleted: what turns out wrong is withdrawn with a reason.
    """

    __tablename__ = "marker_document"

    id: Mapped[IntPk]
    marker_id: Mapped[int] = mapped_column(ForeignKey("marker.id"), index=True)
    kind: Mapped[ShortText]
    file_name: Mapped[NameText]
    media_type: Mapped[NameText]
    size: Mapped[int]
    sha256: Mapped[ShortText] = mapped_column(index=True)
    caption: Mapped[NameText] = mapped_column(default="")
    source: Mapped[LongText] = mapped_column(default="")
    made_on: Mapped[date | None]
    uploaded_by: Mapped[int]
    uploader_name: Mapped[NameText]
    uploaded_at: Mapped[Moment]
    withdrawn_at: Mapped[Moment | None]
    withdrawn_because: Mapped[LongText] = mapped_column(default="")

    @property
    def is_withdrawn(self) -> bool:
        return self.withdrawn_at is not None


class MarkerName(Base):
    """A name or number that a marker had, from when to when, and who says so."""

    __tablename__ = "marker_name"

    id: Mapped[IntPk]
    marker_id: Mapped[int] = mapped_column(ForeignKey("marker.id"), index=True)
    name: Mapped[NameText]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    source: Mapped[LongText]
    recorded_at: Mapped[Moment]
    recorded_by: Mapped[int]
