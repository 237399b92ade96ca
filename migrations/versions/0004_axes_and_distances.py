"""Giữ kinh tuyến trục của các tỉnh và khoảng cách tới đường biên thành bảng sửa được.

Keep the axes of the provinces and the distances to the line as tables that can be edited.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "provincial_axis",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("province_code", sa.String(2), nullable=False),
        sa.Column("former_code", sa.String(2), nullable=False),
        sa.Column("province", sa.String(255), nullable=False),
        sa.Column("system", sa.String(64), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("check", sa.String(64), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provincial_axis")),
    )
    op.create_index(
        "ix_provincial_axis_province", "provincial_axis", ["province_code", "valid_from"]
    )
    op.create_table(
        "distance_rule",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("neighbour", sa.String(2), nullable=False),
        sa.Column("activity", sa.String(64), nullable=False),
        sa.Column("metres", sa.Integer(), nullable=False),
        sa.Column("province_code", sa.String(2), nullable=True),
        sa.Column("stretch", sa.String(255), nullable=False),
        sa.Column("treaty", sa.String(255), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("check", sa.String(64), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_distance_rule")),
    )
    op.create_index("ix_distance_rule_line", "distance_rule", ["neighbour", "activity"])


def downgrade() -> None:
    op.drop_index("ix_distance_rule_line", table_name="distance_rule")
    op.drop_table("distance_rule")
    op.drop_index("ix_provincial_axis_province", table_name="provincial_axis")
    op.drop_table("provincial_axis")
