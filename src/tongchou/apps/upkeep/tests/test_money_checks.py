"""What the doctor says of bank files and payments."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from tongchou.apps.payments import api as payments
from tongchou.apps.upkeep.checks import money

pytestmark = pytest.mark.django_db


def test_a_wrong_template_is_named(tmp_path: Path, settings: Any, frozen_clock: dt.datetime) -> None:
    assert money.banks(frozen_clock).level == "ok"
    (tmp_path / "own.yaml").write_text("code: own", encoding="utf-8")
    settings.BANKS = str(tmp_path)
    told = money.banks(frozen_clock)
    assert told.level == "error" and "own.yaml" in str(told.text)
    settings.BANKS = str(tmp_path / "none")
    assert money.banks(frozen_clock).level == "error"


def test_what_is_long_with_the_bank_is_said(
    frozen_clock: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[dt.datetime] = []
    monkeypatch.setattr(money.payments, "with_bank_since", lambda at: asked.append(at) or 2)
    assert money.banks(frozen_clock).level == "warning"
    assert asked == [frozen_clock - dt.timedelta(days=31)]


def test_a_broken_law_of_money_is_an_error(
    frozen_clock: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert money.laws(frozen_clock).level == "ok"
    broken = payments.Law("once", "No award is paid twice", 3, 1, ("award 7",))
    monkeypatch.setattr(money.payments, "verify", lambda **_any: [broken])
    told = money.laws(frozen_clock)
    assert told.level == "error" and "No award is paid twice" in str(told.text)
