"""The names of kinds, sources and accounts, as the Fund writes them."""

from collections.abc import Mapping
from decimal import Decimal

from app.cases.values import written_number
from app.money.models import EntryStatus
from app.money.rules import VND, Account, EntryKind, Source
from app.workflow.text import Text

KINDS: Mapping[EntryKind, Text] = {
    EntryKind.DEPOSIT: Text("Nộp tiền đặt cọc", "Deposit paid in"),
    EntryKind.ADVANCE: Text("Tạm ứng cho công dân", "Advance to the citizen"),
    EntryKind.FINE_ABROAD: Text("Tiền phạt ở nước ngoài", "Fine abroad"),
    EntryKind.TICKET: Text("Vé về nước", "Ticket home"),
    EntryKind.LAWYER: Text("Luật sư", "Lawyer"),
    EntryKind.OTHER_COST: Text("Chi phí khác", "Other cost"),
    EntryKind.REPAYMENT: Text("Hoàn trả", "Repayment"),
    EntryKind.DEPOSIT_RETURN: Text("Trả lại tiền đặt cọc", "Deposit paid back"),
    EntryKind.WAIVER: Text("Miễn hoàn trả", "Waiver"),
}
SOURCES: Mapping[Source, Text] = {
    Source.FUND: Text("Quỹ Bảo hộ công dân", "Citizen Protection Fund"),
    Source.BUDGET: Text("Ngân sách nhà nước", "State budget"),
    Source.DEPOSIT: Text("Tiền đặt cọc đang giữ", "Deposit held"),
    Source.CITIZEN: Text("Công dân", "Citizen"),
    Source.FAMILY: Text("Gia đình", "Family"),
    Source.OWNER: Text("Chủ tàu", "Vessel owner"),
    Source.EMPLOYER: Text("Doanh nghiệp, chủ sử dụng lao động", "Employer"),
    Source.INSURER: Text("Bảo hiểm", "Insurer"),
    Source.HOST_STATE: Text("Nước sở tại", "Host State"),
}
ACCOUNTS: Mapping[Account, Text] = {
    Account.RECEIVABLE: Text("Còn phải thu", "Still owed to us"),
    Account.DEPOSITS: Text("Đặt cọc đang giữ", "Deposits held"),
    Account.CASH: Text("Tiền Quỹ, ngân sách", "Money of Fund and budget"),
    Account.EXPENSE: Text("Đã chi hẳn", "Spent"),
    Account.DIRECT: Text("Bên khác trả thẳng", "Paid by others"),
    Account.WAIVED: Text("Đã miễn", "Waived"),
}
DEBIT, CREDIT = Text("Nợ", "Debit"), Text("Có", "Credit")
STATUSES: Mapping[EntryStatus, Text] = {
    EntryStatus.PROPOSED: Text("Chờ duyệt", "Awaits approval"),
    EntryStatus.POSTED: Text("Đã ghi sổ", "Posted"),
    EntryStatus.REFUSED: Text("Không duyệt", "Refused"),
    EntryStatus.WITHDRAWN: Text("Đã rút đề nghị", "Withdrawn"),
}
REMINDERS: Mapping[str, Text] = {
    "letter": Text("Công văn đôn đốc", "Letter"),
    "province": Text("Đề nghị tỉnh đôn đốc", "Province asked"),
    "call": Text("Gọi điện", "Call"),
    "visit": Text("Làm việc trực tiếp", "Meeting"),
}
# Who is asked to pay back; only the first is the citizen's own circle.
DEBTORS: Mapping[Source, Text] = {
    Source.FAMILY: Text("Công dân, gia đình", "Citizen or family"),
    Source.OWNER: Text("Chủ tàu", "Vessel owner"),
    Source.EMPLOYER: Text("Doanh nghiệp, chủ sử dụng lao động", "Employer"),
    Source.INSURER: Text("Bảo hiểm", "Insurer"),
}
WRITTEN = frozenset({"letter"})  # reminders that are sent as a paper
# Accounts that grow by credit: their balance is shown the other way round.
CREDIT_ACCOUNTS = frozenset({Account.DEPOSITS, Account.DIRECT})


def written_money(amount: Decimal, currency: str) -> str:
    """927.500.000 ₫; another currency keeps its code behind the amount."""
    written = written_number(amount.normalize())
    return f"{written} ₫" if currency == VND else f"{written} {currency}"
