"""Where the geographic tests find their facts: the shared folder beside the repository."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
SHARED = ROOT.parent / "shared"


@pytest.fixture(scope="session")
def domain_data() -> Path:
    folder = SHARED / "domain" / "data"
    if not folder.is_dir():
        pytest.skip("../shared/domain/data is missing: published points are not checked")
    return folder
