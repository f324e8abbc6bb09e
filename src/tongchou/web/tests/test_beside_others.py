"""Where an area pays one of several programmes, figures of money say that they are the most it can be."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from tongchou import policies
from tongchou.apps.upkeep.checks import work
from tongchou.policies import law
from tongchou.web.console.presenters.beside_others import most_it_can_be

RULE = """level: province
area: {code: "520000", zh: 贵州省, en: Guizhou}
overlaps:
  - code: one_of_two
    how: higher
    programmes: [elderly_reward, bereaved_assistance]
    from: 2027-01-01
    words: {zh: 两项就高享受, en: of the two the higher is paid}
    reference: {zh: 某省文件, en: document of the province}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    (tmp_path / "1.yaml").write_text(RULE, encoding="utf-8")
    monkeypatch.setenv(law.OVERLAYS, str(tmp_path))
    policies.laws.cache_clear()
    yield tmp_path
    policies.laws.cache_clear()


def test_the_money_expected_is_the_most_it_can_be(folder: Path) -> None:
    listed = policies.listed()
    with translation.override("en"):
        (said,) = most_it_can_be(listed, year=2027, language="en")
        assert most_it_can_be(listed, year=2026, language="en") == ()
    assert said == (
        "Elderly reward (legacy): of the two the higher is paid (document of the province). Who is paid the "
        "other instead is known to no list; this money is the most it can be."
    )
    assert most_it_can_be(policies.Laws(()).listed(), year=2027, language="en") == ()


@pytest.mark.django_db
def test_the_doctor_names_files_that_are_not_read(folder: Path, frozen_clock: Any) -> None:
    with translation.override("en"):
        assert "not read" not in str(work.law(frozen_clock).text)
        (folder / "counties").mkdir()
        (folder / "counties" / "2.yaml").write_text(RULE, encoding="utf-8")
        found = work.law(frozen_clock)
        assert "are not read: counties/2.yaml" in str(found.text), found
