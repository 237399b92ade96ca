from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts import calendar_queries, queries
from app.accounts.calendar import load_calendar
from app.accounts.models import User
from app.audit import AuditEntry
from app.jobs import Job, OutboxEntry
from app.workflow.calendars import DayStatus
from tests.integration.accounts.conftest import Person, sign_in, token_in

NEW_PERSON = {
    "name": "Trần Thị Hoa",
    "username": "hoa.tran",
    "email": "hoa@vi-du.vn",
    "position": "Chuyên viên",
    "role": "foreign_affairs_officer",
    "unit": "NV04",
}
SWAP = {
    "day": "2026-11-23",
    "kind": "swap_off",
    "name": "hoán đổi sang 28/11",
    "status": "official",
    "basis": "Quyết định mới",
}


@pytest.fixture
def admin(client: FlaskClient, person: Person) -> FlaskClient:
    person("quan.tri", ("administrator", "BNG"))
    sign_in(client, "quan.tri")
    return client


def post(client: FlaskClient, path: str, **form: str) -> tuple[int, str]:
    token = token_in(client.get("/tai-khoan").text)
    answer = client.post(path, data={"csrf_token": token, **form}, follow_redirects=True)
    return answer.status_code, answer.text


# --- people ---------------------------------------------------------------------------------


def test_an_administrator_adds_a_person_who_can_sign_in(
    admin: FlaskClient, session: Session
) -> None:
    status, page = post(admin, "/quan-tri/nguoi-dung/moi", **NEW_PERSON)

    assert status == 200
    assert "Mật khẩu tạm của Trần Thị Hoa" in page
    temporary = page.split("Mật khẩu tạm của Trần Thị Hoa: ")[1].split(".")[0]
    post(admin, "/dang-xuat")
    assert sign_in(admin, "hoa.tran", temporary) == "/"
    assert admin.get("/").location == "/doi-mat-khau"
    acts = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert acts[-2:] == ["user_created", "role_assigned"]


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("name", "", "Mục này không được để trống."),
        ("username", "Hoa Trần", "Chỉ dùng chữ thường không dấu"),
        ("username", "quan.tri", "Tên đăng nhập đã có người dùng."),
        ("email", "khong-phai-thu", "Địa chỉ thư điện tử chưa đúng."),
        ("unit", "XX99", "Không có đơn vị nào như vậy."),
        ("unit", "tinh", "Có nhiều đơn vị như vậy"),
        ("role", "mission_consul", "Vai trò này không thuộc loại đơn vị đã chọn."),
        ("role", "system", "Hãy chọn trong danh sách"),
    ],
)
def test_a_poor_entry_is_said_beside_its_field_and_nothing_is_kept(
    admin: FlaskClient, session: Session, field: str, value: str, said: str
) -> None:
    status, page = post(admin, "/quan-tri/nguoi-dung/moi", **(NEW_PERSON | {field: value}))

    assert status == 200
    assert said in page
    assert session.scalar(select(User).where(User.username == "hoa.tran")) is None


def test_roles_are_given_and_taken(admin: FlaskClient, person: Person, session: Session) -> None:
    user = person("lan", ("clerk", "NV04"))

    _status, page = post(
        admin, f"/quan-tri/nguoi-dung/{user.id}/vai-tro", role="foreign_affairs_leader", unit="NV04"
    )
    assert "Đã giao vai trò." in page
    held = queries.assignments_of(session, user.id)
    assert [each.role.code for each in held] == ["clerk", "foreign_affairs_leader"]

    path = f"/quan-tri/nguoi-dung/{user.id}/vai-tro/{held[0].id}/bo"
    _status, page = post(admin, path)

    assert "Đã thu hồi vai trò." in page
    session.rollback()  # a new snapshot
    left = queries.assignments_of(session, user.id)
    assert [each.role.code for each in left] == ["foreign_affairs_leader"]


def test_a_disabled_person_is_shown_so_and_can_be_restored(
    admin: FlaskClient, person: Person
) -> None:
    user = person("lan", ("clerk", "NV04"))

    assert "Chưa có lần đăng nhập nào" in admin.get(f"/quan-tri/nguoi-dung/{user.id}").text
    assert "Đã ngừng" in post(admin, f"/quan-tri/nguoi-dung/{user.id}/ngung")[1]
    assert "Đã khôi phục" in post(admin, f"/quan-tri/nguoi-dung/{user.id}/khoi-phuc")[1]


def test_nobody_disables_the_own_account(admin: FlaskClient, session: Session) -> None:
    own = session.scalars(select(User).where(User.username == "quan.tri")).one()

    status, page = post(admin, f"/quan-tri/nguoi-dung/{own.id}/ngung")

    assert status == 422
    assert "Không tự ngừng tài khoản của chính mình." in page


