"""The numbers of papers that a case's own fields ask for: sealed, beside the case's facts."""

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base, IntPk, Moment, ShortText
from app.sealing import SealedText


class CaseNumber(Base):
    """One number as it was typed; the facts and the history of the case hold its id and its mask.

    `field` is the code of the field, of a group as group.column. An `is_restricted` number stands
    in a field that not all who read personal data may read: no search finds the case by it.
    """

    __tablename__ = "case_number"

    id: Mapped[IntPk]
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    field: Mapped[str] = mapped_column(String(130))
    number: Mapped[str] = mapped_column(
        SealedText("case_number.number"), info={"index": "number_index"}
    )
    number_index: Mapped[ShortText | None] = mapped_column(index=True)
    is_restricted: Mapped[bool] = mapped_column(default=False)
    kept_at: Mapped[Moment]
    kept_by: Mapped[int]
