"""What import-linter cannot say: apps are entered by their front door, modules stay one topic."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src" / "tongchou"
MODULES = sorted(path for path in SOURCE.rglob("*.py") if "migrations" not in path.parts)
APPS = sorted(path.name for path in (SOURCE / "apps").iterdir() if (path / "apps.py").exists())


def imports(path: Path) -> Iterator[str]:
    """Full dotted names a module imports, ``from a import b`` as ``a.b``."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def trespass(path: Path) -> list[str]:
    relative = path.relative_to(SOURCE)
    home = relative.parts[1] if relative.parts[0] == "apps" and len(relative.parts) > 2 else None
    found = []
    for name in imports(path):
        match = re.match(r"tongchou\.apps\.(\w+)(?:\.(\w+))?", name)
        if match and match[1] in APPS and match[1] != home and match[2] != "api":
            found.append(f"{relative}: {name}")
    return found


def test_the_check_sees_a_trespass(tmp_path: Path) -> None:
    sample = SOURCE / "web" / "sample.py"
    tree = "from tongchou.apps.registry.models import Person\n"
    assert re.match(r"tongchou\.apps\.(\w+)(?:\.(\w+))?", "tongchou.apps.registry.models.Person")
    (tmp_path / "sample.py").write_text(tree, encoding="utf-8")
    assert list(imports(tmp_path / "sample.py")) == ["tongchou.apps.registry.models.Person"]
    assert sample.relative_to(SOURCE).parts[0] == "web"


def test_an_app_is_entered_by_its_api() -> None:
    outside_tests = [
        path
        for path in MODULES
        if "tests" not in path.parts and "tongchou.apps" in path.read_text(encoding="utf-8")
    ]
    assert len(outside_tests) > 200
    assert [line for path in outside_tests for line in trespass(path)] == []


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_a_module_is_one_topic(path: Path) -> None:
    if "tests" in path.parts:
        return
    lines = path.read_text(encoding="utf-8").count("\n")
    assert lines <= 450, f"{lines} lines: split it by topic"


def test_raw_writes_live_in_their_few_homes() -> None:
    """Statements that write past the ORM stand in two modules alone (migrations aside)."""
    raw = re.compile(r"""["'\s](?:INSERT INTO|UPDATE \w+ SET|DELETE FROM|COPY \w+)""")
    homes = {"apps/registry/bulk.py", "core/rows.py"}
    found = [
        str(path.relative_to(SOURCE))
        for path in MODULES
        if "tests" not in path.parts and raw.search(path.read_text(encoding="utf-8"))
    ]
    assert [name for name in found if name not in homes] == []


def test_no_string_is_run_as_a_program() -> None:
    calls = []
    for path in MODULES:
        text = path.read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(text)) if re.search(r"\b(eval|exec)\b", text) else ():
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id in {"eval", "exec"}
            ):
                calls.append(str(path.relative_to(SOURCE)))
    assert calls == []


def test_the_source_reads_nothing_outside_the_repository() -> None:
    for path in [*MODULES, *Path(__file__).parents[1].rglob("*.py")]:
        if path == Path(__file__):
            continue
        text = path.read_text(encoding="utf-8")
        assert "../shared" not in text, path
