"""Find the cases that no map can show without reading the others."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_case_unplaced",
        "case",
        ["updated_at", "id"],
        sqlite_where=sa.text("z_key IS NULL"),
        postgresql_where=sa.text("z_key IS NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_case_unplaced", table_name="case")
