"""Nhóm, quy tắc phân việc, người thay; đề nghị chuyển đơn vị, xin ý kiến; bàn giao; cùng một người.

Teams, routing rules and substitutes; transfers and opinions asked of units; hand-overs of a post;
accounts that belong to one person.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(JSONB(), "postgresql")


def _table(
    name: str,
    *columns: sa.Column[object],
    keys: Sequence[tuple[str, str] | tuple[str, str, str]] = (),
    unique: Sequence[str] = (),
) -> None:
    """A table with a numbered row; keys are (column, table) or (column, table, what on delete)."""
    targets = [
        sa.ForeignKeyConstraint(
            [key[0]],
            [f"{key[1]}.id"],
            name=f"fk_{name}_{key[0]}_{key[1]}",
            ondelete=key[2] if len(key) > 2 else None,  # noqa: PLR2004  the third is optional
        )
        for key in keys
    ]
    only = [sa.UniqueConstraint(*unique, name=f"uq_{name}_{'_'.join(unique)}")] if unique else []
    op.create_table(
        name,
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        *columns,
        sa.PrimaryKeyConstraint("id", name=f"pk_{name}"),
        *targets,
        *only,
    )


def _whole(name: str, *, is_empty: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=is_empty)


def _key(name: str, *, is_empty: bool = False) -> sa.Column[int]:
    return sa.Column(name, BIG, nullable=is_empty)


def _short(name: str, *, is_empty: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(64), nullable=is_empty)


def _name(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(255), nullable=False)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def _moment(name: str, *, is_empty: bool = False) -> sa.Column[object]:
    return sa.Column(name, MOMENT, nullable=is_empty)


def _day(name: str, *, is_empty: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Date(), nullable=is_empty)


def _span() -> tuple[sa.Column[object], sa.Column[object]]:
    return _day("valid_from"), _day("valid_to", is_empty=True)


def _made() -> tuple[sa.Column[int], sa.Column[object]]:
    return _whole("created_by"), _moment("created_at")


def _index(table: str, *columns: str, name: str = "") -> None:
    op.create_index(name or f"ix_{table}_{columns[0]}", table, list(columns))


def upgrade() -> None:
    _people()
    _teams()
    _requests()
    _handovers()
    op.add_column("case", sa.Column("team_id", sa.BigInteger(), nullable=True))
    op.create_index(
        "ix_case_untaken",
        "case",
        ["owner_unit_id", "team_id", "next_due_at", "id"],
        sqlite_where=sa.text("is_open IS 1 AND assignee_id IS NULL"),
        postgresql_where=sa.text("is_open IS true AND assignee_id IS NULL"),
    )


def _people() -> None:
    user = "user_account"
    _table(
        "account_mark",
        *(_key("user_id"), _short("kind"), _short("mark"), _moment("noted_at")),
        keys=[("user_id", user, "CASCADE")],
        unique=["user_id", "kind"],
    )
    _index("account_mark", "kind", "mark", name="ix_account_mark_mark")
    op.create_table(
        "account_person",
        *(_key("user_id"), _key("person_id"), _whole("linked_by"), _moment("linked_at")),
        sa.PrimaryKeyConstraint("user_id", name="pk_account_person"),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["user_account.id"],
            name="fk_account_person_user_id_user_account",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["user_account.id"], name="fk_account_person_person_id_user_account"
        ),
    )
    _index("account_person", "person_id")
    _table(
        "person_doubt",
        *(_key("user_id"), _key("other_id"), _whole("decided_by"), _moment("decided_at")),
        keys=[("user_id", user, "CASCADE"), ("other_id", user, "CASCADE")],
        unique=["user_id", "other_id"],
    )


def _teams() -> None:
    _table("team", _key("unit_id"), _name("name"), *_span(), *_made(), keys=[("unit_id", "unit")])
    _index("team", "unit_id")
    _table(
        "team_member",
        *(_key("team_id"), _key("user_id"), *_span()),
        keys=[("team_id", "team"), ("user_id", "user_account")],
    )
    _index("team_member", "team_id")
    _index("team_member", "user_id")
    _table(
        "routing_rule",
        *(_key("unit_id"), _whole("position"), _name("name"), _short("type_code")),
        sa.Column("province_code", sa.String(2), nullable=False),
        sa.Column("country_code", sa.String(2), nullable=False),
        *(_text("condition"), _key("team_id", is_empty=True), _key("user_id", is_empty=True)),
        *_span(),
        *_made(),
        keys=[("unit_id", "unit"), ("team_id", "team"), ("user_id", "user_account")],
    )
    _index("routing_rule", "unit_id")
    _table(
        "substitution",
        *(_key("unit_id"), _key("absent_id"), _key("substitute_id")),
        *(_day("valid_from"), _day("valid_to"), _name("reason"), _short("state")),
        *(_moment("asked_at"), _whole("decided_by", is_empty=True)),
        *(_moment("decided_at", is_empty=True), _text("decided_because")),
        keys=[
            ("unit_id", "unit"),
            ("absent_id", "user_account"),
            ("substitute_id", "user_account"),
        ],
    )
    _index("substitution", "unit_id")
    _index("substitution", "substitute_id", "state", name="ix_substitution_substitute")
    _index("substitution", "absent_id", "state", name="ix_substitution_absent")


def _requests() -> None:
    _table(
        "opinion_round",
        *(_key("case_id"), _short("kind"), _text("question"), _short("limit"), _text("basis")),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        *(_key("asked_unit_id"), _whole("asked_by"), _moment("asked_at"), _moment("due_at")),
        sa.Column("files", JSON, nullable=False),
        keys=[("case_id", "case"), ("asked_unit_id", "unit")],
    )
    _index("opinion_round", "case_id")
    _table(
        "unit_request",
        *(_key("case_id"), _short("kind"), _key("round_id", is_empty=True)),
        *(_key("from_unit_id"), _key("to_unit_id"), _whole("asked_by"), _moment("asked_at")),
        *(_text("reason"), _moment("due_at"), _moment("remind_at", is_empty=True)),
        _moment("overdue_at", is_empty=True),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        *(_short("state"), _short("stance", is_empty=True), _text("answer")),
        sa.Column("files", JSON, nullable=False),
        *(_whole("answered_by", is_empty=True), _name("answered_name")),
        _moment("answered_at", is_empty=True),
        sa.Column("brought_tie", sa.Boolean(), nullable=False),
        keys=[
            ("case_id", "case"),
            ("round_id", "opinion_round"),
            ("from_unit_id", "unit"),
            ("to_unit_id", "unit"),
        ],
    )
    _index("unit_request", "case_id")
    _index("unit_request", "round_id")
    for name, columns, more, is_unique in (
        ("ix_unit_request_open", ["to_unit_id", "kind", "case_id"], "", False),
        ("ix_unit_request_due", ["due_at"], "", False),
        ("uq_unit_request_open_transfer", ["case_id"], " AND kind = 'transfer'", True),
    ):
        op.create_index(
            name,
            "unit_request",
            columns,
            unique=is_unique,
            sqlite_where=sa.text(f"is_open IS 1{more}"),
            postgresql_where=sa.text(f"is_open IS true{more}"),
        )


def _handovers() -> None:
    _table(
        "handover",
        *(_key("unit_id"), _key("leaver_id"), _key("successor_id"), _day("leaves_on")),
        *(_text("promises"), _text("note"), _short("state"), _whole("created_by")),
        *(_moment("created_at"), _moment("ended_at", is_empty=True)),
        keys=[
            ("unit_id", "unit"),
            ("leaver_id", "user_account"),
            ("successor_id", "user_account"),
        ],
    )
    _index("handover", "unit_id", "state", name="ix_handover_unit")
    _index("handover", "leaver_id")
    _index("handover", "successor_id")
    _table(
        "handover_case",
        *(_key("handover_id"), _key("case_id")),
        *(_moment("accepted_at", is_empty=True), _whole("accepted_by", is_empty=True)),
        keys=[("handover_id", "handover", "CASCADE"), ("case_id", "case")],
        unique=["handover_id", "case_id"],
    )
    _index("handover_case", "case_id")


def downgrade() -> None:
    op.drop_index("ix_case_untaken", table_name="case")
    op.drop_column("case", "team_id")
    for name in (
        *("handover_case", "handover", "unit_request", "opinion_round", "substitution"),
        *("routing_rule", "team_member", "team", "person_doubt", "account_person", "account_mark"),
    ):
        op.drop_table(name)
