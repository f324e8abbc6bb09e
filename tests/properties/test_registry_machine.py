"""Whatever is recorded, in whatever order, some things stay true of the register.

- A household has at most one living head.
- Nobody is in two places, households, statuses or marriages at a time; what a list shows is the last spell.
- Parents are older than their children, as far as dates are known.
- The population account balances with the people of each village.
- The state is what its events fold to, and the audit chain holds.

Acts are drawn without regard to whether they make sense; a refusal in words leaves everything as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, ClassVar

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from tongchou.apps.balance import api as balance
from tongchou.apps.registry import api as registry
from tongchou.apps.registry.models import Couple, Event, Household, Kinship, Membership, Person, Residence
from tongchou.apps.registry.tests.acts import correct
from tongchou.apps.registry.tests.conftest import FAMILY, FILE
from tongchou.core import audit
from tongchou.core.errors import AppError
from tongchou.core.scope import Scope
from tongchou.domain.dates import PartialDate
from tongchou.domain.kinship import HEAD

#: Which of the people, households or entries there are; counted round.
NUMBER = st.integers(0, 30)
DAY = st.sampled_from(
    [PartialDate(1958), PartialDate(1987, 4), PartialDate(2005, 6, 7), PartialDate(2019),
     PartialDate(2022, 5), PartialDate(2024, 1, 9), PartialDate(2026, 6, 30)]
)  # fmt: skip
SOME_DAY = st.none() | DAY
RELATION = st.sampled_from(["02", "12", "20", "38", "42", "97"])
NAME = st.sampled_from(["赵小满", "赵小雪", "李秋分"])
SEX = st.sampled_from([1, 2])
EVIDENCE = {"evidence_kind": "village_letter", "evidence_words": "2026-06"}


class RegistryMachine(RuleBasedStateMachine):
    """The family of the fixtures, and everything that can be recorded of it and of those who join it."""

    #: ``act``: by and at; ``areas``: the groups of two villages; ``apply``: records a register of the first.
    ground: ClassVar[dict[str, Any]] = {}

    def __init__(self) -> None:
        super().__init__()
        self._open = transaction.atomic()
        self._open.__enter__()
        self._files = 0
        self.ground["apply"]()

    def teardown(self) -> None:
        try:
            assert audit.verify().ok
        finally:
            transaction.set_rollback(True)
            self._open.__exit__(None, None, None)

    def record(self, act: Callable[..., Any], **values: Any) -> None:
        """An act, unless it is refused; then nothing has been written."""
        before = Event.objects.count()
        try:
            act(**values, **self.ground["act"])
        except AppError:
            assert Event.objects.count() == before

    @staticmethod
    def one_of(model: Any, number: int) -> int:
        keys = list(model.objects.order_by("pk").values_list("pk", flat=True))
        return int(keys[number % len(keys)])

    def person(self, number: int) -> int:
        return self.one_of(Person, number)

    @rule(
        mother=NUMBER, father=st.none() | NUMBER, name=NAME, sex=SEX, birth=DAY, relation=st.none() | RELATION
    )
    def birth(self, mother: int, father: int | None, relation: str | None, **child: Any) -> None:
        parents = {"mother_id": self.person(mother)}
        if father is not None:
            parents["father_id"] = self.person(father)
        self.record(registry.record_birth, **parents, relation=relation, **child)

    @rule(home=NUMBER, parents=st.lists(NUMBER, max_size=2), name=NAME, sex=SEX, birth=DAY, relation=RELATION)
    def late_entry(self, home: int, parents: list[int], **child: Any) -> None:
        people = [self.person(one) for one in parents]
        home = self.one_of(Household, home)
        self.record(
            registry.enter_person, household_id=home, parent_ids=people, namesake=True, **child, **EVIDENCE
        )

    @rule(one=NUMBER, died=SOME_DAY)
    def death(self, one: int, died: PartialDate | None) -> None:
        self.record(registry.record_death, person_id=self.person(one), died=died)

    @rule(one=NUMBER, area=st.none() | st.integers(0, 3), since=SOME_DAY)
    def move(self, one: int, area: int | None, since: PartialDate | None) -> None:
        to = {"area_id": None, "place": "贵阳"} if area is None else {"area_id": self.ground["areas"][area]}
        self.record(registry.record_move, person_id=self.person(one), since=since, **to)

    @rule(one=NUMBER, home=NUMBER, relation=RELATION, since=SOME_DAY)
    def move_registration(self, one: int, home: int, relation: str, since: PartialDate | None) -> None:
        self.record(
            registry.move_registration, person_id=self.person(one),
            household_id=self.one_of(Household, home), relation=relation, since=since,
        )  # fmt: skip

    @rule(one=NUMBER, other=st.none() | NUMBER, day=DAY)
    def marriage(self, one: int, other: int | None, day: PartialDate) -> None:
        spouse = None if other is None else self.person(other)
        self.record(registry.record_marriage, person_id=self.person(one), spouse_id=spouse, married_on=day)

    @rule(one=NUMBER, other=st.none() | NUMBER, day=DAY)
    def divorce(self, one: int, other: int | None, day: PartialDate) -> None:
        spouse = None if other is None else self.person(other)
        self.record(registry.record_divorce, person_id=self.person(one), spouse_id=spouse, divorced_on=day)

    @rule(number=NUMBER, day=DAY)
    def divorce_of_a_couple(self, number: int, day: PartialDate) -> None:
        lasting = list(Couple.objects.filter(ended=None).order_by("pk").values_list("a_id", "b_id"))
        if lasting:
            a, b = lasting[number % len(lasting)]
            self.record(registry.record_divorce, person_id=a, spouse_id=b, divorced_on=day)

    @rule(child=NUMBER, adopters=st.lists(NUMBER, min_size=1, max_size=2), since=SOME_DAY)
    def adoption(self, child: int, adopters: list[int], since: PartialDate | None) -> None:
        people = [self.person(one) for one in adopters]
        self.record(
            registry.record_adoption,
            person_id=self.person(child),
            adopter_ids=people,
            since=since,
            **EVIDENCE,
        )

    @rule(
        one=NUMBER, since=SOME_DAY, kind=st.sampled_from([None, "unified", "nonagricultural", "agricultural"])
    )
    def conversion(self, one: int, since: PartialDate | None, kind: str | None) -> None:
        self.record(
            registry.record_conversion, person_id=self.person(one), converted_on=since, hukou_kind=kind
        )

    @rule(one=NUMBER, since=SOME_DAY, yes=st.booleans(), what=st.sampled_from(["rural", "urban_pension"]))
    def determination(self, one: int, since: PartialDate | None, yes: bool, what: str) -> None:
        if what == "rural":
            self.record(registry.record_determination, person_id=self.person(one), rural=yes, since=since)
        else:
            self.record(
                registry.record_insurance, person_id=self.person(one), scheme=what, held=yes, since=since
            )

    @rule(one=NUMBER, phones=st.lists(st.sampled_from(["13711112222", "13733334444"]), max_size=2))
    def phones(self, one: int, phones: list[str]) -> None:
        self.record(registry.record_phones, person_id=self.person(one), phones=phones)

    @rule(one=NUMBER, birth=SOME_DAY, name=st.none() | NAME, sex=st.none() | SEX)
    def correction(self, one: int, **new: Any) -> None:
        self.record(correct, person_id=self.person(one), **new)

    @rule(last=st.integers(0, 12), more=st.integers(0, 2))
    def reversal(self, last: int, more: int) -> None:
        """One of the last entries, with those right before it."""
        numbers = list(Event.objects.order_by("-pk").values_list("pk", flat=True)[last : last + 1 + more])
        if numbers:
            self.record(registry.reverse, event_ids=numbers, reason="entered by mistake", subject="registry")

    @rule(
        line=st.integers(5, 9),
        values=st.fixed_dictionaries(
            {},
            optional={
                "relation": st.sampled_from(["20", "38", "97"]),
                "birth": DAY,
                "converted": st.booleans(),
                "household_no": st.sampled_from(["001", "002"]),
                "hukou_kind": st.sampled_from(["unified", "agricultural"]),
                "marital": st.sampled_from(["10", "20", "30", "40"]),
                "resident_here": st.booleans(),
            },
        ),
    )
    def register(self, line: int, values: dict[str, Any]) -> None:
        """The village's register once more, with one line that says something else."""
        if line == 5:  # who has a number: a birth that it denies is refused when the file is read
            values = {field: value for field, value in values.items() if field != "birth"}
        self._files += 1
        rows = [replace(row, **values) if row.row_no == line else row for row in FAMILY]
        self.ground["apply"](rows, source=f"{self._files:064d}")

    @invariant()
    def a_household_has_one_living_head(self) -> None:
        heads: dict[int, list[int]] = {}
        for person, (household, relation) in latest(Membership, "household_id", "relation").items():
            if relation in HEAD:
                heads.setdefault(household, []).append(person)
        living = set(Person.objects.filter(deceased=False).values_list("pk", flat=True))
        assert not {h: p for h, p in heads.items() if len(living & set(p)) > 1}

    @invariant()
    def what_is_shown_is_the_last_spell(self) -> None:
        for kind, column in (("registered", "registered_area_id"), ("actual", "resident_area_id")):
            last = latest(Residence.objects.filter(kind=kind), "area_id")
            shown = dict(Person.objects.values_list("pk", column))
            assert {pk: area for pk, area in shown.items() if area or pk in last} == {
                pk: area for pk, (area,) in last.items()
            }

    @invariant()
    def nobody_is_married_twice_at_a_time(self) -> None:
        """Counted by the whole years that a marriage lasted, as far as dates are known."""
        dead = set(Person.objects.filter(deceased=True).values_list("pk", flat=True))
        years: dict[int, set[int]] = {}
        lasting: set[int] = set()
        for a, b, start, ended in Couple.objects.values_list("a_id", "b_id", "start", "ended"):
            until = ended[:4] if ended is not None else "" if {a, b} & dead else "2100"
            whole = set(range(int(start[:4]) + 1, int(until))) if start and until else set()
            for one in (a, b):
                assert not years.get(one, set()) & whole, f"{one} was married twice at a time"
                years.setdefault(one, set()).update(whole)
                assert until != "2100" or one not in lasting, f"{one} is married twice"
            lasting |= {a, b} if until == "2100" else set()

    @invariant()
    def parents_are_older_than_their_children(self) -> None:
        columns = [f"{who}__birth_{part}" for who in ("parent", "child") for part in ("year", "month", "day")]
        for child, parent, *dates in Kinship.objects.values_list("child_id", "parent_id", *columns):
            for older, younger in zip(dates[:3], dates[3:], strict=True):
                if older is None or younger is None:
                    break
                assert older <= younger, f"{parent} is younger than {child}: {dates}"
                if older < younger:
                    break
            else:
                raise AssertionError(f"{parent} and {child} were born on one day")

    @invariant()
    def the_account_balances(self) -> None:
        balance.catch_up()
        assert balance.mismatches(scope=Scope.everything()) == []

    @invariant()
    def the_state_is_the_fold_of_the_events(self) -> None:
        report = registry.check_state()
        assert report.ok, report.as_dict()


