"""Danh sách dài của sự kiện chờ tiến trình nền nhận; dòng muộn nhận ra khi gửi lại.

Rows of a long list wait sealed until a worker takes them; a late row is known again by its key.
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("mass_list") as table:
        table.add_column(sa.Column("unit_id", sa.Integer(), nullable=True))
        table.add_column(
            sa.Column("state", sa.String(64), nullable=False, server_default=sa.text("'done'"))
        )
        table.add_column(
            sa.Column("problem", sa.Text(), nullable=False, server_default=sa.text("''"))
        )
    with op.batch_alter_table("mass_list") as table:
        table.alter_column("state", server_default=None)
        table.alter_column("problem", server_default=None)
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
    with op.batch_alter_table("mass_kept_row") as table:
        table.drop_column("row_key")
    with op.batch_alter_table("mass_list") as table:
        for name in ("problem", "state", "unit_id"):
            table.drop_column(name)
