"""What the designer keeps: one draft per case type, and every save of it so that each is undone."""

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base, IntPk, JsonDict, Moment, NameText, ShortText
from app.workflow.text import Text


class WorkflowDraft(Base):
    """A definition being edited; `version` is counted up by each save and guards against two."""

    __tablename__ = "workflow_draft"

    id: Mapped[IntPk]
    code: Mapped[ShortText] = mapped_column(unique=True)
    base_number: Mapped[int | None]  # the published version it began from; None for a new type
    content: Mapped[JsonDict]
    version: Mapped[int]
    position: Mapped[int]  # the save whose content this is: an undo stands on an older one
    author_id: Mapped[int]
    author_name: Mapped[NameText]
    created_at: Mapped[Moment]
    saved_by: Mapped[int]
    saved_name: Mapped[NameText]
    saved_at: Mapped[Moment]


class DraftSave(Base):
    """One save of a draft; `parent` is the save that it changed, the first has none."""

    __tablename__ = "workflow_draft_save"
    __table_args__ = (UniqueConstraint("draft_id", "number"),)

    id: Mapped[IntPk]
    draft_id: Mapped[int] = mapped_column(ForeignKey("workflow_draft.id"))
    number: Mapped[int]
    parent: Mapped[int | None]
    content: Mapped[JsonDict]
    said: Mapped[NameText]  # what was done, in words
    said_en: Mapped[NameText] = mapped_column(server_default="")  # empty in what is older
    saved_by: Mapped[int]
    saved_name: Mapped[NameText]
    saved_at: Mapped[Moment]

    @property
    def told(self) -> Text:
        return Text(self.said, self.said_en)
