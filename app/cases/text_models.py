"""The words by which cases are found, and the full-text index over them."""

from sqlalchemy import DDL, ForeignKey, Text, event
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base, BigKey


class CaseText(Base):
    """Everything of a case that the search box reads, folded; personal words apart."""

    __tablename__ = "case_text"

    case_id: Mapped[int] = mapped_column(BigKey, ForeignKey("case.id"), primary_key=True)
    folded: Mapped[str] = mapped_column(Text)
    personal: Mapped[str] = mapped_column(Text)


# Full-text index: FTS5 kept by triggers on SQLite, a stored vector on PostgreSQL, where words
# that everyone may search weigh A and personal words weigh B.
SEARCH_DDL = {
    "sqlite": (
        (
            "CREATE VIRTUAL TABLE case_text_fts USING fts5("
            "folded, personal, content='case_text', content_rowid='case_id', prefix='2 3')"
        ),
        (
            "CREATE TRIGGER case_text_added AFTER INSERT ON case_text BEGIN "
            "INSERT INTO case_text_fts(rowid, folded, personal) "
            "VALUES (new.case_id, new.folded, new.personal); END"
        ),
        (
            "CREATE TRIGGER case_text_removed AFTER DELETE ON case_text BEGIN "
            "INSERT INTO case_text_fts(case_text_fts, rowid, folded, personal) "
            "VALUES ('delete', old.case_id, old.folded, old.personal); END"
        ),
        (
            "CREATE TRIGGER case_text_changed AFTER UPDATE ON case_text BEGIN "
            "INSERT INTO case_text_fts(case_text_fts, rowid, folded, personal) "
            "VALUES ('delete', old.case_id, old.folded, old.personal); "
            "INSERT INTO case_text_fts(rowid, folded, personal) "
            "VALUES (new.case_id, new.folded, new.personal); END"
        ),
    ),
    "postgresql": (
        (
            "ALTER TABLE case_text ADD COLUMN vector tsvector GENERATED ALWAYS AS ("
            "setweight(to_tsvector('simple', folded), 'A') || "
            "setweight(to_tsvector('simple', personal), 'B')) STORED"
        ),
        "CREATE INDEX ix_case_text_vector ON case_text USING gin (vector)",
    ),
}
for _dialect, _statements in SEARCH_DDL.items():
    for _statement in _statements:
        event.listen(
            CaseText.__table__,
            "after_create",
            DDL(_statement).execute_if(dialect=_dialect),  # type: ignore[no-untyped-call]  # library
        )
