"""The administrators' page of the product's own work."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from app.accounts.session import current_actor
from app.database import reading, transaction
from app.jobs import MOST_ATTEMPTS, Job, utc_now
from app.permissions import Permission, require
from app.upkeep import queries, services

blueprint = Blueprint("admin_jobs", __name__, url_prefix="/quan-tri/cong-viec")
LATE = timedelta(minutes=1)  # work that has waited longer than this waits for a worker
JOB_NAMES = {
    Job.CLEAR_LEFTOVERS: lazy_gettext("Dọn tệp và dấu vết không còn dùng"),
    Job.FOLLOW_CASE_EVENT: lazy_gettext("Báo tin theo diễn biến hồ sơ"),
    Job.MIGRATE_CASES: lazy_gettext("Chuyển hồ sơ sang phiên bản quy trình khác"),
    Job.MEASURE_STEPS: lazy_gettext("Đo thời gian thường mất của các bước"),
    Job.PRUNE_OUTBOX: lazy_gettext("Dọn việc đã xong"),
    Job.REBUILD_LAYERS: lazy_gettext("Dựng lại lớp bản đồ"),
    Job.RECOMPUTE_CLOCKS: lazy_gettext("Tính lại thời hạn theo lịch"),
    Job.REPLAY_HISTORY: lazy_gettext("Chạy bản thảo quy trình qua các việc đã làm"),
    Job.RUN_IMPORT: lazy_gettext("Nhập dữ liệu"),
    Job.SEND_MAIL: lazy_gettext("Gửi thư báo"),
    Job.SWEEP_DEADLINES: lazy_gettext("Quét thời hạn"),
    Job.REMIND_HANDOVERS: lazy_gettext("Nhắc bàn giao vị trí"),
    Job.VERIFY_AUDIT: lazy_gettext("Kiểm tra lịch sử hồ sơ"),
}


@blueprint.get("")
@require(Permission.ADMIN_JOBS)
def overview() -> ResponseReturnValue:
    session, now = reading(), utc_now()
    settings = current_app.extensions["settings"]
    backlogs = queries.backlogs(session, now=now)
    queue = current_app.extensions.get("job_queue")
    depth = queries.depth(session, backlogs, queue, now=now)
    return render_template(
        "upkeep/jobs.html",
        backlogs=backlogs,
        depth=depth,
        is_late=depth.oldest is not None and now - depth.oldest > LATE,
        failures=queries.failures(session),
        timetables=queries.timetables(session, ZoneInfo(settings.time_zone), now=now),
        check=queries.latest_check(session),
        job_names={job.value: name for job, name in JOB_NAMES.items()},
        most_attempts=MOST_ATTEMPTS,
        mail_server=settings.mail_server,
        now=now,
    )


@blueprint.post("/<int:entry_id>/thu-lai")
@require(Permission.ADMIN_JOBS)
def retry(entry_id: int) -> ResponseReturnValue:
    with transaction() as session:
        services.retry_entry(session, current_actor(), entry_id, now=utc_now())
    flash(_("Việc số %(n)s sẽ được làm lại ngay.", n=entry_id), "success")
    return redirect(url_for("admin_jobs.overview"))


@blueprint.post("/<int:entry_id>/bo")
@require(Permission.ADMIN_JOBS)
def discard(entry_id: int) -> ResponseReturnValue:
    with transaction() as session:
        services.discard_entry(session, current_actor(), entry_id, now=utc_now())
    flash(_("Đã bỏ việc số %(n)s.", n=entry_id), "success")
    return redirect(url_for("admin_jobs.overview"))


@blueprint.post("/kiem-tra-lich-su")
@require(Permission.ADMIN_AUDIT)
def check_history() -> ResponseReturnValue:
    with transaction() as session:
        services.ask_for_check(session, current_actor(), now=utc_now())
    flash(_("Đang kiểm tra lịch sử của mọi hồ sơ. Kết quả hiện ở trang này khi xong."), "success")
    return redirect(url_for("admin_jobs.overview"))