@pytest.mark.parametrize(
    "path",
    [
        "/quan-tri/nguoi-dung",
        "/quan-tri/nguoi-dung/moi",
        "/quan-tri/nguoi-dung/1",
        "/quan-tri/don-vi",
        "/quan-tri/lich",
    ],
)
def test_others_are_kept_out_of_administration(
    client: FlaskClient, person: Person, path: str
) -> None:
    person("lan", ("consular_leader", "CLS"))
    sign_in(client, "lan")

    assert client.get(path).status_code == 403


def test_a_person_out_of_reach_is_not_found_by_any_act(client: FlaskClient, person: Person) -> None:
    stranger = person("xa", ("clerk", "NV91"))
    person("quan.tri.04", ("administrator", "NV04"))
    sign_in(client, "quan.tri.04")

    acts = ("ngung", "khoi-phuc", "dat-lai-mat-khau", "vai-tro/1/bo")
    answers = [post(client, f"/quan-tri/nguoi-dung/{stranger.id}/{act}")[0] for act in acts]

    assert answers == [404, 404, 404, 404]
    assert client.get(f"/quan-tri/nguoi-dung/{stranger.id}").status_code == 404
    assert "xa@vi-du.vn" not in client.get("/quan-tri/nguoi-dung").text


def test_hostile_names_are_shown_as_text(admin: FlaskClient) -> None:
    name = "<script>alert(1)</script> Hoa"
    post(admin, "/quan-tri/nguoi-dung/moi", **(NEW_PERSON | {"name": name}))

    page = admin.get("/quan-tri/nguoi-dung").text

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


# --- units ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("day", "count"), [("2025-06-30", 63), ("2025-07-01", 34)])
def test_the_page_of_units_shows_those_of_its_day(admin: FlaskClient, day: str, count: int) -> None:
    page = admin.get(f"/quan-tri/don-vi?loai=province&ngay={day}").text

    assert f"{count} đơn vị có hiệu lực ngày" in page


def test_communes_are_cut_to_a_page_and_found_by_name(admin: FlaskClient) -> None:
    whole = admin.get("/quan-tri/don-vi?loai=commune").text
    named = admin.get("/quan-tri/don-vi?loai=commune&q=ngoc ha").text

    assert "Đang xem 200 đơn vị đầu." in whole
    assert "Ngọc Hà" in named
    assert "Giảng Võ" not in named


@pytest.mark.parametrize("query", ["loai=nonsense", "loai=&ngay=2025-07-01"])
def test_an_unknown_kind_is_not_found(admin: FlaskClient, query: str) -> None:
    assert admin.get(f"/quan-tri/don-vi?{query}").status_code == 404


# --- the calendar ---------------------------------------------------------------------------


def test_a_decided_swap_is_saved_and_deadlines_are_computed_again(
    admin: FlaskClient, session: Session
) -> None:
    _status, page = post(admin, "/quan-tri/lich?nam=2026", **SWAP)

    assert "Các thời hạn đang mở được tính lại." in page
    session.rollback()  # a new snapshot
    rule = load_calendar(session).days[date(2026, 11, 23)]
    assert (rule.status, rule.basis) == (DayStatus.OFFICIAL, "Quyết định mới")
    job = session.scalars(select(OutboxEntry).where(OutboxEntry.job == Job.RECOMPUTE_CLOCKS)).one()
    assert (job.payload["calendar"], job.payload["day"]) == ("VN", "2026-11-23")


def test_a_proposed_day_can_be_struck_out(admin: FlaskClient, session: Session) -> None:
    day = calendar_queries.calendar_day(session, "VN", date(2026, 11, 23))
    assert day is not None
    assert not load_calendar(session).is_working(day.day)
    session.rollback()

    post(admin, f"/quan-tri/lich/{day.id}/bo")

    session.rollback()  # a new snapshot
    assert load_calendar(session).is_working(date(2026, 11, 23))


@pytest.mark.parametrize(
    ("day", "kind", "said"),
    [
        ("2026-11-25", "swap_work", "Làm bù chỉ đặt vào thứ Bảy hoặc Chủ nhật."),
        ("2026-11-29", "swap_off", "chỉ đặt vào ngày trong tuần."),
        ("hôm nay", "holiday", "Chưa gửi được"),
    ],
)
def test_a_pointless_day_is_refused(admin: FlaskClient, day: str, kind: str, said: str) -> None:
    _status, page = post(admin, "/quan-tri/lich", **(SWAP | {"day": day, "kind": kind}))

    assert said in page


def test_the_calendar_holds_the_official_facts(reference: Session) -> None:
    calendar = load_calendar(reference)

    assert calendar.is_working(date(2026, 8, 22))
    assert not calendar.is_working(date(2026, 8, 31))
    assert calendar.days[date(2026, 11, 23)].status is DayStatus.PROPOSED
    assert calendar.days[date(2027, 2, 6)].status is DayStatus.COMPUTED


def test_a_year_without_a_table_is_computed(reference: Session) -> None:
    calendar = load_calendar(reference)

    assert calendar.days[date(2028, 4, 30)].status is DayStatus.COMPUTED
    assert not calendar.is_working(date(2028, 5, 1))
