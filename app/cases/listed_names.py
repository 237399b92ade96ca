"""What the cases of a type are called together, where no single one of them is judged."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

import yaml

from app.workflow.definition import CaseType, Text

_FILE: Final = Path(__file__).parent / "data" / "listed_names.yaml"


def listed_name(case_type: CaseType) -> Text:
    """The name for legends, lists and notices; most types go by their own."""
    return _listed().get(case_type.code, case_type.name)


@cache
def _listed() -> Mapping[str, Text]:
    read: dict[str, dict[str, str]] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return {code: Text(said["vi"], said["en"]) for code, said in read.items()}
