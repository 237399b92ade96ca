"""A definition of seven states, as small as the engines are usually compared on."""

PERMIT = """
code: permit
name: {vi: Giấy phép, en: Permit}
reference: "GP-{year}-{seq:05d}"
symbol: {shape: circle, color: "#0072B2"}
open: {roles: [clerk]}
title: "{subject}"
fields:
  - {code: subject, type: text, name: {vi: Việc, en: Subject}}
  - {code: amount, type: number, name: {vi: Số tiền, en: Amount}}
  - {code: opinion, type: text, name: {vi: Ý kiến, en: Opinion}}
states:
  - {code: draft, kind: initial, name: {vi: Dự thảo, en: Draft}}
  - {code: submitted, name: {vi: Đã trình, en: Submitted}}
  - {code: checked, name: {vi: Đã thẩm định, en: Checked}}
  - {code: approved, name: {vi: Đã duyệt, en: Approved}}
  - {code: issued, name: {vi: Đã cấp, en: Issued}}
  - {code: expired, name: {vi: Hết hạn, en: Expired}}
  - {code: closed, kind: terminal, name: {vi: Kết thúc, en: Closed}}
transitions:
  - {code: submit, name: {vi: Trình, en: Submit}, from: [draft], to: submitted, roles: [clerk],
     require: [subject]}
  - {code: check, name: {vi: Thẩm định, en: Check}, from: [submitted], to: checked,
     roles: [officer], require: [opinion]}
  - {code: approve, name: {vi: Duyệt, en: Approve}, from: [checked], to: approved, roles: [leader],
     guards: [{when: "data.amount < 10000", message: {vi: Vượt mức., en: Above the limit.}}]}
  - {code: issue, name: {vi: Cấp, en: Issue}, from: [approved], to: issued, roles: [clerk]}
  - {code: expire, name: {vi: Hết hạn, en: Expire}, from: [issued], to: expired, roles: [clerk]}
  - {code: close, name: {vi: Kết thúc, en: Close}, from: [expired, issued], to: closed,
     roles: [leader]}
outcomes: [closed]
"""
PATH = ("submit", "check", "approve", "issue", "expire", "close")
FACTS = {"subject": "Xây kè", "amount": 500, "opinion": "Đồng ý"}
HOLDS = frozenset({"clerk", "officer", "leader"})
