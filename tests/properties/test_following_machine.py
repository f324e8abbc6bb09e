"""Whatever is recorded, the list that follows says what a new snapshot and evaluation would say.

The acts are those of ``test_registry_machine``; after each the list takes its steps and is compared, row by
row, with everybody evaluated anew.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import Phase
from hypothesis.stateful import invariant, run_state_machine_as_test
from tests.properties.test_registry_machine import RegistryMachine, ground, histories

from tongchou import policies
from tongchou.apps.entitlements import api as entitlements
from tongchou.apps.entitlements.models import Entitlement
from tongchou.apps.snapshot import api as snapshots
from tongchou.core import clock

__all__ = ["ground"]
COLUMNS = ("person_id", "household_id", "programme", "year", "outcome", "amount_fen", "missing", "claim_by")


class FollowingMachine(RegistryMachine):
    """The registry's machine with a list of two years beside it."""

    def __init__(self) -> None:
        super().__init__()
        act = self.ground["act"]
        self.at, self.years = act["at"], (clock.date_of(act["at"]).year - 1, clock.date_of(act["at"]).year)
        snapshots.take_snapshot(**act, as_of=clock.date_of(self.at), purpose="test")
        entitlements.evaluate_years(years=self.years, **act, purpose="test")

    @invariant()
    def the_list_is_what_everybody_evaluated_anew_gives(self) -> None:
        while (step := entitlements.follow(at=self.at)) is not None and step.more:
            pass
        assert entitlements.behind() == 0
        facts = snapshots.build_facts(as_of=clock.date_of(self.at))
        anew = {
            row
            for year in self.years
            for row in policies.evaluate_many(facts, policies.listed(), year).select(COLUMNS).rows()
            if row[4] != "not_entitled"
        }
        columns = [name if name != "year" else "evaluation__year" for name in COLUMNS]
        assert set(Entitlement.objects.values_list(*columns)) == anew


# What the registry's own machine proves is not proved again here.
for name in dir(RegistryMachine):
    if getattr(getattr(RegistryMachine, name), "hypothesis_stateful_invariant", None):
        setattr(FollowingMachine, name, lambda self: None)


@pytest.mark.wide
def test_the_list_follows_a_few_histories(ground: dict[str, Any]) -> None:
    quick = histories(10, 20, derandomize=True, phases=[Phase.generate])
    run_state_machine_as_test(FollowingMachine, settings=quick)


@pytest.mark.long
def test_the_list_follows_many_histories(ground: dict[str, Any]) -> None:
    run_state_machine_as_test(FollowingMachine, settings=histories(150, 40, print_blob=True))
