"""Two people turn 60: their village talks it over, hangs the list out, somebody objects, and it goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from journeykit import trips
from journeykit.trips import Officer, WalkingSite

pytestmark = [pytest.mark.journey, pytest.mark.wide]
OBJECTED, OTHER = "韦国强", "覃秀兰"
KIND = "农村部分计划生育家庭奖励扶助"


@pytest.fixture(scope="module")
def walking(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[WalkingSite]:
    with trips.walking_site(migrated, tmp_path_factory.mktemp("walking") / "var") as site:
        yield site


@pytest.fixture
def sit(chromium: object, walking: WalkingSite) -> Iterator[Callable[[str], Officer]]:
    sit, leave = trips.desks(chromium, walking)
    yield sit
    leave()


def test_an_objection_holds_one_entry_alone(
    sit: Callable[[str], Officer], walking: WalkingSite, tmp_path: Path
) -> None:
    officer, worker = sit("officer"), sit("worker")
    trips.given_families(walking, officer, tmp_path)
    numbers = {name: applied_for(worker, name) for name in (OBJECTED, OTHER)}
    the_village_has_talked(officer, sit("officer-two"), numbers)
    address = the_list_hangs(worker, tmp_path)
    code = somebody_objects(sit(""), address)
    walking.after(11)
    worker, reviewer, anybody = sit("worker"), sit("reviewer"), sit("")
    only_one_waits(worker, numbers, anybody, address)
    it_is_heard(reviewer, anybody, code)
    the_rest_of_the_way(sit("officer-three"), reviewer, walking, numbers)


def applied_for(worker: Officer, name: str) -> str:
    """The number of the case."""
    worker.when_applying_from_the_list(name)
    worker.then_the_page_says(KIND, name, "960元")
    assert worker.filled("applicant") == "self"
    worker.page.check("#id_statement")
    worker.when_pressing("登记申请")
    worker.then_the_page_says("申请已登记。", "960元", "申请人已在本次申请上签名声明")
    worker.then_it_is_well("case-reward")
    return worker.number()


def the_village_has_talked(officer: Officer, second: Officer, numbers: dict[str, str]) -> None:
    """The village's only worker applied for them: the township notes the talk, not who took them on."""
    for number in numbers.values():
        officer.when_finding_the_case(number)
        officer.when_deciding("accept", "受理申请")
    second.when_opening("/cases?desk=township")
    second.then_the_page_says(*numbers.values(), "村级评议")
    second.then_it_is_well("cases-village")
    for number in numbers.values():
        second.page.locator("tbody tr", has_text=number).locator("input[name=case]").check()
    second.when_pressing("通过所选")
    second.then_the_page_says("已通过2件")
    second.when_opening("/cases?desk=notice")
    second.then_the_page_says(*numbers.values(), "村级公示")


def the_list_hangs(worker: Officer, folder: Path) -> str:
    """The public address of the notice."""
    worker.when_opening("/postings")
    worker.then_it_is_well("postings")
    worker.page.fill("#id_place", "村务公开栏和各组公示点")
    worker.when_pressing("固定名单并张贴")
    worker.then_the_page_says("韦*强", "覃*兰", "960元", "1966")
    worker.then_the_page_does_not_say(OBJECTED, OTHER, "520599")
    photograph = folder / "公示照片.png"
    photograph.write_bytes(trips.photograph())
    worker.page.set_input_files("#id_photo", photograph)
    worker.when_pressing("保存照片")
    worker.then_the_page_says("照片已随公示保存。")
    worker.then_it_is_well("posting")
    # Hung out once: the page of before, sent again, finds nothing left.
    number = worker.page.url.rsplit("/", 1)[1]
    worker.when_opening("/postings")
    worker.then_the_page_says("没有待公示的名单")
    return f"/notices/{number}"


def somebody_objects(anybody: Officer, address: str) -> str:
    """Without a name; the code that tells what became of it."""
    anybody.when_opening("/notices")
    anybody.then_it_is_well("public-notices")
    anybody.when_opening(address)
    anybody.then_the_page_says("韦*强", "覃*兰")
    place = anybody.page.locator("tbody tr", has_text="韦*强").locator("td").first.inner_text()
    anybody.page.fill("#id_position", place)
    anybody.page.select_option("#id_ground", "residence")
    anybody.page.fill("#id_words", "听说已迁到外地。")
    anybody.when_pressing("提交异议")
    anybody.then_the_page_says("您的异议已收到")
    anybody.then_it_is_well("public-notice-objected")
    code = anybody.page.locator(".notice.good strong.num").inner_text()
    follow(anybody, code, "正在核实")
    return code


def follow(anybody: Officer, code: str, *told: str) -> None:
    anybody.when_opening("/notices/objection")
    anybody.page.fill("#id_code", code)
    anybody.when_pressing("查询")
    anybody.then_the_page_says(*told)
    anybody.then_it_is_well("public-objection")


def only_one_waits(worker: Officer, numbers: dict[str, str], anybody: Officer, address: str) -> None:
    worker.when_finding_the_case(numbers[OTHER])
    assert worker.steps_done() == ["登记申请", "受理", "通过", "通过"]
    worker.then_the_page_says("期满自动", "乡镇初审")
    worker.when_finding_the_case(numbers[OBJECTED])
    assert worker.steps_done() == ["登记申请", "受理", "通过"]
    worker.then_it_is_well("case-held-by-objection")
    anybody.when_opening(address)
    anybody.then_the_page_does_not_say("韦*强", "覃*兰")


def it_is_heard(reviewer: Officer, anybody: Officer, code: str) -> None:
    """By somebody who has not acted in the case."""
    reviewer.when_opening("/postings")
    reviewer.then_the_page_says("听说已迁到外地。", "韦*强")
    reviewer.then_it_is_well("postings-objection")
    reviewer.page.locator("select[name=verdict]").select_option("dismissed")
    reviewer.page.locator("input[name=answer]").fill("经入户核实，仍居住在本村。")
    reviewer.when_pressing("答复")
    reviewer.then_the_page_says("已答复。异议人凭查询码可以看到。", "没有待核实的异议")
    follow(anybody, code, "经入户核实，仍居住在本村。")


def the_rest_of_the_way(
    officer: Officer, reviewer: Officer, site: WalkingSite, numbers: dict[str, str]
) -> None:
    """Both go on: township, its notice, county."""
    site.run("follow")
    for number in numbers.values():
        officer.when_finding_the_case(number)
        officer.then_the_page_says("乡镇初审")
        officer.when_deciding("pass", "通过本环节")
    officer.when_opening("/postings")
    officer.page.fill("#id_place", "乡镇政务公开栏")
    officer.when_pressing("固定名单并张贴")
    officer.then_the_page_says("韦*强", "覃*兰", "云岭镇（示例）")
    site.after(8)
    reviewer.given_signed_in_again("reviewer")
    reviewer.when_opening("/cases")
    reviewer.then_the_page_says(*numbers.values(), "县级审批")
    for number in numbers.values():
        reviewer.when_finding_the_case(number)
        reviewer.when_deciding("pass", "通过本环节")
        reviewer.then_the_page_says("已批准", "960元")
        assert reviewer.steps_done() == ["登记申请", "受理", *["通过"] * 5]
    reviewer.then_it_is_well("case-reward-approved")
