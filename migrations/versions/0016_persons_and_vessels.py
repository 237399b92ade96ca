"""Người và tàu: dữ liệu cá nhân được niêm phong, mọi tên gọi, giấy tờ, thân nhân, gộp và tách.

Persons and vessels: identity data is sealed under keys outside the database; names with who
confirmed them, papers, relatives with consent, outcomes, keys for matching, merges with undo.
"""

from collections.abc import Callable

import sqlalchemy as sa
from alembic import op
from flask import current_app
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
VIEW = "personal-data:view"
SEALED = ("id_number", "contact_text")
CHUNK = 1_000


def recorded() -> list[sa.Column]:
    return [
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=False),
        sa.Column("recorder_name", sa.String(255), nullable=False),
    ]


def of_person(name: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.PrimaryKeyConstraint("id", name=f"pk_{name}"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=f"fk_{name}_person_id_person"),
    ]


def create_of_person(name: str, *columns: sa.Column) -> None:
    op.create_table(name, *of_person(name), *columns, *recorded())
    op.create_index(f"ix_{name}_person_id", name, ["person_id"])


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("person", "id_number", type_=sa.Text())
        op.alter_column("person", "contact_text", type_=sa.Text())
    op.add_column("person", sa.Column("id_number_index", sa.String(64), nullable=True))
    op.add_column(
        "person", sa.Column("is_victim", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column(
        "person", sa.Column("key_version", sa.Integer(), nullable=False, server_default="0")
    )
    add_reference("person", "vessel_id", "vessel")
    add_reference("person", "merged_into_id", "person")
    add_reference("vessel", "merged_into_id", "vessel")
    op.create_index("ix_person_id_number_index", "person", ["id_number_index"])
    op.add_column(
        "vessel", sa.Column("master_name", sa.String(255), nullable=False, server_default="")
    )
    op.add_column(
        "vessel", sa.Column("vms_device", sa.String(64), nullable=False, server_default="")
    )
    create_tables()
    seal_existing()
    allow_revealing()


def add_reference(table: str, column: str, target: str) -> None:
    name = f"fk_{table}_{column}_{target}"
    if op.get_bind().dialect.name == "sqlite":  # SQLite adds a reference only with its column
        op.execute(
            f'ALTER TABLE "{table}" ADD COLUMN {column} INTEGER'
            f' CONSTRAINT {name} REFERENCES "{target}" (id)'
        )
    else:
        op.add_column(table, sa.Column(column, BIG, nullable=True))
        op.create_foreign_key(name, table, target, [column], ["id"])
    op.create_index(f"ix_{table}_{column}", table, [column])


def create_tables() -> None:
    create_of_person(
        "person_name",
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("confirmed_by", sa.String(255), nullable=False),
        sa.Column("confirmed_on", sa.Date(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
    )
    create_of_person(
        "identity_document",
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("number_index", sa.String(64), nullable=True),
        sa.Column("issuer", sa.String(255), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
    )
    op.create_index("ix_identity_document_number_index", "identity_document", ["number_index"])
    create_of_person(
        "relative",
        sa.Column("relation", sa.String(64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("contact", sa.Text(), nullable=False),
    )
    create_of_person(
        "contact_consent",
        sa.Column("decision", sa.String(64), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("how", sa.Text(), nullable=False),
    )
    create_of_person(
        "person_outcome",
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("outcome", sa.String(64), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
    )
    op.create_index("ix_person_outcome_case", "person_outcome", ["case_id", "person_id"])
    op.create_table(
        "person_key",
        sa.Column("key", sa.String(80), nullable=False),
        sa.Column("person_id", BIG, autoincrement=False, nullable=False),
        sa.Column("spelling", sa.String(255), nullable=False),
        sa.Column("birth_year", sa.Integer(), nullable=True),
        sa.Column("province_code", sa.String(2), nullable=True),
        sa.PrimaryKeyConstraint("key", "person_id", name="pk_person_key"),
    )
    op.create_index("ix_person_key_person", "person_key", ["person_id"])
    op.create_table(
        "vessel_fact",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("vessel_id", BIG, nullable=False),
        sa.Column("field", sa.String(64), nullable=False),
        sa.Column("value", sa.String(255), nullable=False),
        sa.Column("said_on", sa.Date(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        *recorded(),
        sa.PrimaryKeyConstraint("id", name="pk_vessel_fact"),
        sa.ForeignKeyConstraint(
            ["vessel_id"], ["vessel.id"], name="fk_vessel_fact_vessel_id_vessel"
        ),
    )
    op.create_index("ix_vessel_fact_vessel", "vessel_fact", ["vessel_id", "field"])
    create_merges()


def create_merges() -> None:
    op.create_table(
        "entry_merge",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("target", sa.String(64), nullable=False),
        sa.Column("kept_id", sa.BigInteger(), nullable=False),
        sa.Column("merged_id", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("before", JSON, nullable=False),
        sa.Column("followed", JSON, nullable=False),
        sa.Column("merged_at", MOMENT, nullable=False),
        sa.Column("merged_by", sa.Integer(), nullable=False),
        sa.Column("merger_name", sa.String(255), nullable=False),
        sa.Column("undone_at", MOMENT, nullable=True),
        sa.Column("undoer_name", sa.String(255), nullable=False),
        sa.Column("undone_because", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_entry_merge"),
    )
    op.create_index("ix_entry_merge_kept", "entry_merge", ["target", "kept_id"])
    op.create_table(
        "entry_apart",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("target", sa.String(64), nullable=False),
        sa.Column("one_id", sa.BigInteger(), nullable=False),
        sa.Column("other_id", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        *recorded(),
        sa.PrimaryKeyConstraint("id", name="pk_entry_apart"),
        sa.UniqueConstraint(
            "target", "one_id", "other_id", name="uq_entry_apart_target_one_id_other_id"
        ),
    )


# --- the values -----------------------------------------------------------------------------


def seal_existing() -> None:
    ring = current_app.extensions["key_ring"]

    def sealed(column: str, value: str) -> str:
        is_open = value and not value.startswith("s1:")
        return ring.seal(value, f"person.{column}") if is_open else value

    rewrite(sealed, lambda opened: ring.blind(opened) if opened else None)


def allow_revealing() -> None:
    """Whoever may view personal data may ask for a value in full, with a reason."""
    change_permissions(lambda held: [*held, "personal-data:reveal"] if VIEW in held else held)


def change_permissions(change: Callable[[list[str]], list[str]]) -> None:
    role = sa.table("role", sa.column("id"), sa.column("permissions", JSON))
    connection = op.get_bind()
    for row in connection.execute(sa.select(role.c.id, role.c.permissions)).all():
        changed = change(row.permissions)
        if changed != row.permissions:
            connection.execute(
                sa.update(role).where(role.c.id == row.id).values(permissions=sorted(set(changed)))
            )


def open_existing() -> None:
    ring = current_app.extensions["key_ring"]

    def opened(column: str, value: str) -> str:
        is_sealed = value and value.startswith("s1:")
        return ring.open(value, f"person.{column}") if is_sealed else value

    rewrite(opened, lambda _value: None)


def rewrite(change: Callable[[str, str], str], index: Callable[[str], str | None]) -> None:
    """Go through the persons who have such values, chunk by chunk."""
    person = sa.table(
        "person", sa.column("id"), sa.column("id_number_index"), *map(sa.column, SEALED)
    )
    columns = [person.c[name] for name in SEALED]
    held = sa.or_(*(column != "" for column in columns))
    connection, last = op.get_bind(), 0
    while rows := connection.execute(
        sa.select(person.c.id, *columns)
        .where(held, person.c.id > last)
        .order_by(person.c.id)
        .limit(CHUNK)
    ).all():
        for row in rows:
            given = dict(zip(SEALED, row[1:], strict=True))
            values = {name: change(name, value) for name, value in given.items()}
            values["id_number_index"] = index(given["id_number"])
            connection.execute(sa.update(person).where(person.c.id == row.id).values(values))
        last = rows[-1].id


def downgrade() -> None:
    change_permissions(lambda held: [one for one in held if one != "personal-data:reveal"])
    open_existing()
    for name in ("entry_apart", "entry_merge", "vessel_fact", "person_key", "person_outcome"):
        op.drop_table(name)
    for name in ("contact_consent", "relative", "identity_document", "person_name"):
        op.drop_table(name)
    for table, column, target in (
        ("vessel", "merged_into_id", "vessel"),
        ("person", "merged_into_id", "person"),
        ("person", "vessel_id", "vessel"),
    ):
        drop_reference(table, column, target)
    op.drop_index("ix_person_id_number_index", table_name="person")
    for column in ("id_number_index", "is_victim", "key_version"):
        op.drop_column("person", column)
    for column in ("master_name", "vms_device"):
        op.drop_column("vessel", column)


def drop_reference(table: str, column: str, target: str) -> None:
    op.drop_index(f"ix_{table}_{column}", table_name=table)
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint(f"fk_{table}_{column}_{target}", table, type_="foreignkey")
    op.drop_column(table, column)
