"""Definitions as files: written with their lineage, read back with every fault, and promoted.

The first line of a pulled file names the content it was made from and the versions before it, by
the beginning of their checksums. Numbers differ between two servers; contents do not.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from app.cases import catalogue
from app.cases.models import CaseTypeVersion
from app.designer import publishing
from app.designer.checking import Finding, judge
from app.designer.queries import (
    Content,
    content_of,
    newest_version,
    role_words,
    type_words,
    versions_of,
)
from app.errors import Conflict, NotFound, Refused
from app.permissions import Actor
from app.workflow.definition import CaseType, DefinitionError, load_definition, stored_form
from app.workflow.difference import Change, compare
from app.workflow.errors import Fault
from app.workflow.source import SourceError, read_text
from app.workflow.writing import to_yaml

_MARK = "cot-moc"
_LINEAGE = re.compile(rf"^# {_MARK}: \S+ v\d+((?: [0-9a-f]{{12}})+)\s*$", re.MULTILINE)
MOST_ANCESTORS = 30
MOST_SAID = 50  # nobody reads more faults at once
SHORT = 12


@dataclass(frozen=True, slots=True)
class Incoming:
    """A definition from a file: what it says, and the contents it was made from, newest first."""

    case_type: CaseType
    content: Content
    lineage: Sequence[str]

    @property
    def code(self) -> str:
        return self.case_type.code


@dataclass(frozen=True, slots=True)
class Pushed:
    """What a push did: the version that holds the content now, and what it changed."""

    version: CaseTypeVersion
    changes: Sequence[Change]
    warnings: Sequence[str]
    is_new: bool


def written(session: Session, code: str, *, number: int | None = None) -> str:
    """A published version as a file that can be pushed to another server."""
    versions = [v for v in versions_of(session, code) if number is None or v.number <= number]
    if not versions or (number is not None and versions[0].number != number):
        raise NotFound("Không có phiên bản này.")
    marks = [version.checksum[:SHORT] for version in versions[:MOST_ANCESTORS]]
    head = f"{_MARK}: {code} v{versions[0].number} {' '.join(marks)}"
    return to_yaml(content_of(versions[0]), head=head)


def written_draft(session: Session, content: Content, base: int | None) -> str:
    """A draft as a file; it follows the version that it began from."""
    code = str(content["code"])
    versions = [v for v in versions_of(session, code) if base is not None and v.number <= base]
    marks = [version.checksum[:SHORT] for version in versions[:MOST_ANCESTORS]]
    head = f"{_MARK}: {code} v{versions[0].number} {' '.join(marks)}" if versions else ""
    return to_yaml(content, head=head)


def read_file(text: str, name: str) -> Incoming:
    """Read a definition; raises DefinitionError with every fault."""
    case_type = load_definition(text, name=name)
    found = _LINEAGE.search(text[:4000])
    return Incoming(case_type, stored_form(case_type), found[1].split() if found else ())


def read_path(path: Path) -> Incoming:
    """Read a file; what is no text at all is refused like what is no definition."""
    try:
        text = read_text(path)
    except SourceError as error:
        raise DefinitionError(path.name, (Fault("", error.sentence, error.line),)) from error
    return read_file(text, path.name)


def changes_against(session: Session, before: Content, after: Content) -> list[Change]:
    return compare(before, after, roles=role_words(session), types=type_words(session))


def push(
    session: Session,
    actor: Actor,
    incoming: Incoming,
    *,
    base: int | None,
    note: str,
    is_forced: bool,
    now: datetime,
) -> Pushed:
    """Publish a definition that came from a file, if it passes the checks and knows its base."""
    newest = newest_version(session, incoming.code)
    changes = changes_against(session, content_of(newest), incoming.content)
    judged = judge(session, incoming.content)
    warnings = [_said(one) for one in judged.warnings]
    if judged.errors:
        said = [_said(one) for one in judged.errors]
        more = len(said) - MOST_SAID
        told = [*said[:MOST_SAID], f"Và {more} lỗi khác."] if more > 0 else said
        raise Refused(f"Không đẩy được: định nghĩa còn {len(said)} lỗi.", told)
    if newest is not None and newest.checksum == catalogue.checksum_of(incoming.content):
        return Pushed(newest, (), warnings, is_new=False)
    if newest is not None and not is_forced:
        _refuse_another_base(newest, incoming, base)
    made = publishing.publish_content(session, actor, incoming.case_type, note=note, now=now)
    return Pushed(made, changes if newest else (), warnings, is_new=True)


def _said(finding: Finding) -> str:
    """Where, what and what to do, in one sentence."""
    end = "" if finding.cure.vi.endswith("?") else "."
    return f"{finding.place.words.vi}: {finding.text.vi}. Cách sửa: {finding.cure.vi}{end}"


def _refuse_another_base(newest: CaseTypeVersion, incoming: Incoming, base: int | None) -> None:
    """What this server has must be among what the file was made from."""
    if base is not None and base == newest.number:
        return
    is_known = newest.checksum[:SHORT] in incoming.lineage
    if base is not None or (incoming.lineage and not is_known):
        raise Conflict(
            "Tệp không dựa trên phiên bản mà máy chủ đang dùng. "
            "Hãy xem flask workflow diff; nếu vẫn muốn thay, thêm --force."
        )
