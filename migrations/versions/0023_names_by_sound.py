"""Tra tên theo âm: mỗi cách viết ghi một lần, người nằm dưới cách viết và năm sinh.

Names are looked for by sound: each spelling stands once, persons lie under a spelling and a year.
The keys are made anew by `flask persons index`, which reads the persons whose rules are older.
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.drop_table("person_key")
    op.create_table(
        "name_sound",
        sa.Column("key", sa.String(80), nullable=False),
        sa.Column("spelling", sa.String(255), nullable=False),
        sa.PrimaryKeyConstraint("key", "spelling", name="pk_name_sound"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "person_key",
        sa.Column("key", sa.String(80), nullable=False),
        sa.Column("birth_year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("person_id", BIG, autoincrement=False, nullable=False),
        sa.Column("province_code", sa.String(2), nullable=True),
        sa.PrimaryKeyConstraint("key", "birth_year", "person_id", name="pk_person_key"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_person_key_person", "person_key", ["person_id"])


def downgrade() -> None:
    op.drop_table("person_key")
    op.drop_table("name_sound")
    op.create_table(
        "person_key",
        sa.Column("key", sa.String(80), nullable=False),
        sa.Column("person_id", BIG, autoincrement=False, nullable=False),
        sa.Column("spelling", sa.String(255), nullable=False),
        sa.Column("birth_year", sa.Integer(), nullable=True),
        sa.Column("province_code", sa.String(2), nullable=True),
        sa.PrimaryKeyConstraint("key", "person_id", name="pk_person_key"),
    )
    op.create_index("ix_person_key_person", "person_key", ["person_id"])
    op.execute("UPDATE person SET key_version = 0")
