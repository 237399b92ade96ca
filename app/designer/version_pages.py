"""What the pages about published versions show: what changed, who published it and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.cases.models import CaseTypeVersion
from app.designer.lab_pages import LastTry, last_try
from app.designer.models import WorkflowDraft
from app.designer.pages import DraftPage, changes_of, diagram_of, draft_page
from app.designer.publishing import Stranded, is_behind, stranded_states
from app.designer.queries import (
    Content,
    content_of,
    draft_row,
    name_in,
    newest_version,
    open_cases_by_version,
    people_named,
    role_words,
    type_words,
    version_numbered,
    versions_of,
)
from app.errors import NotFound
from app.permissions import Actor
from app.workflow.difference import Change, compare, text_difference
from app.workflow.places import names_of


@dataclass(frozen=True, slots=True)
class TypePage:
    """A case type with all that was published, its draft, and where its open cases are."""

    code: str
    name: str
    versions: Sequence[CaseTypeVersion]
    names: Mapping[int, str]  # who published
    open_cases: Mapping[int, int]
    draft: WorkflowDraft | None


@dataclass(frozen=True, slots=True)
class VersionPage:
    """One version beside another: in words and as text."""

    version: CaseTypeVersion
    name: str
    published_by: str
    newest_number: int
    against: CaseTypeVersion | None
    changes: Sequence[Change]
    lines: Sequence[str]
    diagram: str
    stranded: Sequence[Stranded]
    states: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class PublishPage:
    """The draft before it is published."""

    page: DraftPage
    newest: CaseTypeVersion | None
    changes: Sequence[Change]
    lines: Sequence[str]
    stranded: Sequence[Stranded]
    states: Mapping[str, str]
    is_behind: bool
    tried: LastTry | None  # what the lab said last


def type_page(session: Session, actor: Actor, code: str) -> TypePage:
    versions, draft = versions_of(session, code), draft_row(session, code)
    if not versions and draft is None:
        raise NotFound("Không có loại hồ sơ này.")
    content = content_of(versions[0]) if versions else draft.content if draft else {}
    people = {version.published_by for version in versions}
    return TypePage(
        code=code,
        name=name_in(content).in_locale(actor.locale),
        versions=versions,
        names=people_named(session, people),
        open_cases=open_cases_by_version(session).get(code, {}),
        draft=draft,
    )


def version_page(
    session: Session, actor: Actor, code: str, number: int, *, against: int | None = None
) -> VersionPage:
    """A version and what it changed in the one before it, or in the one asked for."""
    version = version_numbered(session, code, number)
    versions = versions_of(session, code)
    other = against or number - 1
    compared = next((one for one in versions if one.number == other), None)
    content, before = content_of(version), content_of(compared)
    return VersionPage(
        version=version,
        name=name_in(content).in_locale(actor.locale),
        published_by=people_named(session, {version.published_by}).get(version.published_by, ""),
        newest_number=versions[0].number,
        against=compared,
        changes=_changes(session, before, content) if compared else (),
        lines=_lines(before, content, f"v{other}", f"v{number}") if compared else (),
        diagram=diagram_of(content, actor.locale),
        stranded=stranded_states(session, code, content) if versions[0] is not version else (),
        states=_state_names(content, actor),
    )


def publish_page(session: Session, actor: Actor, code: str) -> PublishPage:
    page, newest = draft_page(session, actor, code), newest_version(session, code)
    before, judged = content_of(newest), page.judged.case_type
    return PublishPage(
        page=page,
        newest=newest,
        changes=changes_of(session, page),
        lines=_lines(before, page.content, f"v{newest.number}", "draft") if newest else (),
        stranded=stranded_states(session, code, page.content),
        states=_state_names(page.content, actor),
        is_behind=is_behind(session, page.draft),
        tried=last_try(session, code, judged) if newest and judged else None,
    )


def _changes(session: Session, before: Content, after: Content) -> list[Change]:
    return compare(before, after, roles=role_words(session), types=type_words(session))


def _lines(before: Content, after: Content, old: str, new: str) -> list[str]:
    return text_difference(before, after, old=old, new=new)


def _state_names(content: Content, actor: Actor) -> dict[str, str]:
    return {code: name.in_locale(actor.locale) for code, name in names_of(content, "state").items()}
