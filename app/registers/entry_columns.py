"""What a vessel and a person have in common: where, whose, how often changed."""

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.database import LongText, Moment


class EntryColumns:
    """The columns of an entry that cases name; the unit is the one that wrote it down."""

    country_code: Mapped[str | None] = mapped_column(String(2), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    note: Mapped[LongText] = mapped_column(default="")
    is_illustration: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[Moment]
    updated_at: Mapped[Moment]
