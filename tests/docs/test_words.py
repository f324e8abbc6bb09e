"""The words of the pages keep to docs/explanation/words.md."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[2]
WORDS = (ROOT / "docs" / "explanation" / "words.md").read_text(encoding="utf-8")
CHINESE = re.compile(r"[\u3400-\u9fff]{2,}")


def catalogue(language: str) -> str:
    """Everything the pages can say in a language, one text."""
    with (ROOT / f"src/tongchou/locale/{language}/LC_MESSAGES/django.po").open("rb") as file:
        found = []
        for message in read_po(file):
            for one in (message.id, message.string):
                found += [one] if isinstance(one, str) else list(one)
    return "\n".join(found)


def section(title: str) -> str:
    return WORDS.partition(f"## {title}\n")[2].partition("\n## ")[0]


def test_words_that_do_not_occur_do_not() -> None:
    chinese, _, english = section("Words that do not occur").partition("; in English:")
    banned = [word.strip(" .\n") for word in re.split(r"[,.]", chinese) if CHINESE.search(word)]
    assert len(banned) >= 8
    said = re.sub(r"《[^》]+》", "", catalogue("zh_Hans"))  # titles of laws keep their words
    assert [word for word in banned if word in said] == []
    first = english.split(".\n")[0]
    refused = [word.strip() for word in first.split(",") if word.strip() != "score"]
    assert [word for word in refused if word in catalogue("en").lower()] == []


@pytest.mark.parametrize("title", ["Things", "Acts"])
def test_words_that_are_told_are_said(title: str) -> None:
    """The first column of each table names words that stand on the pages; none is a dead letter."""
    said = catalogue("zh_Hans")
    rows = re.findall(r"^\| ([^|]+) \|", section(title), flags=re.MULTILINE)
    words = [word for row in rows for word in CHINESE.findall(row) if word not in {"中文", "页面"}]
    assert len(words) >= 9
    assert [word for word in words if word not in said] == []
