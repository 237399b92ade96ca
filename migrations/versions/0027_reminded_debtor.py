"""Lần đôn đốc ghi rõ gửi ai: gia đình, chủ tàu, doanh nghiệp, bảo hiểm.

A reminder says whom it asks: consent to write to the family is no matter of a ship owner.
"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "money_reminder",
        sa.Column("debtor", sa.String(64), nullable=False, server_default="family"),
    )


def downgrade() -> None:
    op.drop_column("money_reminder", "debtor")