def latest(rows: Any, *columns: str) -> dict[int, tuple[Any, ...]]:
    """The last spell of each person in a table of spells."""
    manager = rows.objects if hasattr(rows, "objects") else rows
    ordered = manager.order_by("person_id", "start").values_list("person_id", *columns)
    return {person: tuple(rest) for person, *rest in ordered}


@pytest.fixture
def ground(county: Any, county_reviewer: Any, frozen_clock: Any) -> Iterator[dict[str, Any]]:
    act = {"by": county_reviewer, "at": frozen_clock}

    def apply(rows: Any = FAMILY, *, source: str = FILE) -> Any:
        return registry.apply_register(list(rows), village_id=county.village.pk, source=source, **act)

    areas = [group.pk for group in county.groups]
    RegistryMachine.ground = {"act": act, "areas": areas, "apply": apply}
    yield RegistryMachine.ground
    RegistryMachine.ground = {}


def histories(number: int, length: int, **more: Any) -> settings:
    return settings(
        max_examples=number,
        stateful_step_count=length,
        deadline=None,
        report_multiple_bugs=False,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
        **more,
    )


def test_a_few_histories(ground: dict[str, Any]) -> None:
    """The same ones each time, and not made shorter when one fails: that takes minutes, ``long`` does it."""
    quick = histories(12, 25, derandomize=True, phases=[Phase.generate])
    run_state_machine_as_test(RegistryMachine, settings=quick)


@pytest.mark.long
def test_many_histories(ground: dict[str, Any]) -> None:
    run_state_machine_as_test(RegistryMachine, settings=histories(400, 50, print_blob=True))
