"""Indexes of a case without the cases that they never find, and a mark of the calendars."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

# name → (table, columns, what has to be true); now the first column has to be filled as well
INDEXES = {
    "ix_case_open_assignee": ("case", ["assignee_id", "updated_at", "id"], "is_open"),
    "ix_case_open_province_due": ("case", ["province_code", "next_due_at", "id"], "is_open"),
    "ix_case_open_country_due": ("case", ["country_code", "next_due_at", "id"], "is_open"),
    "ix_case_open_province_kind": (
        *("case", ["province_code", "state_kind", "updated_at", "id"], "is_open"),
    ),
    "ix_case_open_country_kind": (
        *("case", ["country_code", "state_kind", "updated_at", "id"], "is_open"),
    ),
    "ix_case_province": ("case", ["province_code", "updated_at", "id"], ""),
    "ix_case_country": ("case", ["country_code", "updated_at", "id"], ""),
    "ix_case_marker": ("case", ["marker_id", "updated_at"], ""),
    "ix_case_clock_escalate": ("case_clock", ["next_escalate_at"], "is_running"),
}
MARKED = ("calendar_day", "work_week")
ACTS = ("INSERT", "UPDATE", "DELETE")
RENEW = "INSERT INTO calendar_stamp (id, stamp) VALUES (1, {}) ON CONFLICT (id) DO UPDATE SET"
ON_SQLITE = f"{RENEW.format('lower(hex(randomblob(16)))')} stamp = excluded.stamp"
ON_POSTGRESQL = f"{RENEW.format('gen_random_uuid()')} stamp = excluded.stamp"


def upgrade() -> None:
    for name, (table, columns, held) in INDEXES.items():
        op.drop_index(name, table_name=table)
        create_index(name, table, columns, held, filled=columns[0])
    op.create_table(
        "calendar_stamp",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("stamp", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_stamp")),
    )
    if is_sqlite():
        for table in MARKED:
            for act in ACTS:
                op.execute(
                    f"CREATE TRIGGER {table}_{act.lower()}_stamped AFTER {act} ON {table} "
                    f"BEGIN {ON_SQLITE}; END"
                )
    else:
        op.execute(
            "CREATE OR REPLACE FUNCTION renew_calendar_stamp() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN {ON_POSTGRESQL}; RETURN NULL; END $$"
        )
        for table in MARKED:
            op.execute(
                f"CREATE TRIGGER {table}_stamped "
                f"AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION renew_calendar_stamp()"
            )


def downgrade() -> None:
    for table in MARKED:
        if is_sqlite():
            for act in ACTS:
                op.execute(f"DROP TRIGGER {table}_{act.lower()}_stamped")
        else:
            op.execute(f"DROP TRIGGER {table}_stamped ON {table}")
    if not is_sqlite():
        op.execute("DROP FUNCTION renew_calendar_stamp()")
    op.drop_table("calendar_stamp")
    for name, (table, columns, held) in INDEXES.items():
        op.drop_index(name, table_name=table)
        create_index(name, table, columns, held, filled="")


def is_sqlite() -> bool:
    return bool(op.get_bind().dialect.name == "sqlite")


def create_index(name: str, table: str, columns: list[str], held: str, *, filled: str) -> None:
    """An index over the rows where `held` is true and the column `filled` is not empty."""

    def where(true: str) -> sa.TextClause | None:
        parts = [f"{held} IS {true}" if held else "", f"{filled} IS NOT NULL" if filled else ""]
        said = " AND ".join(filter(None, parts))
        return sa.text(said) if said else None

    op.create_index(name, table, columns, sqlite_where=where("1"), postgresql_where=where("true"))
