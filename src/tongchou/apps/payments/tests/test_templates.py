"""Templates of one's own bank."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from tongchou.apps.payments import api as payments
from tongchou.apps.payments.models import Batch
from tongchou.core.errors import Invalid

SAMPLE = (resources.files("tongchou.reference") / "banks" / "core_batch.yaml").read_text(encoding="utf-8")


def test_a_template_of_the_folder_is_offered_and_replaces_a_sample(tmp_path: Path, settings: Any) -> None:
    assert set(payments.templates()) == {"core_batch", "one_card", "rural_credit"}
    (tmp_path / "own.yaml").write_text(SAMPLE.replace("code: core_batch", "code: own_bank"), encoding="utf-8")
    (tmp_path / "core.yaml").write_text(SAMPLE.replace("separator: bar", "separator: tab"), encoding="utf-8")
    settings.BANKS = str(tmp_path)
    found = payments.templates()
    assert "own_bank" in found and found["core_batch"].separator == "\t"


@pytest.mark.django_db
def test_an_unknown_template_builds_nothing(build: Callable[..., Batch]) -> None:
    with pytest.raises(Invalid, match="template"):
        build(template="../banks")


@pytest.mark.django_db
def test_a_batch_that_is_long_with_the_bank_is_counted(
    issued: Callable[..., Batch], frozen_clock: dt.datetime
) -> None:
    issued()
    assert payments.with_bank_since(frozen_clock) == 0
    assert payments.with_bank_since(frozen_clock + dt.timedelta(minutes=1)) == 1
