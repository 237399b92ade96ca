"""Two people on one case: nobody writes over another, and some steps take two."""

from playwright.sync_api import expect

from tests.e2e.conftest import Arrive, Shoot
from tests.e2e.errands import open_incident

REASON = "Người báo tin nhầm địa điểm, tổ tuần tra không thấy dấu vết."


def test_the_second_of_two_sees_what_changed_and_what_was_typed(
    arrive: Arrive, shoot: Shoot
) -> None:
    first = arrive("don.mocbai")
    reference = open_incident(first, "lối mở Phước Chỉ")
    second = arrive("don.mocbai", is_phone=True)
    second.go(f"/ho-so/{reference}/chuyen/dispatch")
    second.field("Mô tả địa điểm").fill("bờ kênh Đìa Xù, sát cột cờ")

    first.follow("Triển khai lực lượng")
    first.press("Triển khai lực lượng")
    expect(first.here).to_contain_text("Đang xử lý tại chỗ")
    second.press("Triển khai lực lượng")

    expect(second.heading).to_have_text("Hồ sơ vừa được người khác thay đổi")
    shoot(second, "hai-nguoi-1-xung-dot")
    main = second.page.get_by_role("main")
    expect(main).to_contain_text("Triển khai lực lượng")
    typed = main.get_by_label("Mô tả địa điểm")
    expect(typed).to_have_value("bờ kênh Đìa Xù, sát cột cờ")
    second.follow("Mở bản mới nhất")
    expect(second.here).to_contain_text("Đang xử lý tại chỗ")


def test_who_asks_cannot_confirm_and_a_leader_can(arrive: Arrive, shoot: Shoot) -> None:
    officer = arrive("don.mocbai")
    reference = open_incident(officer, "lối mở Long Thuận")
    officer.go(f"/ho-so/{reference}/chuyen/reject_report")
    officer.field("Lý do").fill(REASON)
    officer.press("Gửi đề nghị")

    main = officer.page.get_by_role("main")
    expect(main).to_contain_text("Chờ người thứ hai xác nhận: Kết luận tin sai")
    expect(main.get_by_role("link", name="Xem và xác nhận")).to_have_count(0)
    officer.go(f"/ho-so/{reference}/chuyen/reject_report")
    expect(main).to_contain_text("Chưa thực hiện được bước này")
    shoot(officer, "bon-mat-1-nguoi-de-nghi")

    leader = arrive("lanhdao.ngoaivu.tayninh")
    leader.go(f"/ho-so/{reference}")
    leader.follow("Xem và xác nhận")
    expect(leader.page.get_by_role("main")).to_contain_text(REASON)
    shoot(leader, "bon-mat-2-lanh-dao")
    leader.press("Xác nhận: Kết luận tin sai")
    expect(leader.page.get_by_role("main")).to_contain_text("Đã thực hiện: Kết luận tin sai.")
