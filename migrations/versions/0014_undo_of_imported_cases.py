"""Hoàn tác lần nhập vụ việc: mỗi lần nhập giữ cả hồ sơ đã mở.

Undo of imported incidents: an effect of an import names the case that it opened, or the marker.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("import_effect") as table:
        table.alter_column("marker_id", existing_type=_KEY, nullable=True)
        table.add_column(sa.Column("case_id", _KEY, nullable=True))
        table.create_foreign_key("fk_import_effect_case_id_case", "case", ["case_id"], ["id"])
        table.create_index("ix_import_effect_case_id", ["case_id"])


def downgrade() -> None:
    op.execute("DELETE FROM import_effect WHERE marker_id IS NULL")
    with op.batch_alter_table("import_effect") as table:
        table.drop_index("ix_import_effect_case_id")
        table.drop_constraint("fk_import_effect_case_id_case", type_="foreignkey")
        table.drop_column("case_id")
        table.alter_column("marker_id", existing_type=_KEY, nullable=False)
