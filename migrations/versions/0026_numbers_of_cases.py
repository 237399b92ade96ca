"""Số giấy tờ trong hồ sơ: niêm phong riêng, hồ sơ chỉ giữ mã và bản che.

Numbers of papers that a case's own fields ask for are sealed in a table of their own. What older
cases hold is sealed by `flask cases seal-numbers`, which needs the keys.
"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "case_number",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("case_id", BIG, nullable=False),
        sa.Column("field", sa.String(130), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("number_index", sa.String(64), nullable=True),
        sa.Column("is_restricted", sa.Boolean(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kept_by", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name="fk_case_number_case_id_case"),
        sa.PrimaryKeyConstraint("id", name="pk_case_number"),
    )
    op.create_index("ix_case_number_case_id", "case_number", ["case_id"])
    op.create_index("ix_case_number_number_index", "case_number", ["number_index"])
    # Names in characters are read from now on: `flask persons index` makes their keys.
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    has_characters = "GLOB '*[㐀-鿿]*'" if is_sqlite else "~ '[㐀-鿿]'"
    op.execute(
        "UPDATE person SET key_version = 0 WHERE claimed_name "  # noqa: S608  our own words
        f"{has_characters} OR CAST(foreign_spellings AS TEXT) {has_characters}"
    )


def downgrade() -> None:
    op.drop_table("case_number")
