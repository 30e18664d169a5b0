"""The repository's own rules: small files, small functions, shallow folders, docstrings, no ties to a machine."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ("domain", "ledger", "projections", "api", "demo", "bench")
FILE_LINES_MAX = 400
LONGER = {"ledger/log/verifier.py": 700}
"""The verifier of an evidence package is one file on purpose: whoever checks a book copies it and reads it through."""
FUNCTION_LINES_MAX = 50
FOLDERS_MAX = 3
"""A top-level room and two levels below it."""
LEFT_OUT = frozenset(
    {".git", ".venv", "__pycache__", "demo-data", "dist", "vendor"}
    | {".hypothesis", ".import_linter_cache", ".mypy_cache", ".pytest_cache", ".ruff_cache"}
)
"""Folders that hold nothing of ours."""
BINARY = frozenset({".png", ".jpg", ".ico", ".woff2", ".ttf", ".pdf", ".db", ".gz", ".zip"})

# Written in two parts, so that this file does not hold what it looks for.
UNFINISHED = re.compile(r"\b(?:" + "|".join(("TO" + "DO", "FIX" + "ME", "X" + "XX")) + r")\b")
PACKAGE_HOSTS = (
    "pypi." + "org",
    "python" + "hosted",
    "npm" + "js.",
    "unpkg." + "com",
    "jsdelivr." + "net",
    "cdn" + "js.",
    "deb." + "debian",
    "ghcr." + "io",
    "docker." + "io",
)
MACHINE_PATHS = ("/wo" + "rk/", "/ro" + "ot/", "/ho" + "me/", "/opt/" + "pypi", "/opt/" + "wheels", "/.py" + "env/")
TIES = re.compile(
    "|".join((*(rf"\b{re.escape(host)}" for host in PACKAGE_HOSTS), *(rf"(?<![\w.-]){path}" for path in MACHINE_PATHS)))
)

Def = ast.FunctionDef | ast.AsyncFunctionDef


def tracked() -> list[Path]:
    """Returns the repository's files, relative to its root: those git would take, or all where git has no say."""
    listing = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    paths = [path.relative_to(ROOT) for path in ROOT.rglob("*")]
    if (ROOT / ".git").exists() and shutil.which("git"):
        seen = subprocess.run(listing, cwd=ROOT, check=False, capture_output=True, text=True)
        paths = [Path(name) for name in seen.stdout.split("\0") if name] or paths
    return sorted(path for path in paths if (ROOT / path).is_file() and not LEFT_OUT & set(path.parts))


FILES = tracked()
MODULES = [path for path in FILES if path.suffix == ".py"]
PRODUCT_MODULES = [path for path in MODULES if path.parts[0] in PRODUCT]
TEXTS = [path for path in FILES if path.suffix not in BINARY]


def text_of(path: Path) -> str:
    """Returns what a file of the repository holds."""
    return (ROOT / path).read_text(encoding="utf-8")


# Rules: each yields what is wrong with one text -------------------------------------------


def long_functions(source: str) -> Iterator[str]:
    """Yields functions of more lines than may be."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, Def) and (lines := (node.end_lineno or 0) - node.lineno + 1) > FUNCTION_LINES_MAX:
            yield f"line {node.lineno}: {node.name} has {lines} lines"


def without_docstring(source: str) -> Iterator[str]:
    """Yields public functions and classes that do not say what they are for."""
    for node in ast.parse(source).body:
        if isinstance(node, Def | ast.ClassDef) and not node.name.startswith("_") and not ast.get_docstring(node):
            yield f"line {node.lineno}: {node.name}"


def prints(source: str) -> Iterator[str]:
    """Yields calls of print."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print":
            yield f"line {node.lineno}"


def unfinished(text: str) -> Iterator[str]:
    """Yields marks of unfinished work."""
    for number, line in enumerate(text.splitlines(), start=1):
        if UNFINISHED.search(line):
            yield f"line {number}: {line.strip()}"


def tied_to_a_machine(text: str) -> Iterator[str]:
    """Yields names of package hosts and of folders on somebody's machine."""
    for number, line in enumerate(text.splitlines(), start=1):
        if tie := TIES.search(line):
            yield f"line {number}: {tie.group()}"


def functions(source: str) -> set[str]:
    """Returns the names of a module's functions."""
    return {node.name for node in ast.parse(source).body if isinstance(node, Def)}


