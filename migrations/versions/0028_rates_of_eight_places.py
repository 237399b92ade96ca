"""Tỷ giá giữ tám số lẻ thay cho bốn.

Banks write the small currencies with six places; cut to four, an entry could not be worked out again.
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


def downgrade() -> None:
    for table in _RATES:
        (column,) = table.columns
        op.execute(table.update().values({column.name: column // _MORE}))
