"""What a reader sees of ties that are closed to him."""

from app.cases.links_shown import LinkLine, _folded


def test_people_closed_to_the_reader_are_one_line_for_each_role() -> None:
    crew, owner = LinkLine("Thuyền viên", "được che"), LinkLine("Chủ tàu", "được che")
    known = LinkLine("Thuyền viên", "Nguyễn Văn A", "/so-dang-ky/nguoi/1")
    assert _folded([crew, known, crew, owner]) == [
        known,
        LinkLine("Thuyền viên", "được che (2)"),
        owner,
    ]
