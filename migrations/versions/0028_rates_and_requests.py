"""Tỷ giá giữ tám số lẻ thay cho bốn; tìm nhanh bước chờ người thứ hai xác nhận.

Banks write small currencies with six places; cut to four, an entry could not be worked out again.
Few of all cases wait for a second person: the desk asks for them on every visit.
"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

_RATES = (
    sa.table("money_entry", sa.column("rate", sa.BigInteger())),
    sa.table("exchange_rate", sa.column("vnd", sa.BigInteger())),
)
_MORE = 10_000


def upgrade() -> None:
    for table in _RATES:
        (column,) = table.columns
        op.execute(table.update().values({column.name: column * _MORE}))
    asked = sa.text("pending IS NOT NULL")
    op.create_index(
        "ix_case_pending", "case", ["updated_at", "id"], sqlite_where=asked, postgresql_where=asked
    )


def downgrade() -> None:
    op.drop_index("ix_case_pending", table_name="case")
    for table in _RATES:
        (column,) = table.columns
        op.execute(table.update().values({column.name: column // _MORE}))
