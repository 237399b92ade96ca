"""The commands behind the Makefile: what each prepares first and what it then runs."""

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import front_end
import python_env
from steps import ROOT, SetupFailure, fingerprint, read_stamp, run, say, write_stamp

CATALOGUES = ROOT / "app" / "translations"
CATALOGUE_STAMP = ROOT / ".build" / "translations.stamp"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
INSTALL_BROWSER = [
    *("env", "DEBIAN_FRONTEND=noninteractive"),
    *("apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"),
]
INSTALL_OFFICE = [
    *INSTALL_BROWSER[:-1],
    *("libreoffice-writer-nogui", "fonts-liberation"),
]


def main(arguments: list[str]) -> int:
    """Run one command; a failure is one sentence, and the same command repairs it."""
    parser = argparse.ArgumentParser(prog="make")
    parser.add_argument("command", choices=list(COMMANDS))
    parser.add_argument("rest", nargs=argparse.REMAINDER)
    options = parser.parse_args(arguments)
    os.chdir(ROOT)
    # Compiled modules are kept: without them every start compiles some 2,000 files again.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    try:
        check_folder()
        COMMANDS[options.command](options.rest)
    except SetupFailure as failure:
        print(f"Lỗi: {failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nĐã dừng; chạy lại đúng lệnh này để làm tiếp. (Stopped.)", file=sys.stderr)
        return 130
    return 0


def check_folder() -> None:
    """Everything is built inside the project's folder, so it must be writable."""
    try:
        (ROOT / ".build").mkdir(exist_ok=True)
        (ROOT / ".build" / "setup.log").touch()
    except OSError as error:
        raise SetupFailure(
            f"không ghi được vào thư mục {ROOT} ({error.strerror}); hãy cấp quyền ghi hoặc chép"
            " dự án sang thư mục của bạn. (The project folder is not writable.)"
        ) from error


def prepare(*, with_tools: bool) -> None:
    """Environment, front end and translations; each is skipped when its inputs are unchanged."""
    python_env.prepare(with_tools=with_tools)
    front_end.prepare()
    compile_translations()


def compile_translations() -> None:
    sources = list(CATALOGUES.rglob("*.po"))
    wanted = fingerprint(sources)
    is_complete = all(path.with_suffix(".mo").is_file() for path in sources)
    if not sources or (is_complete and read_stamp(CATALOGUE_STAMP) == wanted):
        return
    run(
        [python_env.PYTHON, "-m", "babel.messages.frontend", "compile", "-d", CATALOGUES],
        failure="không biên dịch được bản dịch. (The translations did not compile.)",
    )
    write_stamp(CATALOGUE_STAMP, wanted)


def run_product(rest: list[str]) -> None:
    prepare(with_tools=False)
    become("-m", "workers", "supervise", "--with-parent", *rest)


def reset(rest: list[str]) -> None:
    if python_env.PYTHON.exists():
        become("-m", "workers", "reset", *rest)


def test(rest: list[str]) -> None:
    prepare(with_tools=True)
    provide_browser()
    provide_office()
    become("-m", "pytest", "-n", "2", *rest)


def provide_browser() -> None:
    """Chromium drives the end-to-end tests; install Debian's where that is allowed."""
    if any(shutil.which(name) for name in BROWSERS):
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        say("Đang cài chromium cho kiểm thử trên trình duyệt… (chromium)")
        try:
            run(["apt-get", "update", "-qq"], failure="apt-get update")
            run(INSTALL_BROWSER, failure="apt-get install chromium")
        except SetupFailure:
            say("Không cài được chromium: kiểm thử trình duyệt bị bỏ qua. (No browser.)")
        return
    say("Thiếu chromium: kiểm thử trình duyệt bị bỏ qua; cài gói chromium để chạy. (No browser.)")


def provide_office() -> None:
    """LibreOffice opens what the templates make; install Debian's where that is allowed."""
    if shutil.which("soffice"):
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        say("Đang cài LibreOffice cho kiểm thử văn bản… (LibreOffice)")
        try:
            run(["apt-get", "update", "-qq"], failure="apt-get update")
            run(INSTALL_OFFICE, failure="apt-get install libreoffice")
        except SetupFailure:
            say("Không cài được LibreOffice: kiểm thử mở bằng LibreOffice bị bỏ qua. (No office.)")
        return
    say("Thiếu LibreOffice: kiểm thử mở bằng LibreOffice bị bỏ qua. (No LibreOffice.)")


def lint(rest: list[str]) -> None:
    """All checks run, also after one has failed; the exit code tells whether all passed."""
    del rest
    prepare(with_tools=True)
    tools = python_env.VENV / "bin"
    checks: list[list[str | Path]] = [
        [tools / "ruff", "check", "."],
        [tools / "ruff", "format", "--check", "."],
        [tools / "mypy"],
        [tools / "mypy", "bin/setup.py"],
        [tools / "lint-imports"],
    ]
    failed = [check for check in checks if subprocess.run(check, check=False).returncode]
    if failed:
        names = ", ".join(" ".join(str(word) for word in check[1:]) or "mypy" for check in failed)
        raise SetupFailure(f"chưa đạt: {names}. (Checks failed.)")


def bench(rest: list[str]) -> None:
    prepare(with_tools=True)
    become("-m", "benchmarks", *rest)


def geodata(rest: list[str]) -> None:
    prepare(with_tools=True)
    become("-m", "geodata.recipe", *rest)


def lock(rest: list[str]) -> None:
    """Resolve the dependencies and write the lock files that everything else installs."""
    prepare(with_tools=True)
    uv = shutil.which("uv") or next(iter(python_env.bootstrapped_uv()), None)
    if uv is None:
        raise SetupFailure("cần uv để khóa thư viện. (uv is needed to lock.)")
    failed = "không khóa được thư viện. (The dependencies could not be locked.)"
    run([uv, "lock", *rest], failure=failed)
    for name, groups in LOCKS.items():
        form = ["--no-emit-project", "--no-header", "--format", "requirements-txt", "-o", name]
        run([uv, "export", "--quiet", *form, *groups], failure=failed)
    run(["npm", "install", "--package-lock-only", "--ignore-scripts"], failure=failed)


def set_up(rest: list[str]) -> None:
    del rest
    prepare(with_tools=False)


def set_up_tools(rest: list[str]) -> None:
    del rest
    prepare(with_tools=True)
    provide_browser()
    provide_office()


def become(*arguments: str) -> None:
    """Replace this process by the environment's Python, so that signals reach it directly."""
    sys.stdout.flush()
    os.execv(python_env.PYTHON, [str(python_env.PYTHON), *arguments])  # noqa: S606  no shell is meant


LOCKS: dict[str, list[str]] = {
    "requirements.lock": ["--no-default-groups"],
    "requirements-dev.lock": ["--all-groups", "--no-group", "node"],
    "requirements-node.lock": ["--only-group", "node"],
}

COMMANDS: dict[str, Callable[[list[str]], None]] = {
    "run": run_product,
    "reset": reset,
    "test": test,
    "lint": lint,
    "bench": bench,
    "geodata": geodata,
    "lock": lock,
    "setup": set_up,
    "setup-dev": set_up_tools,
}
