"""An office's own case type, published while the product runs, and used at once without a restart.

The hour of the administrator is the writing; what the product adds to it is measured here: every
command and every page from the first check of the file to a case that has taken its first step.
"""

import subprocess
import sys
import time
from pathlib import Path

import pytest
from playwright.sync_api import expect

from app.config import ROOT
from app.workflow.definition import load_definition
from tests.e2e.conftest import Arrive, Shoot
from tests.e2e.errands import today
from tests.e2e.person import Person
from tests.e2e.product import Product, environment_of

WRITTEN = Path(__file__).parent / "data" / "friendship_exchange.yaml"
NAME = "Giao lưu hữu nghị biên giới"
PATIENCE_SECONDS = 300  # a loaded machine; the hour is for writing


def _workflow(product: Product, command: str, path: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "flask", "--app", "app.factory", "workflow", command, str(path)],
        cwd=ROOT,
        env=environment_of(product),
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def with_a_mistake(tmp_path: Path) -> Path:
    """What is written at the first go: a step that leads to a state with another name."""
    path = tmp_path / "friendship_exchange.yaml"
    text = WRITTEN.read_text("utf-8").replace("to: reporting", "to: reported")
    path.write_text(text, "utf-8")
    return path


def test_a_new_type_is_used_without_a_restart(
    arrive: Arrive, product: Product, shoot: Shoot, with_a_mistake: Path
) -> None:
    officer = arrive("ngoaivu.tayninh")
    officer.go("/ho-so/mo")
    expect(officer.page.get_by_role("link", name=NAME)).to_have_count(0)
    processes, began = _processes(product), time.monotonic()

    refused = _workflow(product, "check", with_a_mistake)
    assert refused.returncode != 0
    assert "reported" in refused.stdout + refused.stderr
    assert _workflow(product, "check", WRITTEN).returncode == 0
    assert "phiên bản 1" in _workflow(product, "publish", WRITTEN).stdout

    _find_and_open(officer)
    shoot(officer, "loai-moi-1-ho-so")
    _ask_for_opinions(officer)
    expect(officer.here).to_contain_text("Lấy ý kiến")
    shoot(officer, "loai-moi-2-lay-y-kien")

    assert time.monotonic() - began < PATIENCE_SECONDS
    assert _processes(product) == processes


def test_the_new_type_is_of_the_size_of_the_shipped_ones() -> None:
    written = load_definition(WRITTEN)
    assert len(written.fields) >= 20
    assert len(written.states) >= 8
    assert len(written.transitions) >= 7
    assert any(step.four_eyes for step in written.transitions)
    assert written.clocks


def _find_and_open(officer: Person) -> None:
    officer.go("/ho-so/mo")
    officer.page.get_by_role("searchbox", name="Tìm loại hồ sơ").fill("giao luu huu nghi")
    expect(officer.page.get_by_role("main").get_by_role("listitem")).to_have_count(1)
    officer.page.get_by_role("link", name=NAME).click()
    officer.field("Tên đợt giao lưu").fill("Ngày hội hai bên Mộc Bài – Bavet")
    officer.choose("Lực lượng hai bên")
    officer.field("Nước").select_option(label="Campuchia")
    officer.field("Ngày dự kiến").fill(today(30))
    officer.press("Mở hồ sơ")
    expect(officer.heading).to_contain_text("Ngày hội hai bên")
    assert officer.reference.startswith("GLHN-")


def _ask_for_opinions(officer: Person) -> None:
    officer.go(f"/ho-so/{officer.reference}/chuyen/consult")
    officer.field("Nội dung").fill("Giao lưu thể thao, tặng quà học sinh hai bên.")
    officer.field("Phía bạn").fill("Công an huyện Bavet")
    officer.field("Số kế hoạch").fill("12/KH-SNgV")
    officer.press("Gửi lấy ý kiến")


def _processes(product: Product) -> list[int]:
    """The web and worker processes of the product, which a restart would replace."""
    children = Path(f"/proc/{product.process.pid}/task/{product.process.pid}/children")
    return sorted(int(pid) for pid in children.read_text("ascii").split())
