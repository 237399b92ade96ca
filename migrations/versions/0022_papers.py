"""Văn bản: mẫu của từng cơ quan, dự thảo theo phiên bản, ký hiệu, sổ đăng ký số không hở, không trùng.

Papers: the templates of offices, drafts in versions, symbols as dated rows, the book of numbers;
the roles that draft, issue and keep them.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
ROLE = sa.table("role", sa.column("code", sa.String), sa.column("permissions", JSON))
TABLES = (
    *("paper_number", "paper_counter", "paper_version"),
    *("paper", "paper_symbol", "paper_template"),
)
KEEPERS = {
    *("foreign_affairs_leader", "clerk", "consular_leader"),
    *("protection_fund_director", "boundary_leader", "mission_head"),
}
ISSUERS = KEEPERS | {
    *("border_command", "foreign_affairs_officer", "consular_officer", "protection_fund"),
    *("boundary_officer", "mission_consul", "fisheries_officer"),
}


def upgrade() -> None:
    create_templates()
    create_papers()
    create_book()
    for code, held in roles():
        given = {"document:draft"} if "case:note" in held else set()
        given |= {"document:issue"} if code in ISSUERS else set()
        given |= {"document:keep"} if code in KEEPERS else set()
        keep(code, held, sorted({*held, *given}))


def downgrade() -> None:
    for name in TABLES:
        op.drop_table(name)
    for code, held in roles():
        keep(code, held, [one for one in held if not one.startswith("document:")])


def roles() -> list[tuple[str, list[str]]]:
    found = op.get_bind().execute(sa.select(ROLE.c.code, ROLE.c.permissions))
    return [(row.code, list(row.permissions)) for row in found]


def keep(code: str, held: list[str], permissions: list[str]) -> None:
    if permissions != held:
        changed = sa.update(ROLE).where(ROLE.c.code == code).values(permissions=permissions)
        op.get_bind().execute(changed)


def key(name: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.PrimaryKeyConstraint("id", name=f"pk_{name}"),
    ]


def reference(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=f"fk_{table}_{column}_{target}")


def create_templates() -> None:
    op.create_table(
        "paper_template",
        *key("paper_template"),
        sa.Column("unit_id", BIG, nullable=False),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("file_name", sa.String(255), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("uploaded_by", sa.Integer(), nullable=False),
        sa.Column("uploader_name", sa.String(255), nullable=False),
        sa.Column("uploaded_at", MOMENT, nullable=False),
        reference("paper_template", "unit_id", "unit"),
        sa.UniqueConstraint(
            "unit_id", "kind", "number", name="uq_paper_template_unit_id_kind_number"
        ),
    )
    op.create_table(
        "paper_symbol",
        *key("paper_symbol"),
        sa.Column("unit_id", BIG, nullable=True),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("pattern", sa.String(255), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("check", sa.String(64), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        reference("paper_symbol", "unit_id", "unit"),
        sa.UniqueConstraint(
            "unit_id", "kind", "valid_from", name="uq_paper_symbol_unit_id_kind_valid_from"
        ),
    )


def create_papers() -> None:
    op.create_table(
        "paper",
        *key("paper"),
        sa.Column("case_id", BIG, nullable=True),
        sa.Column("handover_id", BIG, nullable=True),
        sa.Column("unit_id", BIG, nullable=False),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("state", sa.String(64), nullable=False),
        sa.Column("batch", sa.String(32), nullable=True),
        sa.Column("content", sa.Text(), nullable=True),
        sa.Column("template_id", BIG, nullable=True),
        sa.Column("fields_read", JSON, nullable=False),
        sa.Column("persons", JSON, nullable=False),
        sa.Column("left_blank", JSON, nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=False),
        sa.Column("creator_name", sa.String(255), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        reference("paper", "case_id", "case"),
        reference("paper", "handover_id", "handover"),
        reference("paper", "unit_id", "unit"),
        reference("paper", "template_id", "paper_template"),
    )
    for name, columns in (
        ("ix_paper_case_id", ["case_id"]),
        ("ix_paper_handover_id", ["handover_id"]),
        ("ix_paper_batch", ["batch"]),
        ("ix_paper_unit", ["unit_id", "id"]),
    ):
        op.create_index(name, "paper", columns)
    op.create_table(
        "paper_version",
        *key("paper_version"),
        sa.Column("paper_id", BIG, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("made", sa.String(64), nullable=False),
        sa.Column("file_name", sa.String(255), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=False),
        sa.Column("maker_name", sa.String(255), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        reference("paper_version", "paper_id", "paper"),
        sa.UniqueConstraint("paper_id", "number", name="uq_paper_version_paper_id_number"),
    )


def create_book() -> None:
    op.create_table(
        "paper_counter",
        sa.Column("unit_id", BIG, autoincrement=False, nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("register", sa.String(64), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "year", "register", name="pk_paper_counter"),
        reference("paper_counter", "unit_id", "unit"),
    )
    op.create_table(
        "paper_number",
        *key("paper_number"),
        sa.Column("unit_id", BIG, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("register", sa.String(64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("symbol", sa.String(255), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("abstract", sa.Text(), nullable=True),
        sa.Column("addressee", sa.Text(), nullable=True),
        sa.Column("signer", sa.String(255), nullable=False),
        sa.Column("paper_id", BIG, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("issued_by", sa.Integer(), nullable=False),
        sa.Column("issuer_name", sa.String(255), nullable=False),
        sa.Column("issued_at", MOMENT, nullable=False),
        sa.Column("withdrawn_at", MOMENT, nullable=True),
        sa.Column("withdrawer_name", sa.String(255), nullable=False),
        sa.Column("withdrawn_reason", sa.Text(), nullable=False),
        reference("paper_number", "unit_id", "unit"),
        reference("paper_number", "paper_id", "paper"),
        sa.UniqueConstraint("paper_id", name="uq_paper_number_paper_id"),
        sa.UniqueConstraint(
            "unit_id",
            "year",
            "register",
            "number",
            name="uq_paper_number_unit_id_year_register_number",
        ),
    )
