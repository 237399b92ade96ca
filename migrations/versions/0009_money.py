"""Sổ tiền: khoản thu chi, bút toán hai vế, tỷ giá, mức duyệt, đôn đốc, quyết toán.

The books of cases: entries with two lines, exchange rates, approval limits, reminders, closings; the
roles that keep and approve them.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
ROLE = sa.table("role", sa.column("code", sa.String), sa.column("permissions", sa.JSON))
TABLES = (
    "money_settlement",
    "money_reminder",
    "approval_limit",
    "exchange_rate",
    "money_line",
    "money_entry",
)
GIVEN = {
    "consular_officer": ["money:record", "money:view"],
    "consular_leader": ["money:approve", "money:view"],
    "foreign_affairs_officer": ["money:view"],
    "foreign_affairs_leader": ["money:view"],
    "mission_consul": ["money:record", "money:view"],
    "mission_head": ["money:view"],
    "protection_fund": ["money:record", "money:view"],
}


def upgrade() -> None:
    _entries()
    _rates_and_reminders()
    for code, held in _roles():
        _keep(code, [*held, *(one for one in GIVEN[code] if one not in held)])


def downgrade() -> None:
    for name in TABLES:
        op.drop_table(name)
    for code, held in _roles():
        _keep(code, [one for one in held if not one.startswith("money:")])


def _roles() -> list[tuple[str, list[str]]]:
    chosen = sa.select(ROLE.c.code, ROLE.c.permissions).where(ROLE.c.code.in_(GIVEN))
    return [(row.code, list(row.permissions)) for row in op.get_bind().execute(chosen)]


def _keep(code: str, permissions: list[str]) -> None:
    changed = sa.update(ROLE).where(ROLE.c.code == code).values(permissions=permissions)
    op.get_bind().execute(changed)


def _entries() -> None:
    op.create_table(
        "money_entry",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("case_id", BIG, nullable=False),
        sa.Column("person_id", BIG, nullable=True),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("source", sa.String(64), nullable=False),
        sa.Column("status", sa.String(64), nullable=False),
        sa.Column("is_repayable", sa.Boolean(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("rate", sa.BigInteger(), nullable=False),
        sa.Column("rate_source", sa.String(255), nullable=False),
        sa.Column("vnd", sa.BigInteger(), nullable=False),
        sa.Column("usd", sa.BigInteger(), nullable=True),
        sa.Column("settles_amount", sa.BigInteger(), nullable=True),
        sa.Column("settles_currency", sa.String(3), nullable=True),
        sa.Column("payer", sa.String(255), nullable=False),
        sa.Column("payee", sa.String(255), nullable=False),
        sa.Column("basis", sa.String(255), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.Integer(), nullable=False),
        sa.Column("proposed_name", sa.String(255), nullable=False),
        sa.Column("proposed_at", MOMENT, nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_name", sa.String(255), nullable=False),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("decision_text", sa.Text(), nullable=False),
        sa.Column("reverses_id", BIG, nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name="fk_money_entry_case_id_case"),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name="fk_money_entry_person_id_person"
        ),
        sa.ForeignKeyConstraint(
            ["reverses_id"], ["money_entry.id"], name="fk_money_entry_reverses_id_money_entry"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_money_entry"),
        sa.UniqueConstraint("reverses_id", name="uq_money_entry_reverses_id"),
    )
    op.create_index("ix_money_entry_case", "money_entry", ["case_id", "status", "id"], unique=False)
    op.create_index("ix_money_entry_person_id", "money_entry", ["person_id"], unique=False)
    op.create_table(
        "money_line",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("entry_id", BIG, nullable=False),
        sa.Column("case_id", BIG, nullable=False),
        sa.Column("person_id", BIG, nullable=True),
        sa.Column("account", sa.String(64), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("debit", sa.BigInteger(), nullable=False),
        sa.Column("credit", sa.BigInteger(), nullable=False),
        sa.Column("vnd", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name="fk_money_line_case_id_case"),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["money_entry.id"], name="fk_money_line_entry_id_money_entry"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name="fk_money_line_person_id_person"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_money_line"),
    )
    op.create_index(
        "ix_money_line_case", "money_line", ["case_id", "account", "currency"], unique=False
    )
    op.create_index("ix_money_line_entry_id", "money_line", ["entry_id"], unique=False)
    op.create_index("ix_money_line_person_id", "money_line", ["person_id"], unique=False)


def _rates_and_reminders() -> None:
    op.create_table(
        "exchange_rate",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("vnd", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.String(255), nullable=False),
        sa.Column("check", sa.String(64), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_exchange_rate"),
        sa.UniqueConstraint("currency", "on_day", name="uq_exchange_rate_currency_on_day"),
    )
    op.create_table(
        "approval_limit",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("role", sa.String(64), nullable=False),
        sa.Column("usd", sa.BigInteger(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("check", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_approval_limit"),
        sa.UniqueConstraint("role", "valid_from", name="uq_approval_limit_role_valid_from"),
    )
    op.create_table(
        "money_reminder",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("case_id", BIG, nullable=False),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("number", sa.String(64), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("next_on", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=False),
        sa.Column("recorded_name", sa.String(255), nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name="fk_money_reminder_case_id_case"),
        sa.PrimaryKeyConstraint("id", name="pk_money_reminder"),
    )
    op.create_index("ix_money_reminder_case", "money_reminder", ["case_id", "on_day"], unique=False)
    op.create_table(
        "money_settlement",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("case_id", BIG, nullable=False),
        sa.Column("is_settled", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=False),
        sa.Column("recorded_name", sa.String(255), nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name="fk_money_settlement_case_id_case"),
        sa.PrimaryKeyConstraint("id", name="pk_money_settlement"),
    )
    op.create_index("ix_money_settlement_case_id", "money_settlement", ["case_id"], unique=False)
