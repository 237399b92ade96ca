"""Mỗi lần lưu bản thảo quy trình kể lại bằng cả tiếng Anh.

Each save of a draft is told in English too; what is older keeps its one language.
"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "workflow_draft_save",
        sa.Column("said_en", sa.String(255), nullable=False, server_default=""),
    )


def downgrade() -> None:
    op.drop_column("workflow_draft_save", "said_en")
