"""Indexes by which a tab of the queue is read in order, and cases without a place are found."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

OPEN = ("is_open IS 1", "is_open IS true")
UNPLACED = ("z_key IS NULL", "z_key IS NULL")
# name → (columns, condition on SQLite, condition on PostgreSQL)
INDEXES = {
    "ix_case_unplaced": (["updated_at", "id"], *UNPLACED),
    "ix_case_unplaced_owner": (["owner_unit_id", "updated_at", "id"], *UNPLACED),
    "ix_case_unplaced_province": (["province_code", "updated_at", "id"], *UNPLACED),
    "ix_case_unplaced_country": (["country_code", "updated_at", "id"], *UNPLACED),
    "ix_case_open_suspended": (
        ["updated_at", "id"],
        *(f"{is_open} AND suspended_for IS NOT NULL" for is_open in OPEN),
    ),
    "ix_case_open_province_due": (["province_code", "next_due_at", "id"], *OPEN),
    "ix_case_open_country_due": (["country_code", "next_due_at", "id"], *OPEN),
    "ix_case_open_province_kind": (["province_code", "state_kind", "updated_at", "id"], *OPEN),
    "ix_case_open_country_kind": (["country_code", "state_kind", "updated_at", "id"], *OPEN),
}


def upgrade() -> None:
    for name, (columns, on_sqlite, on_postgresql) in INDEXES.items():
        op.create_index(
            name,
            "case",
            columns,
            sqlite_where=sa.text(on_sqlite),
            postgresql_where=sa.text(on_postgresql),
        )


def downgrade() -> None:
    for name in reversed(INDEXES):
        op.drop_index(name, table_name="case")
