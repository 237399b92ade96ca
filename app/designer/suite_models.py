"""The tests of a case type that an office has written: YAML, one text per type."""

from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base, LongText, Moment, NameText, ShortText


class TypeTests(Base):
    """The tests of a case type in place of those that are shipped; `text` is YAML."""

    __tablename__ = "workflow_tests"

    code: Mapped[ShortText] = mapped_column(primary_key=True)
    text: Mapped[LongText]
    saved_by: Mapped[int]
    saved_name: Mapped[NameText]
    saved_at: Mapped[Moment]
