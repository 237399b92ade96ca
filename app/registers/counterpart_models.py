"""Which fields of a marker may go to the other side: a list that an administrator keeps."""

from datetime import date

from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base, IntPk, LongText, NameText, ShortText


class CounterpartField(Base):
    """One field that may leave from one day to another, with the names that it leaves under."""

    __tablename__ = "counterpart_field"

    id: Mapped[IntPk]
    field: Mapped[ShortText] = mapped_column(unique=True)
    place: Mapped[int]
    name_vi: Mapped[NameText]
    name_en: Mapped[NameText]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    source: Mapped[LongText]
    check: Mapped[ShortText]