def registers() -> list[str]:
    """Returns the domain's registers, what has both `decide` and `evolve`, without the one that composes them."""
    found: dict[str, set[str]] = {}
    for path in MODULES:
        if path.parts[0] == "domain":
            found.setdefault(Path(path.parts[1]).stem, set()).update(functions(text_of(path)))
    return sorted(name for name, has in found.items() if {"decide", "evolve"} <= has and name != "collaboration")


def at(path: Path, faults: Iterator[str]) -> list[str]:
    """Returns the faults with the file they are in."""
    return [f"{path}, {fault}" for fault in faults]


# The rules hold ---------------------------------------------------------------------------


def test_there_is_something_to_look_at() -> None:
    assert Path("domain/kernel.py") in PRODUCT_MODULES
    assert Path("pyproject.toml") in TEXTS
    assert "members" in registers()


def test_no_file_is_too_long() -> None:
    sizes = {str(path): len(text_of(path).splitlines()) for path in MODULES}
    assert {path: lines for path, lines in sizes.items() if lines > LONGER.get(path, FILE_LINES_MAX)} == {}


def test_no_function_is_too_long() -> None:
    assert [fault for path in MODULES for fault in at(path, long_functions(text_of(path)))] == []


def test_no_folder_is_too_deep() -> None:
    assert [path for path in FILES if len(path.parent.parts) > FOLDERS_MAX] == []


def test_every_module_says_what_it_is_for() -> None:
    assert [path for path in MODULES if not ast.get_docstring(ast.parse(text_of(path)))] == []


def test_every_public_function_and_class_says_what_it_is_for() -> None:
    assert [fault for path in PRODUCT_MODULES for fault in at(path, without_docstring(text_of(path)))] == []


def test_nothing_is_left_unfinished() -> None:
    assert [fault for path in TEXTS for fault in at(path, unfinished(text_of(path)))] == []


def test_only_the_command_line_and_the_benchmarks_print() -> None:
    silent = [path for path in PRODUCT_MODULES if path.parts[:2] not in (("api", "cli.py"), ("api", "cli"))]
    silent = [path for path in silent if path.parts[0] != "bench"]
    assert [fault for path in silent for fault in at(path, prints(text_of(path)))] == []


def test_nothing_names_a_package_host_or_somebodys_machine() -> None:
    assert [fault for path in TEXTS for fault in at(path, tied_to_a_machine(text_of(path)))] == []


def test_every_register_has_a_spec() -> None:
    specs = ROOT / "tests" / "specs"
    assert [register for register in registers() if not list(specs.glob(f"test_{register}*.py"))] == []


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_a_lock_pins_everything_by_hash_and_names_no_source(lock: str) -> None:
    text = text_of(Path(lock))
    pins = re.findall(r"^[A-Za-z0-9].*(?:\\\n.*)+", text, re.MULTILINE)
    assert pins
    assert [pin for pin in pins if "==" not in pin or "--hash=sha256:" not in pin] == []
    assert "://" not in text
    assert "--index" not in text


def test_the_locks_hold_what_the_project_asks_for() -> None:
    asked = tomllib.loads(text_of(Path("pyproject.toml")))
    runtime = [*asked["project"]["dependencies"], *asked["dependency-groups"]["build"]]
    for lock, wanted in {
        "requirements.lock": runtime,
        "requirements-dev.lock": [*runtime, *asked["dependency-groups"]["dev"]],
    }.items():
        pinned = set(re.findall(r"^([a-z0-9-]+)==", text_of(Path(lock)), re.MULTILINE))
        assert {re.split(r"[^a-z0-9-]", name)[0] for name in wanted} - pinned == set(), f"run make lock: {lock}"


# The rules can fail -----------------------------------------------------------------------


def test_each_rule_catches_what_it_is_for() -> None:
    lines = "\n".join(f"    a{number} = 1" for number in range(FUNCTION_LINES_MAX))
    assert list(long_functions(f"def f():\n{lines}")) == ["line 1: f has 51 lines"]
    assert list(long_functions(f"def f():\n{lines}".rpartition("\n")[0])) == []
    assert list(without_docstring("def f(): ...\ndef _g(): ...\nclass C: ...")) == ["line 1: f", "line 3: C"]
    assert list(prints("x = 1\nprint(x)")) == ["line 2"]
    assert list(unfinished("# " + "TO" + "DO: all of it")) != []
    assert list(tied_to_a_machine("https://" + PACKAGE_HOSTS[0] + "/simple")) != []
    assert list(tied_to_a_machine("see " + MACHINE_PATHS[0] + "shared")) != []
    assert functions("def decide(): ...\nclass C:\n    def evolve(self): ...") == {"decide"}
