"""What the designer's pages show: the draft as tables, its diagram, its problems, one part."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.accounts.queries import held_roles
from app.designer.checking import Finding, Judged, judge_content
from app.designer.models import WorkflowDraft
from app.designer.part_form import PartForm, Words, part_form
from app.designer.queries import (
    Content,
    content_of,
    draft_or_404,
    name_in,
    newest_version,
    role_words,
    save_numbered,
    setting_keys,
    type_words,
)
from app.errors import NotFound
from app.permissions import Actor
from app.workflow.diagram import to_svg
from app.workflow.difference import Change, compare, value_at
from app.workflow.editing import COLUMN, EditError, has_row, row_of, rows, split_code
from app.workflow.places import HEAD
from app.workflow.references import LISTS, Row
from app.workflow.shapes import SHAPES, Kind, attribute_of
from app.workflow.sketch import sketch_of

SLUGS: Mapping[str, str] = {
    "trang-thai": "state",
    "buoc": "transition",
    "truong": "field",
    "thoi-han": "clock",
    "chung": HEAD,
    "van-ban": "document",
    "su-kien": "event",
    "dau-moc": "milestone",
    "muc": "section",
    "cot": COLUMN,
}
SLUG_OF = {kind: slug for slug, kind in SLUGS.items()}
# What the table of each kind shows beside the name.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "state": ("kind", "checklist"),
    "transition": ("from", "to", "roles", "four_eyes"),
    "field": ("type", "required", "section"),
    COLUMN: ("type", "required"),
    "clock": ("limit", "start", "stop", "escalate"),
    "document": ("template",),
    "event": ("roles", "ask"),
    "milestone": ("at", "pick"),
    "section": (),
}
# What a new row asks at once, beside its names.
ASKED: Mapping[str, tuple[str, ...]] = {
    "state": ("kind",),
    "transition": ("from", "to"),
    "field": ("type",),
    COLUMN: ("type",),
    "clock": ("limit",),
}
MOST_SHOWN = 3
_FONT = 'font-family="Be Vietnam Pro, Noto Sans, DejaVu Sans, sans-serif"'


@dataclass(frozen=True, slots=True)
class TableRow:
    """One part in its table: names, a few of its values in words, how many problems it has."""

    code: str
    name_vi: str
    name_en: str
    cells: Sequence[str]
    error_count: int
    warning_count: int


@dataclass(frozen=True, slots=True)
class DraftPage:
    """What every page of a draft shows."""

    draft: WorkflowDraft
    name: str
    judged: Judged
    words: Words
    diagram: str
    undoable: str  # what an undo would undo, in words; empty if nothing

    @property
    def content(self) -> Content:
        return self.draft.content

    def findings_of(self, kind: str, code: str = "") -> list[Finding]:
        places = [(one, one.place) for one in self.judged.findings]
        return [f for f, p in places if p.kind == kind and (not code or p.code == code)]


def kind_of(slug: str) -> str:
    if slug not in SLUGS:
        raise NotFound("Không có phần này.")
    return SLUGS[slug]


def draft_page(session: Session, actor: Actor, code: str) -> DraftPage:
    draft = draft_or_404(session, code)
    words = Words(draft.content, role_words(session), type_words(session), actor.locale)
    here = save_numbered(session, draft, draft.position)
    return DraftPage(
        draft=draft,
        name=name_in(draft.content).in_locale(actor.locale),
        judged=judge_content(
            draft.content,
            words.roles,
            words.types,
            settings=setting_keys(session),
            held=held_roles(session),
        ),
        words=words,
        diagram=diagram_of(draft.content, actor.locale),
        undoable=here.told.in_locale(actor.locale) if here and here.parent else "",
    )


def diagram_of(content: Content, locale: str) -> str:
    sketch = sketch_of(content)
    if sketch is None:
        return ""
    # As an image the diagram inherits no font from the page.
    return to_svg(sketch, locale, prefix="draft").replace("<svg ", f"<svg {_FONT} ", 1)


def table_of(page: DraftPage, kind: str, group: str = "") -> list[TableRow]:
    counted: dict[str, list[int]] = {}
    for finding in page.judged.findings:
        if finding.place.kind == kind or (kind == "field" and finding.place.kind == COLUMN):
            code = finding.place.code
            own = code if finding.place.kind == kind else split_code(COLUMN, code)[0]
            counted.setdefault(own, [0, 0])[0 if finding.is_error else 1] += 1
    prefix = f"{group}." if group else ""
    return [
        _table_row(page, kind, row, counted.get(f"{prefix}{row.get('code')}", [0, 0]), prefix)
        for row in rows(page.content, kind, group)
    ]


def _table_row(
    page: DraftPage, kind: str, row: Row, counts: Sequence[int], prefix: str
) -> TableRow:
    name = row.get("name") or {}
    return TableRow(
        code=f"{prefix}{row.get('code', '')}",
        name_vi=str(name.get("vi", "")),
        name_en=str(name.get("en", "")),
        cells=[cell(page.words, kind, row, key) for key in COLUMNS[kind]],
        error_count=counts[0],
        warning_count=counts[1],
    )


def cell(words: Words, shape: str, row: Row, key: str) -> str:
    """A value in a few words: names for codes, a mark for yes, a count for a list."""
    attribute = attribute_of(shape, key)
    value = value_at(row, key)
    if attribute is None or value in (None, "", [], False):
        is_choice = attribute is not None and attribute.kind is Kind.CHOICE
        choices = attribute.choices if attribute is not None and is_choice else ()
        return choices[0][1].in_locale(words.locale) if choices else ""
    if attribute.kind is Kind.BOOLEAN:
        return "✓"
    if attribute.kind is Kind.ROWS:
        return str(len(value))
    if attribute.kind is Kind.AREA:
        return str(value)[:60]
    known = dict(words.choices(attribute)) if attribute.choices or attribute.source else {}
    said = [known.get(str(code), str(code)) for code in _as_list(value)]
    more = len(said) - MOST_SHOWN
    return "; ".join(said[:MOST_SHOWN]) + (f" +{more}" if more > 0 else "")


def _as_list(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


# --- one part -------------------------------------------------------------------------------


def part_of(content: Content, kind: str, code: str) -> Row:
    """The part as it stands; out of the draft is not found."""
    if kind == HEAD:
        return {k: v for k, v in content.items() if k not in {*LISTS.values(), "outcomes"}}
    try:
        return row_of(content, kind, code)
    except EditError as error:
        raise NotFound(str(error)) from error


def form_of(page: DraftPage, kind: str, code: str) -> PartForm:
    return part_form(kind, part_of(page.content, kind, code), page.words)


def neighbours(page: DraftPage, kind: str, code: str) -> tuple[str, str]:
    """The parts before and after, so that one goes through a table without leaving the form."""
    if kind == HEAD or not has_row(page.content, kind, code):
        return "", ""
    group, own = split_code(kind, code)
    known = [str(row.get("code")) for row in rows(page.content, kind, group)]
    here = known.index(own)
    prefix = f"{group}." if group else ""
    before = prefix + known[here - 1] if here else ""
    return before, prefix + known[here + 1] if here + 1 < len(known) else ""


def labels(shape: str, keys: Sequence[str], locale: str) -> list[str]:
    known = {one.key: one.label.in_locale(locale) for one in SHAPES[shape]}
    return [known[key] for key in keys]


def changes_of(session: Session, page: DraftPage) -> list[Change]:
    """What the draft changes in what is published."""
    return compare(
        content_of(newest_version(session, page.draft.code)),
        page.content,
        roles=page.words.roles,
        types=page.words.types,
    )
