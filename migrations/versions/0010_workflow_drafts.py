"""Bản thảo quy trình, mọi lần lưu của bản thảo; lý do công bố của từng phiên bản.

Drafts of case types with every save of them; why a version was published, and whether it is the
one that came with the product.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def _json() -> sa.types.TypeEngine:
    return sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")


def upgrade() -> None:
    op.create_table(
        "workflow_draft",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("code", sa.String(64), nullable=False),
        sa.Column("base_number", sa.Integer(), nullable=True),
        sa.Column("content", _json(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("author_name", sa.String(255), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("saved_by", sa.Integer(), nullable=False),
        sa.Column("saved_name", sa.String(255), nullable=False),
        sa.Column("saved_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_workflow_draft"),
        sa.UniqueConstraint("code", name="uq_workflow_draft_code"),
    )
    op.create_table(
        "workflow_draft_save",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("draft_id", BIG, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("parent", sa.Integer(), nullable=True),
        sa.Column("content", _json(), nullable=False),
        sa.Column("said", sa.String(255), nullable=False),
        sa.Column("saved_by", sa.Integer(), nullable=False),
        sa.Column("saved_name", sa.String(255), nullable=False),
        sa.Column("saved_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_workflow_draft_save"),
        sa.UniqueConstraint("draft_id", "number", name="uq_workflow_draft_save_draft_id_number"),
        sa.ForeignKeyConstraint(
            ["draft_id"],
            ["workflow_draft.id"],
            name="fk_workflow_draft_save_draft_id_workflow_draft",
        ),
    )
    op.add_column(
        "case_type_version", sa.Column("note", sa.Text(), nullable=False, server_default="")
    )
    op.add_column(
        "case_type_version",
        sa.Column("is_shipped", sa.Boolean(), nullable=False, server_default=sa.true()),
    )
    op.add_column(
        "case_type_version", sa.Column("moves", _json(), nullable=False, server_default="{}")
    )


def downgrade() -> None:
    op.drop_column("case_type_version", "moves")
    op.drop_column("case_type_version", "is_shipped")
    op.drop_column("case_type_version", "note")
    op.drop_table("workflow_draft_save")
    op.drop_table("workflow_draft")
