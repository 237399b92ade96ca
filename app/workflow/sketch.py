"""The graph of an unfinished definition, so that its diagram is drawn while it is being written."""

from __future__ import annotations

from pydantic import ValidationError

from app.workflow.definition import CaseType
from app.workflow.references import Content

_NOBODY = ["nobody"]
_STATE_KEYS = ("code", "name", "kind")


def sketch_of(content: Content) -> CaseType | None:
    """States and steps alone; None while there is not even one step between two states."""
    states = [
        {key: row[key] for key in _STATE_KEYS if key in row} for row in content.get("states", [])
    ]
    known = {row["code"] for row in states}
    steps = [
        {"code": row["code"], "name": row["name"], "roles": _NOBODY, "to": row["to"]}
        | {"from": [code for code in row["from"] if code in known]}
        for row in content.get("transitions", [])
        if row.get("to") in known and known & set(row.get("from", ()))
    ]
    head = {"code": content.get("code", "x"), "name": content.get("name", {"vi": "?"})}
    try:
        return CaseType.model_validate(
            head
            | {"reference": "X-{seq:05d}", "symbol": {"shape": "circle", "color": "#000000"}}
            | {"open": {"roles": _NOBODY}, "outcomes": [row["code"] for row in states[:1]]}
            | {"states": states, "transitions": steps}
        )
    except ValidationError:
        return None
