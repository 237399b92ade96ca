"""Which code runs for which job: the only list, so that a name without code is seen at once."""

from app.jobs import Job
from workers import (
    cases,
    crises,
    designer,
    imports,
    leftovers,
    maps,
    notices,
    office,
    outbox,
    papers,
    prints,
    vms,
)
from workers.work import Handler

HANDLERS: dict[Job, Handler] = {
    Job.CLEAR_LEFTOVERS: leftovers.clear,
    Job.CONVERT_PAPER: papers.convert,
    Job.DRAFT_CHASE: papers.draft_chase,
    Job.DRAFT_MINUTES: papers.draft_minutes,
    Job.DRAFT_PAPERS: papers.draft_papers,
    Job.FOLLOW_CASE_EVENT: notices.follow,
    Job.MIGRATE_CASES: designer.migrate_cases,
    Job.MEASURE_STEPS: cases.measure,
    Job.ACCEPT_LATE_ROWS: crises.accept_late,
    Job.OPEN_MASS_CASES: crises.open_cases,
    Job.PRINT_LIST: prints.print_list,
    Job.PRUNE_OUTBOX: outbox.prune,
    Job.REBUILD_LAYERS: maps.rebuild_layers,
    Job.RECOMPUTE_CLOCKS: cases.recompute_clocks,
    Job.REMIND_HANDOVERS: office.remind,
    Job.REPLAY_HISTORY: designer.replay_history,
    Job.RUN_IMPORT: imports.run_import,
    Job.SEND_MAIL: notices.send_mail,
    Job.SWEEP_DEADLINES: cases.sweep_deadlines,
    Job.SWEEP_VMS: vms.sweep,
    Job.TAKE_MASS_LIST: crises.take_list,
    Job.TELL_REVEAL: notices.tell_reveal,
    Job.VERIFY_AUDIT: cases.verify_audit,
}
