"""Everything the documents name exists: links, commands, addresses, files, tests, words of the screen."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
import yaml
from babel.messages.pofile import read_po
from django.urls import Resolver404, resolve

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted([*DOCS.rglob("*.md"), *ROOT.glob("*.md")])
WRITTEN = [page for page in PAGES if "reference" not in page.parts and page.name != "CHANGELOG.md"]
ABOUT_PAGES = [page for page in WRITTEN if page.parent.name in {"tutorial", "how-to"}]
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"```(\w*)\n(.*?)```", re.DOTALL)
CODE = re.compile(r"`([^`\n]+)`")
#: Folders under which a path that is named must exist.
PATHS = re.compile(
    r"(?:tests|docs|src|tools|bench|core|apps|web|domain|policies|synth|config|cli)/[\w./:-]*\w/?"
)


def name_of(page: Path) -> str:
    return str(page.relative_to(ROOT))


def prose(page: Path) -> str:
    return FENCE.sub("", page.read_text(encoding="utf-8"))


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as the usual renderers make them."""
    found = set()
    for heading in re.findall(r"^#+ (.+)$", prose(page), flags=re.MULTILINE):
        plain = re.sub(r"[`*\[\]]|\([^)]*\)", "", heading).strip().lower()
        found.add(re.sub(r"[^\w\u3400-\u9fff -]", "", plain).replace(" ", "-"))
    return found


def commands(page: Path) -> Iterator[str]:
    """Each ``tongchou …`` and ``make …`` of a page, from code spans and code blocks."""
    text = page.read_text(encoding="utf-8")
    lines = [line for _, block in FENCE.findall(text) for line in block.splitlines()]
    for one in [*lines, *CODE.findall(prose(page))]:
        bare = re.sub(r"^(?:[A-Z_]+=\S+ )+", "", one.split("#")[0].strip())
        if re.match(r"(tongchou|make) [a-z]", bare):
            yield bare


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_somewhere(page: Path) -> None:
    broken = []
    for target in LINK.findall(prose(page)):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        there = (page.parent / path).resolve() if path else page
        if not there.exists() or (anchor and anchor not in anchors(there)):
            broken.append(target)
    assert broken == []


@pytest.mark.parametrize("page", WRITTEN, ids=name_of)
def test_commands_exist(page: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    wrong = []
    for line in commands(page):
        words = shlex.split(line.replace("…", ""))
        if words[0] == "make":
            wrong += [line] if words[1] not in targets else []
        elif not _is_a_command(words[1:]):
            wrong.append(line)
    assert wrong == []


def _is_a_command(words: list[str]) -> bool:
    from tongchou.cli import main

    command: click.Command = main
    context = click.Context(main)
    for place, word in enumerate(words):
        if not isinstance(command, click.Group):
            options = {name for param in command.params for name in param.opts} | {"--help", "-h"}
            named = {one.split("=")[0] for one in words[place:] if one.startswith("-")}
            return named <= options
        command = command.get_command(context, word)
        if command is None:
            return False
    return True


#: Beginnings of places on the machine, which are written like addresses of pages.
MACHINE = ("/etc/", "/mnt/", "/opt/", "/run/", "/srv/", "/usr/", "/var/")


@pytest.mark.parametrize("page", WRITTEN, ids=name_of)
def test_addresses_exist(page: Path) -> None:
    wrong = []
    for span in CODE.findall(prose(page)):
        if span.startswith(MACHINE):
            continue
        if re.fullmatch(r"/[a-z][a-z/.-]*(?:\?[\w=&-]+)?", span):
            try:
                resolve(span.split("?")[0])
            except Resolver404:
                wrong.append(span)
    assert wrong == []


@pytest.mark.parametrize("page", WRITTEN, ids=name_of)
def test_files_and_tests_exist(page: Path) -> None:
    wrong = []
    for span in CODE.findall(prose(page)):
        if not PATHS.fullmatch(span):
            continue
        path, _, test = span.partition("::")
        there = next((base / path for base in (ROOT, ROOT / "src/tongchou") if (base / path).exists()), None)
        if there is None or (test and f"def {test}(" not in there.read_text(encoding="utf-8")):
            wrong.append(span)
    assert wrong == []


@pytest.mark.parametrize("page", ABOUT_PAGES, ids=name_of)
def test_bold_chinese_words_stand_on_the_screen(page: Path) -> None:
    """What a tutorial or how-to sets in bold in Chinese is what a button, link or heading says."""
    catalogue = ROOT / "src/tongchou/locale/zh_Hans/LC_MESSAGES/django.po"
    with catalogue.open("rb") as file:
        shown = {
            text
            for message in read_po(file)
            for text in (message.string if isinstance(message.string, (tuple, list)) else (message.string,))
        }
    for checks in (ROOT / "src/tongchou/checks").glob("*.yaml"):
        shown |= {check["title"]["zh"] for check in yaml.safe_load(checks.read_text(encoding="utf-8"))}
    shown |= {text.rstrip("。：") for text in shown}
    bold = re.findall(r"\*\*([^*]+)\*\*", prose(page))
    missing = [word for word in bold if re.search(r"[\u3400-\u9fff]", word) and word not in shown]
    assert missing == []


def test_the_index_reaches_every_page() -> None:
    """By itself, or through its folder."""
    text = (DOCS / "README.md").read_text(encoding="utf-8")
    linked = {(DOCS / target.split("#")[0]).resolve() for target in LINK.findall(text)}
    lonely = [
        name_of(page)
        for page in DOCS.rglob("*.md")
        if page != DOCS / "README.md" and not {page.resolve(), page.parent.resolve()} & linked
    ]
    assert lonely == []


def test_a_wrong_command_is_noticed() -> None:
    assert _is_a_command(["audit", "verify"])
    assert _is_a_command(["intake", "--check"])
    assert not _is_a_command(["audit", "forget"])
    assert not _is_a_command(["intake", "--force"])
