"""Danh mục việc của trạng thái: hồ sơ giữ những việc đã đánh dấu ở trạng thái hiện tại.

Checklists: a case keeps what has been ticked off in its present state.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    done = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")
    op.add_column("case", sa.Column("checklist", done, nullable=True))


def downgrade() -> None:
    op.drop_column("case", "checklist")
