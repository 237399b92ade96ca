"""What a line of a script needs that is written beside the steps: in the lists, in the books."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.cases.heads import CaseHead
from app.demonstration.script_values import ScriptValues
from app.demonstration.staff import Staff
from app.permissions import Actor

Said = Mapping[str, Any]  # Any: YAML


@dataclass(frozen=True, slots=True)
class Beside:
    """Who writes, in which case, at what moment."""

    session: Session
    staff: Staff
    values: ScriptValues
    head: CaseHead
    actor: Actor
    at: datetime
