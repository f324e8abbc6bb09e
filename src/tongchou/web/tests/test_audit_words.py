"""Every act and every kind of thing the source writes to the chain has words: no code reaches a page."""

from __future__ import annotations

import re
from pathlib import Path

from django.utils import translation

import tongchou
from tongchou.web.console.presenters import audit_words

SOURCE = Path(tongchou.__file__).parent
ACT = re.compile(r'\baction="([a-z_]+\.[a-z_]+)"')
SUBJECT = re.compile(r'\bsubject=f?"([a-z_]+)')


def _written(pattern: re.Pattern[str]) -> set[str]:
    return {
        found
        for path in SOURCE.rglob("*.py")
        if "tests" not in path.parts
        for found in pattern.findall(path.read_text("utf-8"))
        if "audit" in path.read_text("utf-8")
    }


def test_every_act_has_words() -> None:
    acts = _written(ACT)
    assert len(acts) > 40, "the acts are found by how they are written"
    assert sorted(acts - set(audit_words.ACTIONS)) == []


def test_every_kind_of_thing_has_words() -> None:
    kinds = _written(SUBJECT)
    assert {"person", "area_change", "list_file"} <= kinds
    assert sorted(kinds - set(audit_words.SUBJECTS)) == []


def test_the_acts_are_grouped_and_sorted_as_they_are_read() -> None:
    for language in ("zh-hans", "en"):
        with translation.override(language):
            grouped = audit_words.grouped(audit_words.ACTIONS)
            assert sorted(code for _matter, codes in grouped for code in codes) == sorted(audit_words.ACTIONS)
            assert len(grouped) == len(audit_words.MATTERS)
    with translation.override("en"):
        words = [audit_words.action(code) for code in dict(grouped)["Registers"]]
    assert words == sorted(words, key=str.casefold)
