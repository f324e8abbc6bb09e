"""A newborn's childcare subsidy, from the register to the receipt of the bank."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from journeykit import trips
from journeykit.trips import Officer, WalkingSite

pytestmark = [pytest.mark.journey, pytest.mark.wide]
CHILD = "龙安安"
ACCOUNT = "6217001234567890123"


@pytest.fixture(scope="module")
def walking(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[WalkingSite]:
    with trips.walking_site(migrated, tmp_path_factory.mktemp("walking") / "var") as site:
        yield site


@pytest.fixture
def sit(chromium: object, walking: WalkingSite) -> Iterator[Callable[[str], Officer]]:
    sit, leave = trips.desks(chromium, walking)
    yield sit
    leave()


def test_a_newborn_s_subsidy_reaches_the_family(
    sit: Callable[[str], Officer], walking: WalkingSite, tmp_path: Path
) -> None:
    officer = sit("officer")
    trips.given_families(walking, officer, tmp_path)
    household = a_birth_is_registered(officer)
    walking.run("follow")
    number = the_worker_applies(sit("worker"))
    the_township_passes(officer, sit("officer-two"), number)
    the_county_approves(sit("reviewer"), sit("officer-two"), number)
    clerk, second = sit("finance"), sit("finance-two")
    the_money_arrives(clerk)
    the_batch_is_frozen_and_reviewed(clerk, second)
    the_bank_answers(clerk, second, tmp_path)
    the_family_has_it(clerk, second, household)


def a_birth_is_registered(officer: Officer) -> str:
    """The address of the household."""
    officer.when_looking_for("吴小梅")
    officer.when_following("吴小梅")
    household = officer.page.url.removeprefix(officer.site.address)
    mother = officer.page.locator("a[href^='/people/']", has_text="吴小梅").first.get_attribute("href")
    officer.when_opening(f"{mother}/record/child")
    officer.page.fill("#id_name", CHILD)
    officer.page.select_option("#id_sex", "2")
    officer.page.fill("#id_birth", f"{trips.YEAR}-05-18")
    officer.page.select_option("#id_relation", label="女")
    officer.page.select_option("#id_other", label="龙正兴")
    officer.page.select_option("#id_evidence_kind", "birth_certificate")
    officer.page.fill("#id_evidence", "样本-0001")
    officer.when_pressing("登记孩子")
    officer.then_the_page_says("孩子已登记。")
    return household


def acts_of(who: Officer) -> list[str]:
    """The acts on the case, without what was done about its account."""
    return [one for one in who.steps_done() if one != "登记账户"]


def the_worker_applies(worker: Officer) -> str:
    """From the list, with everything filled in; the number of the case."""
    worker.given_own_family()
    worker.then_it_is_well("case-officer")
    worker.when_applying_from_the_list(CHILD)
    worker.then_the_page_says("育儿补贴", CHILD, "3,600元", "申请")
    held = {name: worker.filled(name) for name in ("year", "channel", "applicant", "name")}
    assert held == {"year": str(trips.YEAR), "channel": "home", "applicant": "parent", "name": "龙正兴"}
    worker.then_it_is_well("case-begin")
    form = worker.page.url
    worker.when_pressing("登记申请")
    worker.then_the_page_says("申请已登记。", CHILD, "尚未登记账户")
    address, number = worker.page.url, worker.number()
    assert (worker.filled("payee-relation"), worker.filled("payee-name")) == ("parent", "龙正兴")
    worker.when_deciding(
        "payee", "登记", id_number=trips.number_of("龙正兴"), bank="县农商银行青山支行", account=ACCOUNT
    )
    worker.then_the_page_says("账户已登记。", "0123")
    worker.then_the_page_does_not_say(ACCOUNT)
    # The family is off the list; sent again from the page of before, it is the same application.
    worker.when_opening("/worklist")
    worker.then_the_page_does_not_say(CHILD)
    worker.when_opening(form.removeprefix(worker.site.address))
    worker.when_pressing("登记申请")
    assert worker.page.url == address
    assert acts_of(worker) == ["登记申请"]
    worker.then_it_is_well("case-applied")
    return number


def the_township_passes(officer: Officer, second: Officer, number: str) -> None:
    """Who accepts an application does not review it."""
    officer.when_finding_the_case(number)
    officer.then_the_page_says(CHILD, "待受理")
    officer.when_deciding("accept", "受理申请")
    officer.then_the_page_says("已受理，办理时限从今天起算。")
    officer.when_going_back_and_sending_again("accept", "受理申请")
    officer.when_finding_the_case(number)
    assert acts_of(officer) == ["登记申请", "受理"]
    assert officer.form("pass").count() == 0
    second.when_finding_the_case(number)
    second.when_deciding("pass", "通过本环节")
    second.then_the_page_says("已通过。")
    second.when_going_back_and_sending_again("pass", "通过本环节")
    second.when_finding_the_case(number)
    assert acts_of(second) == ["登记申请", "受理", "通过"]
    second.then_it_is_well("case-passed")


def the_county_approves(reviewer: Officer, other: Officer, number: str) -> None:
    """Not the township; and once."""
    other.when_finding_the_case(number)
    assert other.form("pass").count() == 0
    reviewer.when_opening("/cases")
    reviewer.then_the_page_says(CHILD, "县级审核确认")
    reviewer.then_it_is_well("cases-county")
    reviewer.when_following(number)
    reviewer.then_the_page_says("3,600元")
    reviewer.when_deciding("pass", "通过本环节")
    reviewer.then_the_page_says("已通过。", "已批准")
    reviewer.when_going_back_and_sending_again("pass", "通过本环节")
    reviewer.when_finding_the_case(number)
    assert acts_of(reviewer) == ["登记申请", "受理", "通过", "通过"]
    reviewer.then_it_is_well("case-approved")
    reviewer.when_following("告知书")
    reviewer.then_the_page_says("批准", "3,600元", CHILD)
    reviewer.then_it_is_well("case-letter-approved")


def the_money_arrives(clerk: Officer) -> None:
    """A fund is opened, 3,600 yuan and one fen appropriated, and they arrive."""
    clerk.when_opening("/funds")
    clerk.then_the_page_says("还没有资金专户")
    clerk.when_following("设立资金专户")
    clerk.page.select_option("#id_area_id", label="大方县")
    clerk.page.fill("#id_year", str(trips.YEAR))
    clerk.page.fill("#id_line", "childcare")
    clerk.page.fill("#id_title", "育儿补贴专项资金")
    clerk.page.check("input[name=programmes][value=childcare_subsidy]")
    clerk.then_it_is_well("fund-new")
    clerk.when_pressing("设立")
    clerk.then_the_page_says("资金专户已设立")
    clerk.when_following("育儿补贴专项资金")
    clerk.when_following("登记拨款文件")
    clerk.page.select_option("#id_source", "county")
    for name, text in (
        ("fen", "3600.01"), ("document", "大财社〔2026〕1号（示例）"), ("appropriated_on", "2026-01-10"),
        ("due_on", "2026-06-30"),
    ):  # fmt: skip
        clerk.page.fill(f"#id_{name}", text)
    with clerk.page.expect_navigation():
        clerk.page.locator("main form button[type=submit]").first.click()
    clerk.when_following("登记到账")
    for name, text in (("fen", "3600.01"), ("arrived_on", "2026-06-29"), ("voucher", "YS-0001")):
        clerk.page.fill(f"#id_{name}", text)
    with clerk.page.expect_navigation():
        clerk.page.locator("main form button[type=submit]").first.click()
    clerk.then_the_page_says("3,600.01元")
    clerk.then_it_is_well("fund-arrived")


def the_batch_is_frozen_and_reviewed(clerk: Officer, second: Officer) -> None:
    clerk.when_opening("/payments/new")
    clerk.page.select_option("#id_programme", "childcare_subsidy")
    clerk.page.select_option("#id_template", "rural_credit")
    clerk.when_pressing("生成批次")
    address = clerk.page.url
    clerk.then_the_page_says("育儿补贴", "3,600元", "已生成，未冻结")
    clerk.page.go_back()
    clerk.when_pressing("生成批次")
    assert clerk.page.url == address  # the same batch
    clerk.then_it_is_well("payment-draft")
    clerk.when_deciding("freeze", "冻结名单")
    clerk.then_the_page_says("须由另一人复核", "龙正兴", "0123")
    clerk.then_the_page_does_not_say(ACCOUNT)
    assert clerk.form("approve").count() == 0
    clerk.then_it_is_well("payment-frozen")
    second.when_opening("/")
    second.when_following("查看批次")
    second.when_following("育儿补贴")
    assert second.page.url == address
    second.when_deciding("approve", "复核通过")
    second.then_the_page_says("已复核，可以生成银行文件。")
    second.when_going_back_and_sending_again("approve", "复核通过")
    second.when_opening(address.removeprefix(second.site.address))
    second.then_it_is_well("payment-approved")


def the_bank_answers(clerk: Officer, second: Officer, folder: Path) -> None:
    clerk.page.reload()
    files = []
    for _time in range(2):
        with clerk.page.expect_download() as waiting:
            clerk.page.get_by_role("button", name="生成银行文件").click()
        files.append(Path(waiting.value.path()).read_bytes())
    assert files[0] == files[1]
    (row,) = csv.DictReader(io.StringIO(files[0].decode("gbk")))
    assert (row["姓名"], row["金额"], row["账号"].strip()) == ("龙正兴", "3600.00", ACCOUNT)
    clerk.page.reload()
    clerk.then_the_page_says("银行处理中")
    clerk.then_it_is_well("payment-issued")
    clerk.when_following("核对回盘文件")
    answer = folder / "huipan.csv"
    lines = ["序号,姓名,账号,金额,处理结果,失败原因,交易日期",
             f"{row['序号']},{row['姓名']},{ACCOUNT},{row['金额']},成功,,2026-06-30"]  # fmt: skip
    answer.write_bytes("\r\n".join(lines).encode("gbk"))
    clerk.page.set_input_files("#id_file", answer)
    clerk.when_pressing("开始核对")
    clerk.then_it_is_well("payment-answer")
    clerk.when_pressing("登记回盘结果")
    clerk.when_going_back_and_sending_again("record", "登记回盘结果")
    clerk.then_it_is_well("payment-answer-recorded")


def the_family_has_it(clerk: Officer, second: Officer, household: str) -> None:
    second.page.reload()
    second.then_the_page_says("已发放", "3,600元")
    second.when_following("回单")
    second.then_the_page_says("3,600元", "陈静", "宋玉")
    second.then_the_page_does_not_say("龙正兴", ACCOUNT)
    second.then_it_is_well("payment-receipt")
    second.page.go_back()
    second.when_following("龙正兴")
    second.then_address_matches(r"/payments/families/\d+$")
    second.then_the_page_says("家庭发放明细", "育儿补贴", "3,600元", "已发放")
    second.then_it_is_well("family-statement")
    clerk.when_opening("/funds")
    clerk.then_the_page_says("3,600.01元", "3,600元", "0.01元")
    clerk.then_it_is_well("funds")
    clerk.when_opening("/payments/new")
    clerk.page.select_option("#id_programme", "childcare_subsidy")
    clerk.page.select_option("#id_template", "rural_credit")
    clerk.when_pressing("生成批次")
    clerk.then_the_page_says("没有等待首次发放的已审批办件。")
