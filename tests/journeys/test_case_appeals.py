"""A child's subsidy is refused with clauses, appealed against twice, and given in the end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from journeykit import trips
from journeykit.trips import Officer, WalkingSite

pytestmark = [pytest.mark.journey, pytest.mark.wide]
CHILD = "岑小树"


@pytest.fixture(scope="module")
def walking(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[WalkingSite]:
    with trips.walking_site(migrated, tmp_path_factory.mktemp("walking") / "var") as site:
        yield site


@pytest.fixture
def sit(chromium: object, walking: WalkingSite) -> Iterator[Callable[[str], Officer]]:
    sit, leave = trips.desks(chromium, walking)
    yield sit
    leave()


def test_a_refusal_is_heard_twice_and_mended(
    sit: Callable[[str], Officer], walking: WalkingSite, tmp_path: Path
) -> None:
    officer, worker = sit("officer"), sit("worker")
    trips.given_families(walking, officer, tmp_path)
    number = it_comes_to_the_county(worker, officer, sit("officer-two"))
    # Somebody mistypes the child's date of birth: five years old by the record.
    walking.run("born", CHILD, f"{trips.YEAR - 5}-10-10")
    reviewer = sit("reviewer")
    it_is_refused(reviewer, number)
    the_letter_says_why(worker, number)
    it_is_upheld(worker, reviewer, sit("colleague"), number)
    walking.run("born", CHILD, f"{trips.YEAR - 1}-10-10")
    it_is_overturned(worker, sit("colleague"), sit("supervisor"), number)


def it_comes_to_the_county(worker: Officer, officer: Officer, second: Officer) -> str:
    worker.given_own_family()
    worker.when_applying_from_the_list(CHILD)
    worker.then_the_page_says("3,600元")
    worker.when_pressing("登记申请")
    number = worker.number()
    officer.when_finding_the_case(number)
    officer.when_deciding("accept", "受理申请")
    second.when_finding_the_case(number)
    second.when_deciding("pass", "通过本环节")
    return number


def it_is_refused(reviewer: Officer, number: str) -> None:
    reviewer.when_finding_the_case(number)
    reviewer.then_the_page_says("申请后测算结果有变化")
    reviewer.then_it_is_well("case-changed")
    reviewer.when_deciding("pass", "通过本环节")
    reviewer.then_the_page_says("未能登记")
    reviewer.when_deciding("refuse", "不予通过", reason="information")
    reviewer.then_the_page_says("未能登记")  # nothing is missing: the record does not bear it out
    reviewer.then_it_is_well("case-refusal-refused")
    reviewer.when_deciding_in_two_tabs("refuse", "不予通过", reason="conditions")
    reviewer.then_the_page_says("不予通过。请将写明理由和救济途径的告知书交给家庭。")
    reviewer.when_finding_the_case(number)
    assert reviewer.steps_done() == ["登记申请", "受理", "通过", "不予通过"]
    reviewer.then_it_is_well("case-refused")


def the_letter_says_why(worker: Officer, number: str) -> None:
    worker.when_finding_the_case(number)
    worker.when_following("告知书")
    worker.then_the_page_says("不符合项目条件", "以下条件不符合", "救济途径", "60日内", "行政诉讼")
    assert worker.page.locator("article dd").count() >= 1
    worker.then_it_is_well("case-letter-refused")
    worker.page.go_back()


def it_is_upheld(worker: Officer, reviewer: Officer, colleague: Officer, number: str) -> None:
    """Another officer of the same office hears it, by the record as it stands."""
    worker.when_deciding_in_two_tabs("appeal", "登记复核申请", words="孩子去年才出生。")
    worker.then_the_page_says("复核申请已登记，由另一名工作人员办理。")
    reviewer.when_finding_the_case(number)
    assert reviewer.form("hear").count() == 0
    colleague.when_finding_the_case(number)
    colleague.then_the_page_says("孩子去年才出生。")
    colleague.when_deciding("hear", "作出复核决定", verdict="uphold")
    colleague.then_the_page_says("请检查填写内容")  # no reason was given
    colleague.when_deciding("hear", "作出复核决定", verdict="uphold", words="登记的出生日期为五年前。")
    colleague.then_the_page_says("复核已决定。", "未通过")
    worker.when_finding_the_case(number)
    assert worker.steps_done()[-2:] == ["申请复核", "复核维持原决定"]
    worker.when_following("告知书")
    worker.then_the_page_says("不符合项目条件", "登记的出生日期为五年前。", "救济途径")
    worker.then_it_is_well("case-letter-upheld")
    worker.page.go_back()


def it_is_overturned(worker: Officer, colleague: Officer, supervisor: Officer, number: str) -> None:
    """The level above approves, now that the record is right; the award is there."""
    worker.when_finding_the_case(number)
    worker.when_deciding("appeal", "登记复核申请", words="出生日期登记有误，已更正。")
    colleague.when_finding_the_case(number)
    assert colleague.form("hear").count() == 0
    supervisor.when_opening("/cases")
    supervisor.then_the_page_says(number, CHILD)
    supervisor.then_it_is_well("cases-prefecture")
    supervisor.when_following(number)
    supervisor.then_the_page_says("出生日期登记有误，已更正。", "3,600元")
    supervisor.then_it_is_well("case-appealed")
    said = {"verdict": "overturn", "words": "出生医学证明与更正后的登记一致。"}
    supervisor.when_deciding("hear", "作出复核决定", **said)
    supervisor.then_the_page_says("复核已决定。", "这里没有办件")
    supervisor.then_address_matches(r"/cases$")
    worker.when_finding_the_case(number)
    assert worker.steps_done()[-2:] == ["申请复核", "复核后批准"]
    worker.when_following("告知书")
    worker.then_the_page_says("批准", "3,600元", "出生医学证明与更正后的登记一致。")
    worker.then_it_is_well("case-letter-overturned")
