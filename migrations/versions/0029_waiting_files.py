"""Tệp danh sách dài chờ tiến trình nền đọc; danh sách gửi lại bổ sung mục còn trống.

The file of a long list waits sealed until a worker reads it: its sender does not wait for that.
A list that comes again says of how many people it has filled in what was empty.
"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column(
        "mass_list", sa.Column("filled", sa.Integer(), nullable=False, server_default="0")
    )
    op.create_table(
        "mass_waiting_file",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("list_id", BIG, nullable=False),
        sa.Column("convert", sa.String(64), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["list_id"], ["mass_list.id"], name="fk_mass_waiting_file_list_id_mass_list"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_mass_waiting_file"),
    )
    op.create_index("ix_mass_waiting_file_list_id", "mass_waiting_file", ["list_id"])


def downgrade() -> None:
    op.drop_table("mass_waiting_file")
    op.drop_column("mass_list", "filled")
