"""Danh sách dài chờ tiến trình nền nhận; dòng muộn nhận ra khi gửi lại; biên bản thành văn bản.

Rows of a long list wait sealed until a worker takes them; a late row is known again by its key;
minutes of a handover are a paper of their event.
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("mass_list", sa.Column("unit_id", sa.Integer(), nullable=True))
    op.add_column(
        "mass_list", sa.Column("state", sa.String(64), nullable=False, server_default="done")
    )
    op.add_column("mass_list", sa.Column("problem", sa.Text(), nullable=False, server_default=""))
    for name in ("mass_event_id", "mass_minutes_id"):
        op.add_column("paper", sa.Column(name, BIG, nullable=True))
    op.create_index("ix_paper_mass_event_id", "paper", ["mass_event_id"])
    op.add_column("mass_kept_row", sa.Column("row_key", sa.String(64), nullable=True))
    op.create_index("ix_mass_kept_row_row_key", "mass_kept_row", ["row_key"])
    op.create_table(
        "mass_waiting_rows",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("list_id", BIG, nullable=False),
        sa.Column("rows", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["list_id"], ["mass_list.id"], name="fk_mass_waiting_rows_list_id_mass_list"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_mass_waiting_rows"),
    )
    op.create_index("ix_mass_waiting_rows_list_id", "mass_waiting_rows", ["list_id"])


def downgrade() -> None:
    op.drop_table("mass_waiting_rows")
    op.drop_index("ix_mass_kept_row_row_key", table_name="mass_kept_row")
    op.drop_column("mass_kept_row", "row_key")
    op.drop_index("ix_paper_mass_event_id", table_name="paper")
    for name in ("mass_minutes_id", "mass_event_id"):
        op.drop_column("paper", name)
    for name in ("problem", "state", "unit_id"):
        op.drop_column("mass_list", name)
