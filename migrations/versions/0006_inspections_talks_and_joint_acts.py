"""Kiểm tra, quan sát mốc; hội đàm, quy chế, lượt khách của dự án; văn bản song phương, chênh lệch.

Inspections and observations of markers with photos, and by when each marker is due again. Rounds of
talks with the points they agreed, rules of operation, visitors and dated history of shared projects.
Acts that both sides sign, what each side says of a marker, where they differ, and which fields may
go to the other side.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "inspection",
        sa.Column("id", key, autoincrement=True, nullable=False),
        sa.Column("neighbour", sa.String(2), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("unit_name", sa.String(255), nullable=False),
        sa.Column("is_joint", sa.Boolean(), nullable=False),
        sa.Column("partner_body", sa.String(255), nullable=False),
        sa.Column("began_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("route", sa.String(255), nullable=False),
        sa.Column("members_count", sa.Integer(), nullable=True),
        sa.Column("partner_count", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("is_illustration", sa.Boolean(), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=False),
        sa.Column("recorded_name", sa.String(255), nullable=False),
        sa.Column("recorded_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_inspection"),
        sa.ForeignKeyConstraint(
            ["neighbour"], ["border_line.neighbour"], name="fk_inspection_neighbour_border_line"
        ),
    )
    op.create_index("ix_inspection_began_on", "inspection", ["began_on"])
    op.create_index("ix_inspection_neighbour", "inspection", ["neighbour"])
    op.create_index("ix_inspection_unit_id", "inspection", ["unit_id"])
    op.create_table(
        "inspection_marker",
        sa.Column("inspection_id", key, nullable=False),
        sa.Column("marker_id", key, nullable=False),
        sa.PrimaryKeyConstraint("inspection_id", "marker_id", name="pk_inspection_marker"),
        sa.ForeignKeyConstraint(
            ["inspection_id"],
            ["inspection.id"],
            name="fk_inspection_marker_inspection_id_inspection",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["marker_id"], ["marker.id"], name="fk_inspection_marker_marker_id_marker"
        ),
    )
    op.create_index("ix_inspection_marker_marker_id", "inspection_marker", ["marker_id"])
    op.create_table(
        "marker_observation",
        sa.Column("id", key, autoincrement=True, nullable=False),
        sa.Column("marker_id", key, nullable=False),
        sa.Column("inspection_id", key, nullable=True),
        sa.Column("observed_on", sa.Date(), nullable=False),
        sa.Column("condition", sa.String(64), nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("unit_name", sa.String(255), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=False),
        sa.Column("recorded_name", sa.String(255), nullable=False),
        sa.Column("recorded_at", moment, nullable=False),
        sa.Column("is_illustration", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_marker_observation"),
        sa.ForeignKeyConstraint(
            ["inspection_id"],
            ["inspection.id"],
            name="fk_marker_observation_inspection_id_inspection",
        ),
        sa.ForeignKeyConstraint(
            ["marker_id"], ["marker.id"], name="fk_marker_observation_marker_id_marker"
        ),
    )
    op.create_index("ix_marker_observation_inspection_id", "marker_observation", ["inspection_id"])
    op.create_index(
        "ix_marker_observation_marker", "marker_observation", ["marker_id", "observed_on", "id"]
    )
    op.create_table(
        "observation_photo",
        sa.Column("id", key, autoincrement=True, nullable=False),
        sa.Column("observation_id", key, nullable=False),
        sa.Column("file_name", sa.String(255), nullable=False),
        sa.Column("media_type", sa.String(255), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_observation_photo"),
        sa.ForeignKeyConstraint(
            ["observation_id"],
            ["marker_observation.id"],
            name="fk_observation_photo_observation_id_marker_observation",
        ),
    )
    op.create_index("ix_observation_photo_observation_id", "observation_photo", ["observation_id"])
    op.create_table(
        "inspection_due",
        sa.Column("marker_id", key, nullable=False),
        sa.Column("inspected_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("marker_id", name="pk_inspection_due"),
        sa.ForeignKeyConstraint(
            ["marker_id"], ["marker.id"], name="fk_inspection_due_marker_id_marker"
        ),
    )
    op.create_index("ix_inspection_due_due", "inspection_due", ["due_on", "marker_id"])
    op.create_table(
        "inspection_interval",
        sa.Column("id", key, autoincrement=True, nullable=False),
        sa.Column("neighbour", sa.String(2), nullable=False),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("check", sa.String(64), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_inspection_interval"),
    )
    op.create_index("ix_inspection_interval_line", "inspection_interval", ["neighbour", "kind"])
    op.create_table(
        "talk_round",
        sa.Column("id", key, autoincrement=True, nullable=False),
        sa.Column("case_id", key, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=True),
        sa.Column("place", sa.String(255), nullable=False),
        sa.Column("our_body", sa.String(255), nullable=False),
        sa.Column("their_body", sa.String(255), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("check", sa.String(64), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=False),
        sa.Column("recorded_name", sa.String(255), nullable=False),
        sa.Column("recorded_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_talk_round"),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name="fk_talk_round_case_id_case"),
        sa.UniqueConstraint("case_id", "number", name="uq_talk_round_case_id_number"),
    )
    op.create_table(
        "agreed_point",
        sa.Column("id", key, autoincrement=True, nullable=False),
        sa.Column("case_id", key, nullable=False),
        sa.Column("round_id", key, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("owner", sa.String(64), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("done_round", sa.Integer(), nullable=True),
        sa.Column("done_note", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("check", sa.String(64), nullable=False),
        sa.Column("recorded_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_agreed_point"),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name="fk_agreed_point_case_id_case"),
        sa.ForeignKeyConstraint(
            ["round_id"], ["talk_round.id"], name="fk_agreed_point_round_id_talk_round"
        ),
        sa.UniqueConstraint("round_id", "number", name="uq_agreed_point_round_id_number"),
    )
    op.create_index("ix_agreed_point_case_id", "agreed_point", ["case_id"])
    op.create_table(
        "operating_rule",
        sa.Column("id", key, autoincrement=True, nullable=False),
        sa.Column("case_id", key, nullable=False),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("check", sa.String(64), nullable=False),
        sa.Column("recorded_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_operating_rule"),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name="fk_operating_rule_case_id_case"),
    )
    op.create_index("ix_operating_rule_case", "operating_rule", ["case_id", "kind", "valid_from"])
    op.create_table(
        "visitor_count",
        sa.Column("id", key, autoincrement=True, nullable=False),
        sa.Column("case_id", key, nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("outbound", sa.Integer(), nullable=True),
        sa.Column("inbound", sa.Integer(), nullable=True),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("groups", sa.Integer(), nullable=True),
        sa.Column("source", sa.String(255), nullable=False),
        sa.Column("check", sa.String(64), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("recorded_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_visitor_count"),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name="fk_visitor_count_case_id_case"),
        sa.UniqueConstraint(
            "case_id",
            "first_day",
            "last_day",
            "source",
            name="uq_visitor_count_case_id_first_day_last_day_source",
        ),
    )
    op.create_table(
        "project_milestone",
        sa.Column("id", key, autoincrement=True, nullable=False),
        sa.Column("case_id", key, nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("check", sa.String(64), nullable=False),
        sa.Column("recorded_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_project_milestone"),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name="fk_project_milestone_case_id_case"),
    )
    op.create_index("ix_project_milestone_case", "project_milestone", ["case_id", "on_day"])
    op.create_table(
        "joint_act",
        sa.Column("id", key, autoincrement=True, nullable=False),
        sa.Column("neighbour", sa.String(2), nullable=False),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("number", sa.String(255), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("place", sa.String(255), nullable=False),
        sa.Column("title", sa.String(255), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("other_language", sa.String(64), nullable=False),
        sa.Column("other_title", sa.String(255), nullable=False),
        sa.Column("other_text", sa.Text(), nullable=False),
        sa.Column("our_name", sa.String(255), nullable=False),
        sa.Column("our_title", sa.String(255), nullable=False),
        sa.Column("our_unit", sa.String(255), nullable=False),
        sa.Column("our_signed_on", sa.Date(), nullable=True),
        sa.Column("their_name", sa.String(255), nullable=False),
        sa.Column("their_title", sa.String(255), nullable=False),
        sa.Column("their_body", sa.String(255), nullable=False),
        sa.Column("their_signed_on", sa.Date(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("is_illustration", sa.Boolean(), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=False),
        sa.Column("recorded_name", sa.String(255), nullable=False),
        sa.Column("recorded_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_joint_act"),
        sa.ForeignKeyConstraint(
            ["neighbour"], ["border_line.neighbour"], name="fk_joint_act_neighbour_border_line"
        ),
    )
    op.create_index("ix_joint_act_line", "joint_act", ["neighbour", "held_on"])
    op.create_table(
        "joint_act_marker",
        sa.Column("act_id", key, nullable=False),
        sa.Column("marker_id", key, nullable=False),
        sa.PrimaryKeyConstraint("act_id", "marker_id", name="pk_joint_act_marker"),
        sa.ForeignKeyConstraint(
            ["act_id"],
            ["joint_act.id"],
            name="fk_joint_act_marker_act_id_joint_act",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["marker_id"], ["marker.id"], name="fk_joint_act_marker_marker_id_marker"
        ),
    )
    op.create_index("ix_joint_act_marker_marker_id", "joint_act_marker", ["marker_id"])
    op.create_table(
        "joint_act_file",
        sa.Column("id", key, autoincrement=True, nullable=False),
        sa.Column("act_id", key, nullable=False),
        sa.Column("file_name", sa.String(255), nullable=False),
        sa.Column("media_type", sa.String(255), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_joint_act_file"),
        sa.ForeignKeyConstraint(
            ["act_id"], ["joint_act.id"], name="fk_joint_act_file_act_id_joint_act"
        ),
    )
    op.create_index("ix_joint_act_file_act_id", "joint_act_file", ["act_id"])
    op.create_table(
        "marker_claim",
        sa.Column("id", key, autoincrement=True, nullable=False),
        sa.Column("marker_id", key, nullable=False),
        sa.Column("field", sa.String(64), nullable=False),
        sa.Column("party", sa.String(64), nullable=False),
        sa.Column("value", sa.String(255), nullable=False),
        sa.Column("number", sa.Float(), nullable=True),
        sa.Column("lat", sa.Float(), nullable=True),
        sa.Column("lon", sa.Float(), nullable=True),
        sa.Column("said_on", sa.Date(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("act_id", key, nullable=True),
        sa.Column("recorded_by", sa.Integer(), nullable=False),
        sa.Column("recorded_name", sa.String(255), nullable=False),
        sa.Column("recorded_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_marker_claim"),
        sa.ForeignKeyConstraint(
            ["act_id"], ["joint_act.id"], name="fk_marker_claim_act_id_joint_act"
        ),
        sa.ForeignKeyConstraint(
            ["marker_id"], ["marker.id"], name="fk_marker_claim_marker_id_marker"
        ),
    )
    op.create_index("ix_marker_claim_act_id", "marker_claim", ["act_id"])
    op.create_index("ix_marker_claim_marker", "marker_claim", ["marker_id", "field", "party", "id"])
    op.create_table(
        "discrepancy",
        sa.Column("id", key, autoincrement=True, nullable=False),
        sa.Column("marker_id", key, nullable=False),
        sa.Column("field", sa.String(64), nullable=False),
        sa.Column("ours_id", key, nullable=False),
        sa.Column("theirs_id", key, nullable=False),
        sa.Column("metres", sa.Float(), nullable=True),
        sa.Column("owes_answer", sa.String(64), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("settled_on", sa.Date(), nullable=True),
        sa.Column("settled_by_id", key, nullable=True),
        sa.Column("agreed_id", key, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_discrepancy"),
        sa.ForeignKeyConstraint(
            ["agreed_id"], ["marker_claim.id"], name="fk_discrepancy_agreed_id_marker_claim"
        ),
        sa.ForeignKeyConstraint(
            ["marker_id"], ["marker.id"], name="fk_discrepancy_marker_id_marker"
        ),
        sa.ForeignKeyConstraint(
            ["ours_id"], ["marker_claim.id"], name="fk_discrepancy_ours_id_marker_claim"
        ),
        sa.ForeignKeyConstraint(
            ["settled_by_id"], ["joint_act.id"], name="fk_discrepancy_settled_by_id_joint_act"
        ),
        sa.ForeignKeyConstraint(
            ["theirs_id"], ["marker_claim.id"], name="fk_discrepancy_theirs_id_marker_claim"
        ),
    )
    op.create_index("ix_discrepancy_marker_id", "discrepancy", ["marker_id"])
    op.create_index("ix_discrepancy_open", "discrepancy", ["settled_on", "marker_id", "field"])
    op.create_table(
        "counterpart_field",
        sa.Column("id", key, autoincrement=True, nullable=False),
        sa.Column("field", sa.String(64), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("name_vi", sa.String(255), nullable=False),
        sa.Column("name_en", sa.String(255), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("check", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_counterpart_field"),
        sa.UniqueConstraint("field", name="uq_counterpart_field_field"),
    )


def downgrade() -> None:
    op.drop_table("counterpart_field")
    op.drop_index("ix_discrepancy_open", table_name="discrepancy")
    op.drop_index("ix_discrepancy_marker_id", table_name="discrepancy")
    op.drop_table("discrepancy")
    op.drop_index("ix_marker_claim_marker", table_name="marker_claim")
    op.drop_index("ix_marker_claim_act_id", table_name="marker_claim")
    op.drop_table("marker_claim")
    op.drop_index("ix_joint_act_file_act_id", table_name="joint_act_file")
    op.drop_table("joint_act_file")
    op.drop_index("ix_joint_act_marker_marker_id", table_name="joint_act_marker")
    op.drop_table("joint_act_marker")
    op.drop_index("ix_joint_act_line", table_name="joint_act")
    op.drop_table("joint_act")
    op.drop_index("ix_project_milestone_case", table_name="project_milestone")
    op.drop_table("project_milestone")
    op.drop_table("visitor_count")
    op.drop_index("ix_operating_rule_case", table_name="operating_rule")
    op.drop_table("operating_rule")
    op.drop_index("ix_agreed_point_case_id", table_name="agreed_point")
    op.drop_table("agreed_point")
    op.drop_table("talk_round")
    op.drop_index("ix_inspection_interval_line", table_name="inspection_interval")
    op.drop_table("inspection_interval")
    op.drop_index("ix_inspection_due_due", table_name="inspection_due")
    op.drop_table("inspection_due")
    op.drop_index("ix_observation_photo_observation_id", table_name="observation_photo")
    op.drop_table("observation_photo")
    op.drop_index("ix_marker_observation_marker", table_name="marker_observation")
    op.drop_index("ix_marker_observation_inspection_id", table_name="marker_observation")
    op.drop_table("marker_observation")
    op.drop_index("ix_inspection_marker_marker_id", table_name="inspection_marker")
    op.drop_table("inspection_marker")
    op.drop_index("ix_inspection_unit_id", table_name="inspection")
    op.drop_index("ix_inspection_neighbour", table_name="inspection")
    op.drop_index("ix_inspection_began_on", table_name="inspection")
    op.drop_table("inspection")
