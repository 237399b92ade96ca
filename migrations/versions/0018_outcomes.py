"""Một vụ, nhiều kết cục: tàu, người, chế tài của hồ sơ; khung phạt theo ngày vi phạm.

One incident, many outcomes: the vessels, persons and sanctions of a case, and dated penalties.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def identity(name: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.PrimaryKeyConstraint("id", name=f"pk_{name}"),
    ]


def reference(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=f"fk_{table}_{column}_{other}")


def upgrade() -> None:
    op.add_column("case", sa.Column("open_children", JSON, nullable=True))
    op.create_table(
        "penalty_rule",
        *identity("penalty_rule"),
        sa.Column("act_code", sa.String(64), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("length_class", sa.String(64), nullable=False),
        sa.Column("decree", sa.String(64), nullable=False),
        sa.Column("clause", sa.String(255), nullable=False),
        sa.Column("fine_min", sa.BigInteger(), nullable=False),
        sa.Column("fine_max", sa.BigInteger(), nullable=False),
        sa.Column("repeat_min", sa.BigInteger(), nullable=True),
        sa.Column("repeat_max", sa.BigInteger(), nullable=True),
        sa.Column("organisation_factor", sa.Integer(), nullable=False),
        sa.Column("extra", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("check", sa.String(64), nullable=False),
    )
    op.create_index(
        "ix_penalty_rule_act", "penalty_rule", ["act_code", "length_class", "valid_from"]
    )
    create_children()
    create_acts()


def create_children() -> None:
    op.create_table(
        "case_child",
        *identity("case_child"),
        sa.Column("case_id", BIG, nullable=False),
        sa.Column("track", sa.String(64), nullable=False),
        sa.Column("label", sa.String(255), nullable=False),
        sa.Column("vessel_id", BIG, nullable=True),
        sa.Column("person_id", BIG, nullable=True),
        sa.Column("parent_id", sa.BigInteger(), nullable=True),
        sa.Column("status", sa.String(64), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("is_verified", sa.Boolean(), nullable=False),
        sa.Column("facts", JSON, nullable=False),
        sa.Column("province_code", sa.String(2), nullable=True),
        sa.Column("added_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.Column("updated_by", sa.String(255), nullable=False),
        reference("case_child", "case_id", "case"),
        reference("case_child", "vessel_id", "vessel"),
        reference("case_child", "person_id", "person"),
    )
    op.create_index("ix_case_child_case", "case_child", ["case_id", "track", "id"])
    op.create_index("ix_case_child_vessel_id", "case_child", ["vessel_id"])
    op.create_index("ix_case_child_person_id", "case_child", ["person_id"])


def create_acts() -> None:
    op.create_table(
        "sanction_act",
        *identity("sanction_act"),
        sa.Column("child_id", BIG, nullable=False),
        sa.Column("rule_id", BIG, nullable=True),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("decree", sa.String(64), nullable=False),
        sa.Column("clause", sa.String(255), nullable=False),
        sa.Column("fine_min", sa.BigInteger(), nullable=True),
        sa.Column("fine_max", sa.BigInteger(), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        reference("sanction_act", "child_id", "case_child"),
        reference("sanction_act", "rule_id", "penalty_rule"),
    )
    op.create_index("ix_sanction_act_child_id", "sanction_act", ["child_id"])


def downgrade() -> None:
    op.drop_table("sanction_act")
    op.drop_table("case_child")
    op.drop_table("penalty_rule")
    op.drop_column("case", "open_children")
