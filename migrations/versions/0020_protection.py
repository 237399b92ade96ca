"""Bảo hộ: hồ sơ được che, đồng ý theo từng nơi nhận, cuộc gọi đường dây nóng, hoàn tác người, tàu.

Protection: cases whose people are hidden, consent by addressee, hotline calls and numbers, and
which persons and vessels an import made or changed.
"""

from collections.abc import Callable

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
ANSWERING = ("consular_officer", "consular_leader", "mission_consul", "mission_head")
VICTIMS = ("trafficking", "forced_scam")


def upgrade() -> None:
    op.add_column(
        "case", sa.Column("is_protected", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column(
        "contact_consent",
        sa.Column("about", sa.String(64), nullable=False, server_default="family"),
    )
    op.add_column("contact_consent", sa.Column("case_id", sa.BigInteger(), nullable=True))
    for name in ("person_id", "vessel_id"):
        op.add_column("import_effect", sa.Column(name, BIG, nullable=True))
    op.add_column("import_effect", sa.Column("before", sa.Text(), nullable=True))
    op.add_column("import_effect", sa.Column("after", sa.Text(), nullable=True))
    op.add_column("import_batch", sa.Column("file_deleted_at", MOMENT, nullable=True))
    create_hotline()
    shield_existing()
    change_permissions(lambda code, held: [*held, "hotline:answer"] if code in ANSWERING else held)


def create_hotline() -> None:
    op.create_table(
        "hotline_number",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("number", sa.String(64), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("check", sa.String(64), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_hotline_number"),
    )
    op.create_table(
        "hotline_call",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("answered_by", sa.BigInteger(), nullable=False),
        sa.Column("officer_name", sa.String(255), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("caller_name", sa.Text(), nullable=False),
        sa.Column("callback", sa.Text(), nullable=False),
        sa.Column("callback_index", sa.String(64), nullable=True),
        sa.Column("relation", sa.String(64), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("country_code", sa.String(2), nullable=True),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("outcome", sa.String(64), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_hotline_call"),
    )
    op.create_index("ix_hotline_call_unit", "hotline_call", ["unit_id", "at"])
    op.create_index("ix_hotline_call_at", "hotline_call", ["at"])
    op.create_index("ix_hotline_call_case_id", "hotline_call", ["case_id"])


def shield_existing() -> None:
    """Cases that are about victims or minors already, or that name one."""
    case = sa.table(
        "case",
        sa.column("id"),
        sa.column("type_code"),
        sa.column("data", JSON),
        sa.column("is_protected"),
    )
    link = sa.table("case_link", sa.column("case_id"), sa.column("person_id"))
    person = sa.table(
        "person",
        sa.column("id"),
        sa.column("is_minor", sa.Boolean()),
        sa.column("is_victim", sa.Boolean()),
    )
    named = (
        sa.select(link.c.case_id)
        .join(person, person.c.id == link.c.person_id)
        .where(sa.or_(person.c.is_minor.is_(sa.true()), person.c.is_victim.is_(sa.true())))
    )
    kind = case.c.data["protection_kind"].as_string()
    said = sa.or_(
        kind.in_([*VICTIMS, "minor"]),
        case.c.data["has_minors"].as_boolean().is_(sa.true()),
        case.c.id.in_(named),
    )
    op.execute(
        sa.update(case)
        .where(case.c.type_code == "citizen_protection", said)
        .values(is_protected=sa.true())
    )


def change_permissions(change: Callable[[str, list[str]], list[str]]) -> None:
    role = sa.table("role", sa.column("id"), sa.column("code"), sa.column("permissions", JSON))
    connection = op.get_bind()
    for row in connection.execute(sa.select(role.c.id, role.c.code, role.c.permissions)).all():
        changed = sorted(set(change(row.code, row.permissions)))
        if changed != row.permissions:
            connection.execute(
                sa.update(role).where(role.c.id == row.id).values(permissions=changed)
            )


def downgrade() -> None:
    change_permissions(lambda _code, held: [one for one in held if one != "hotline:answer"])
    op.drop_table("hotline_call")
    op.drop_table("hotline_number")
    op.drop_column("import_batch", "file_deleted_at")
    for name in ("after", "before", "vessel_id", "person_id"):
        op.drop_column("import_effect", name)
    op.drop_column("contact_consent", "case_id")
    op.drop_column("contact_consent", "about")
    op.drop_column("case", "is_protected")
