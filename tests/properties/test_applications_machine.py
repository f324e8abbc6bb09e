"""Whatever residents send and officers do, in whatever order, no application is lost and none is twice.

- Every code that was given can be followed, always; what was sent with it opens until its days are over.
- As many sendings are stored as different forms were sent; each has its step, and none is ever gone.
- Of a person, kind and year one application waits, and one case stands, however often it was sent.
- What waits is never emptied; what was decided was decided by somebody or withdrawn.
- A code follows a case only when an officer has said that it is the applicant's.
- The audit chain holds.

Acts are drawn without regard to whether they make sense; a refusal in words leaves everything as it was.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any, ClassVar

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from tongchou.apps.applications import api as applications
from tongchou.apps.applications import sealing
from tongchou.apps.applications.models import Application, Sending, Step, Wish
from tongchou.apps.applications.tests.conftest import particulars
from tongchou.apps.casework import api as casework
from tongchou.apps.casework.models import Case
from tongchou.apps.casework.tests.conftest import YEAR, apply, family, office
from tongchou.core import audit, clock
from tongchou.core.errors import AppError

__all__ = ["apply", "family", "office"]

NAME = st.sampled_from(["陈老根", "陈勇", "林树"])
KIND = st.sampled_from(["elderly_reward", "hardship_aid", "family_support_a"])
NUMBER = st.integers(0, 9)
PHONE = st.sampled_from(["13800001234", "13900005678"])

#: What was sent at the beginning of each history; the first of them is a case already.
STARTED = (("林树", "hardship_aid"), ("陈老根", "elderly_reward"), ("陈勇", "hardship_aid"))


class ApplicationsMachine(RuleBasedStateMachine):
    """Three people at their telephones, four officers, and every act there is on an application."""

    ground: ClassVar[dict[str, Any]] = {}
    #: States any application has been in: a machine that reaches few says little.
    reached: ClassVar[set[str]] = set()

    def __init__(self) -> None:
        super().__init__()
        self._open = transaction.atomic()
        self._open.__enter__()
        self.at: dt.datetime = self.ground["at"]
        #: The code of each form that was taken, by all that was filled in.
        self.codes: dict[tuple[Any, ...], str] = {}
        self.forgotten = False
        for name, kind in STARTED:
            self.send(name, kind, "13800001234", 0, 0)
        self.open_rightly(0, 0)

    def teardown(self) -> None:
        try:
            assert audit.verify().ok
        finally:
            transaction.set_rollback(True)
            self._open.__exit__(None, None, None)

    def do(self, act: Any, **values: Any) -> Any:
        try:
            with transaction.atomic(), clock.frozen(self.at):
                return act(at=self.at, **values)
        except AppError as error:
            assert error.message
            return None

    def officer(self, number: int) -> Any:
        return self.ground["officers"][number % len(self.ground["officers"])]

    def application(self, number: int) -> int:
        numbers = list(Application.objects.order_by("pk").values_list("pk", flat=True))
        return numbers[number % len(numbers)] if numbers else 0

    def code(self, number: int) -> str:
        codes = list(self.codes.values())
        return codes[number % len(codes)] if codes else "NOBODYSCODE2"

    @rule(name=NAME, kind=KIND, phone=PHONE, page=st.integers(0, 2), village=st.integers(0, 1))
    def send(self, name: str, kind: str, phone: str, page: int, village: int) -> None:
        """A page may be sent again at any time: it is one of three."""
        key = (name, kind, phone, page, village)
        situation = "房屋受灾" if kind == "hardship_aid" else ""
        receipt = self.do(
            applications.send, kind=kind, year=YEAR, area_id=self.ground["villages"][village],
            said=particulars(name, phone=phone, situation=situation), token=f"{page:032x}",
        )  # fmt: skip
        if receipt is not None:
            assert self.codes.setdefault(key, receipt.code) == receipt.code

    @rule(number=NUMBER, who=NUMBER, which=NUMBER, whom=NAME)
    def open(self, number: int, who: int, which: int, whom: str) -> None:
        one = self.application(number)
        sendings = list(Sending.objects.filter(application=one).order_by("pk").values_list("pk", flat=True))
        self.do(
            applications.open_from, application_id=one,
            sending_id=sendings[which % len(sendings)] if sendings else 0,
            person_id=self.ground["people"][whom], by=self.officer(who),
        )  # fmt: skip

    @rule(number=NUMBER, who=st.integers(0, 2))
    def open_rightly(self, number: int, who: int) -> None:
        """As it should be: for the person it names, by an officer who may; of what waits."""
        waiting = list(Application.objects.filter(state="received").order_by("pk"))
        if not waiting:
            return
        one = waiting[number % len(waiting)]
        sending = one.sendings.filter(withdrawn_at=None).order_by("-pk").first()
        said = sealing.unseal(sending.sealed, one.pk)
        self.do(
            applications.open_from, application_id=one.pk, sending_id=sending.pk,
            person_id=self.ground["people"][said.name], by=self.officer(who),
        )  # fmt: skip

    @rule(number=NUMBER, who=NUMBER, why=st.sampled_from(["not_on_record", "not_confirmed", "elsewhere", ""]))
    def answer(self, number: int, who: int, why: str) -> None:
        given = {"why": why, "missing": ["identity"], "words": "请来电"}
        self.do(applications.answer, application_id=self.application(number), by=self.officer(who), **given)

    @rule(number=NUMBER, who=NUMBER, village=st.integers(0, 1))
    def pass_on(self, number: int, who: int, village: int) -> None:
        area = self.ground["villages"][village]
        self.do(
            applications.pass_on, application_id=self.application(number), area_id=area, by=self.officer(who)
        )

    @rule(number=NUMBER)
    def withdraw(self, number: int) -> None:
        self.do(applications.withdraw, code=self.code(number))

    @rule(number=NUMBER)
    def bring(self, number: int) -> None:
        self.do(applications.bring, code=self.code(number), words="已交")

    @rule(number=NUMBER, who=NUMBER)
    def settle(self, number: int, who: int) -> None:
        wishes = list(Wish.objects.order_by("pk").values_list("pk", flat=True))
        if wishes:
            self.do(applications.settle, wish_id=wishes[number % len(wishes)], by=self.officer(who))

    @rule(number=NUMBER, who=NUMBER, act=st.sampled_from(["accept", "ask"]))
    def work_on_the_case(self, number: int, who: int, act: str) -> None:
        cases = list(Case.objects.order_by("pk").values_list("pk", flat=True))
        if not cases:
            return
        given = {"case_id": cases[number % len(cases)], "by": self.officer(who)}
        if act == "accept":
            self.do(casework.accept, **given)
        else:
            self.do(casework.ask_for, asked=["identity"], **given)

    @rule(days=st.sampled_from([0, 1, 20, 40, 200]))
    def time_passes(self, days: int) -> None:
        self.at += dt.timedelta(days=days, minutes=11)
        self.forgotten |= applications.forget(at=self.at) > 0

    @invariant()
    def every_code_is_followed_and_what_was_sent_opens(self) -> None:
        for (name, _kind, phone, _page, _village), code in self.codes.items():
            told = applications.followed(code)
            sending = Sending.objects.select_related("application").get(code_index=sealing.code_index(code))
            if sending.sealed:
                said = sealing.unseal(sending.sealed, sending.application_id)
                assert (said.name, said.phone) == (name, phone)
            else:
                assert self.forgotten and sending.application.emptied_at is not None
            assert (told.case is None) == (sending.application.case_id is None or not sending.chosen)
            self.reached.add(told.phase)

    @invariant()
    def nothing_is_lost_and_nothing_is_twice(self) -> None:
        assert Sending.objects.count() == len(set(self.codes.values())) == len(self.codes)
        arrived = Step.objects.filter(act__in=["send", "again"])
        assert Counter(arrived.values_list("sending", flat=True)) == Counter(
            Sending.objects.values_list("pk", flat=True)
        )
        waiting = Application.objects.filter(state="received")
        keys = Counter(waiting.values_list("person_index", "kind", "year"))
        assert not keys or max(keys.values()) == 1
        assert not waiting.exclude(emptied_at=None).exists()
        assert not Sending.objects.filter(sealed="", application__state="received").exists()
        standing = Case.objects.exclude(state__in=["refused", "withdrawn"])
        cases = Counter(standing.values_list("person_id", "kind", "year"))
        assert not cases or max(cases.values()) == 1

    @invariant()
    def what_is_decided_was_decided_once(self) -> None:
        for one in Application.objects.exclude(state="received"):
            acts = Counter(one.steps.values_list("act", flat=True))
            if one.state == "withdrawn":
                assert acts["withdraw"] >= 1
            else:
                assert acts[{"opened": "open", "answered": "answer"}[one.state]] == 1


def run(office: Any, family: dict[str, int], county: Any, at: dt.datetime, **how: Any) -> None:
    from tongchou.apps.casework.models import NamedOfficer

    for account in (office.township, office.township_two):
        NamedOfficer.objects.create(
            account=account, area_id=county.township.pk, scope_no=county.township.scope_no,
            scope_end=county.township.scope_end, named_by=office.county, named_at=at,
        )  # fmt: skip
    ApplicationsMachine.ground = {
        "at": at,
        "people": family,
        "officers": [office.township, office.township_two, office.county, office.village],
        "villages": [county.village.pk, county.other_village.pk],
    }
    ApplicationsMachine.reached.clear()
    run_state_machine_as_test(
        ApplicationsMachine,
        settings=settings(
            deadline=None,
            database=None,
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
            derandomize=True,
            **how,
        ),
    )


def test_no_application_is_lost(office: Any, family: dict[str, int], county: Any, frozen_clock: Any) -> None:
    run(office, family, county, frozen_clock, max_examples=10, stateful_step_count=25)
    assert {"received", "applied", "running", "answered", "withdrawn"} <= ApplicationsMachine.reached


@pytest.mark.wide
def test_of_many_no_application_is_lost(
    office: Any, family: dict[str, int], county: Any, frozen_clock: Any
) -> None:
    run(office, family, county, frozen_clock, max_examples=30, stateful_step_count=40)
    assert {"received", "applied", "running", "waiting", "answered", "withdrawn", "unconfirmed"} <= (
        ApplicationsMachine.reached
    )
