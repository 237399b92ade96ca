"""Keep the personal words of a case apart in the search index."""

import re
import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

BATCH = 5_000
TEXTS = sa.table("case_text", sa.column("case_id"), sa.column("folded"), sa.column("personal"))
CASES = sa.table("case", sa.column("id"), sa.column("reference"), sa.column("title"))

# The index with one column (0001) and with two (0002).
ONE = {
    "sqlite": (
        "CREATE VIRTUAL TABLE case_text_fts USING fts5(folded, content='case_text', content_rowid='case_id', prefix='2 3')",
        "CREATE TRIGGER case_text_added AFTER INSERT ON case_text BEGIN INSERT INTO case_text_fts(rowid, folded) VALUES (new.case_id, new.folded); END",
        "CREATE TRIGGER case_text_removed AFTER DELETE ON case_text BEGIN INSERT INTO case_text_fts(case_text_fts, rowid, folded) VALUES ('delete', old.case_id, old.folded); END",
        "CREATE TRIGGER case_text_changed AFTER UPDATE ON case_text BEGIN INSERT INTO case_text_fts(case_text_fts, rowid, folded) VALUES ('delete', old.case_id, old.folded); INSERT INTO case_text_fts(rowid, folded) VALUES (new.case_id, new.folded); END",
        "INSERT INTO case_text_fts(case_text_fts) VALUES ('rebuild')",
    ),
    "postgresql": (
        "ALTER TABLE case_text ADD COLUMN vector tsvector GENERATED ALWAYS AS (to_tsvector('simple', folded)) STORED",
        "CREATE INDEX ix_case_text_vector ON case_text USING gin (vector)",
    ),
}
TWO = {
    "sqlite": (
        "CREATE VIRTUAL TABLE case_text_fts USING fts5(folded, personal, content='case_text', content_rowid='case_id', prefix='2 3')",
        "CREATE TRIGGER case_text_added AFTER INSERT ON case_text BEGIN INSERT INTO case_text_fts(rowid, folded, personal) VALUES (new.case_id, new.folded, new.personal); END",
        "CREATE TRIGGER case_text_removed AFTER DELETE ON case_text BEGIN INSERT INTO case_text_fts(case_text_fts, rowid, folded, personal) VALUES ('delete', old.case_id, old.folded, old.personal); END",
        "CREATE TRIGGER case_text_changed AFTER UPDATE ON case_text BEGIN INSERT INTO case_text_fts(case_text_fts, rowid, folded, personal) VALUES ('delete', old.case_id, old.folded, old.personal); INSERT INTO case_text_fts(rowid, folded, personal) VALUES (new.case_id, new.folded, new.personal); END",
        "INSERT INTO case_text_fts(case_text_fts) VALUES ('rebuild')",
    ),
    "postgresql": (
        "ALTER TABLE case_text ADD COLUMN vector tsvector GENERATED ALWAYS AS (setweight(to_tsvector('simple', folded), 'A') || setweight(to_tsvector('simple', personal), 'B')) STORED",
        "CREATE INDEX ix_case_text_vector ON case_text USING gin (vector)",
    ),
}
REMOVED = {
    "sqlite": (
        "DROP TRIGGER case_text_added",
        "DROP TRIGGER case_text_removed",
        "DROP TRIGGER case_text_changed",
        "DROP TABLE case_text_fts",
    ),
    "postgresql": (
        "DROP INDEX ix_case_text_vector",
        "ALTER TABLE case_text DROP COLUMN vector",
    ),
}


def upgrade() -> None:
    _run(REMOVED)
    op.add_column("case_text", sa.Column("personal", sa.Text(), nullable=False, server_default=""))
    _set_apart()
    _run(TWO)


def downgrade() -> None:
    _run(REMOVED)
    op.execute("UPDATE case_text SET folded = folded || ' ' || personal")
    op.drop_column("case_text", "personal")
    _run(ONE)


def _run(statements: dict[str, tuple[str, ...]]) -> None:
    for statement in statements[op.get_bind().dialect.name]:
        op.execute(statement)


def _set_apart() -> None:
    """Old words were not told apart: all become personal; number and title stay open to all."""
    connection = op.get_bind()
    connection.execute(sa.update(TEXTS).values(personal=TEXTS.c.folded, folded=""))
    change = (
        sa.update(TEXTS)
        .where(TEXTS.c.case_id == sa.bindparam("of"))
        .values(folded=sa.bindparam("words"))
    )
    last = 0
    while rows := connection.execute(
        sa.select(CASES.c.id, CASES.c.reference, CASES.c.title)
        .where(CASES.c.id > last)
        .order_by(CASES.c.id)
        .limit(BATCH)
    ).all():
        last = rows[-1].id
        words = [{"of": row.id, "words": _folded(f"{row.reference} {row.title}")} for row in rows]
        connection.execute(change, words)


def _folded(text: str) -> str:
    """Small letters without marks, signs as spaces."""
    plain = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    kept = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return re.sub(r"[^0-9a-z]+", " ", kept).strip()
