"""Every message has a translation in every language, and the compiled catalogues say the same."""

from __future__ import annotations

import functools
import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest
from babel.messages.catalog import Catalog

TOOL = Path(__file__).parents[2] / "tools" / "catalogues.py"


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("catalogues_tool", TOOL)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    module.extracted = functools.cache(module.extracted)  # every source is read for it
    return module


def test_catalogues_are_complete(tool: ModuleType) -> None:
    assert tool.problems() == []


def test_messages_of_code_and_templates_are_found(tool: ModuleType) -> None:
    found = {message.id for message in tool.extracted() if message.id}
    assert {"Not found", "Skip to the content"} <= found  # one of code, one of a template


@pytest.fixture
def small(tool: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The tool over a folder with one message, translated in both languages."""
    monkeypatch.setattr(tool, "LOCALE", tmp_path)
    template = Catalog()
    template.add("%(n)s files", locations=[("a.py", 1)])
    monkeypatch.setattr(tool, "extracted", lambda: template)
    for language in tool.LANGUAGES:
        tool.update(language, template)
        tool.fill(language, {"%(n)s files": "%(n)s份文件"})
    assert tool.problems() == []
    return tool


def test_a_missing_translation_is_named(small: ModuleType) -> None:
    small.extracted().add("New words", locations=[("a.py", 1)])
    assert "zh_Hans: not in the catalogue: 'New words'" in small.problems()
    small.update("zh_Hans", small.extracted())
    assert "zh_Hans: no translation: 'New words'" in small.problems()


def test_a_lost_placeholder_is_named(small: ModuleType) -> None:
    small.fill("zh_Hans", {"%(n)s files": "几份文件"})
    assert "zh_Hans: placeholders differ: '%(n)s files'" in small.problems()


def test_a_stale_compiled_catalogue_is_named(small: ModuleType) -> None:
    po = small.path_of("en")
    po.write_text(po.read_text(encoding="utf-8").replace("份文件", "份"), encoding="utf-8")
    assert "en: django.mo is older than its source" in small.problems()


def test_words_are_asked_for_by_names_the_tool_collects() -> None:
    """Under another name (``gettext as now``) words would stay in no catalogue: English on a Chinese page."""
    other = re.compile(r"\b(?:n|p|np)?gettext(?:_lazy|_noop)? as (?!_\b)(\w+)")
    found = [
        f"{path.name}: {name}"
        for path in (Path(__file__).parents[2] / "src/tongchou").rglob("*.py")
        if "tests" not in path.parts
        for name in other.findall(path.read_text(encoding="utf-8"))
        if name != "catalogues"  # the module of the standard library
    ]
    assert found == []
