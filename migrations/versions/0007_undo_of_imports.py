"""Hoàn tác lần nhập: mỗi lần nhập giữ mốc đã tạo, đã sửa; mốc thu hồi rời sổ nhưng còn lịch sử.

Undo of an import: what each batch made and changed; a withdrawn marker leaves the register and
keeps its history.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.add_column("marker", sa.Column("withdrawn_at", moment, nullable=True))
    op.create_table(
        "import_effect",
        sa.Column("id", key, autoincrement=True, nullable=False),
        sa.Column("batch_id", key, nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("marker_id", key, nullable=False),
        sa.Column("is_new", sa.Boolean(), nullable=False),
        sa.Column("first_change", sa.BigInteger(), nullable=True),
        sa.Column("last_change", sa.BigInteger(), nullable=True),
        sa.Column("measurement_id", sa.BigInteger(), nullable=True),
        sa.Column("undo", sa.String(64), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_import_effect"),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["import_batch.id"], name="fk_import_effect_batch_id_import_batch"
        ),
        sa.ForeignKeyConstraint(
            ["marker_id"], ["marker.id"], name="fk_import_effect_marker_id_marker"
        ),
    )
    op.create_index("ix_import_effect_batch", "import_effect", ["batch_id", "undo", "id"])
    op.create_index("ix_import_effect_marker_id", "import_effect", ["marker_id"])


def downgrade() -> None:
    op.drop_index("ix_import_effect_marker_id", table_name="import_effect")
    op.drop_index("ix_import_effect_batch", table_name="import_effect")
    op.drop_table("import_effect")
    op.drop_column("marker", "withdrawn_at")
