"""The pages on which everybody can read the programmes, their values over time and their law."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tongchou import policies
from tongchou.core import clock
from tongchou.domain.policy.errors import LoadError
from tongchou.policies import areas, law
from tongchou.policies.services import read_services, services

pytestmark = pytest.mark.django_db


def text_of(client: Client, path: str, **more: Any) -> str:
    answer = client.get(path, **more)
    assert answer.status_code == 200
    return answer.content.decode()


def test_everybody_reads_every_programme_and_service(client: Client) -> None:
    text = text_of(client, "/programmes")
    here = policies.here()
    for one in (*here.programmes, *here.unset):
        assert one.title_in("zh") in text and f"/programmes/{one.code}" in text
        assert one.title_in("zh") in text_of(client, f"/programmes/{one.code}")
    for service in services():
        assert service.title.zh in text and service.who.zh in text
    assert "3,600元" in text and "360元" not in text


def test_without_signing_in_no_question_is_asked_of_the_registry(client: Client) -> None:
    with CaptureQueriesContext(
        connection,
    ) as asked:
        text_of(client, "/programmes/elderly_reward")
    assert len(asked) == 0


def test_values_stand_over_time_with_their_documents(client: Client) -> None:
    text = text_of(client, "/programmes/elderly_reward")
    for said in (
        "600元",
        "720元",
        "960元",
        "2012年1月1日",
        "国办发〔2004〕21号",
        "省、市（州）、县（市、区）可以提高",
    ):
        assert said in text
    assert 'data-from="2009-01-01" data-value="720.0"' in text


def test_the_law_as_it_was_known_then(client: Client) -> None:
    assert "当时尚无规定" in text_of(client, "/programmes/childcare_subsidy?known=2024-12-31")
    then = text_of(client, "/programmes/bereaved_assistance?known=2022-06-30")
    then = then[then.index('id="values"') : then.index('id="affected"')]
    assert "450元" in then and "590元" not in then and "2022年6月30日" in then
    wrong = text_of(client, "/programmes/bereaved_assistance?known=gestern")
    assert "590元" in wrong and "不是日期" in wrong and 'role="alert"' in wrong


def test_a_single_amount_is_drawn_too_and_a_year_of_birth_is_not(client: Client) -> None:
    subsidy = text_of(client, "/programmes/childcare_subsidy")
    part = subsidy.split('id="p-yearly_amount"')[1].split('id="p-')[0]
    assert part.count("data-from") == 1 and 'class="step-chart"' in part
    for programme in policies.here().programmes:
        text = text_of(client, f"/programmes/{programme.code}")
        for one in programme.parameters.values():
            part = text.split(f'id="p-{one.name}"')[1].split('id="p-')[0]
            money, length = one.unit.startswith("fen"), one.unit in {"years", "months"}
            drawn = money or (length and len(one.values) > 1)
            assert ("step-chart" in part) is bool(drawn and one.values), one.name


@pytest.mark.parametrize(
    ("code", "said", "leads"),
    [
        ("elderly_reward", "Officers who sign in see here", True),
        ("bereaved_assistance", "no page says how many they are", False),
        ("boarding_subsidy", "nobody is counted in advance", False),
    ],
)
def test_everybody_is_told_who_is_affected_and_what_an_officer_would_see(
    client: Client, code: str, said: str, leads: bool
) -> None:
    text = text_of(client, f"/programmes/{code}", headers={"accept-language": "en"})
    assert all(f'href="#{part}"' in text and f'id="{part}"' in text for part in ("values", "affected"))
    part = text.split('id="affected"')[1].split("</section>")[0]
    assert said in part
    assert ("?next=" in part) is leads


def test_a_programme_that_waits_says_who_has_to_set_what(client: Client) -> None:
    text = text_of(client, "/programmes/only_child_reward")
    assert "暂时无法核算" in text and "每位父母每月奖励费" in text


def test_a_private_programme_tells_its_neutral_name_and_no_number_of_people(
    client: Client, county_reviewer: Any
) -> None:
    client.force_login(county_reviewer)
    text = text_of(client, "/programmes/bereaved_assistance")
    assert "家庭扶助（甲）" in text and "您的辖区" not in text


def test_whoever_sees_the_work_list_sees_what_waits_there(client: Client, county_reviewer: Any) -> None:
    assert "您的辖区" not in text_of(client, "/programmes/elderly_reward")
    client.force_login(county_reviewer)
    assert "您的辖区" in text_of(client, "/programmes/elderly_reward")


def test_no_such_programme(client: Client) -> None:
    assert client.get("/programmes/nothing").status_code == 404


def test_what_an_area_sets_is_shown_as_its_own(client: Client, tmp_path: Any, monkeypatch: Any) -> None:
    (tmp_path / "county.yaml").write_text(
        'level: county\narea: {code: "990101", zh: 某县, en: A County}\nprogrammes:\n'
        "  elderly_reward:\n    yearly_amount:\n"
        "      - {from: 2026-01-01, value: 120000, reference: {zh: 某县文件, en: document}}\n",
        encoding="utf-8",
    )
    monkeypatch.setenv(law.OVERLAYS, str(tmp_path))
    areas.laws.cache_clear()
    try:
        text = text_of(client, "/programmes/elderly_reward")
        assert "1,200元" in text and "某县文件" in text and "某县" in text_of(client, "/programmes")
    finally:
        areas.laws.cache_clear()


OF_A_PROVINCE = """level: province
area: {code: "520000", zh: 某省, en: A Province}
programmes:
  elderly_reward:
    yearly_amount:
      - {from: 2026-01-01, until: 2027-12-31, value: 120000, reference: {zh: 某省文件一, en: document 1}}
      - {from: 2026-01-01, known_from: 2026-09-01, value: 144000, reference: {zh: 某省文件二, en: document 2}}
overlaps:
  - code: one_of_two
    how: higher
    programmes: [elderly_reward, bereaved_assistance]
    from: 2026-01-01
    words: {zh: 两项就高享受, en: of the two the higher is paid}
    reference: {zh: 某省文件三, en: document 3}
"""


def test_what_is_known_later_is_shown_from_its_day_on(
    client: Client, tmp_path: Any, monkeypatch: Any, frozen_clock: dt.datetime
) -> None:
    (tmp_path / "province.yaml").write_text(OF_A_PROVINCE, encoding="utf-8")
    monkeypatch.setenv(law.OVERLAYS, str(tmp_path))
    areas.laws.cache_clear()
    try:
        page = text_of(client, "/programmes/elderly_reward")
        assert "某省文件一" in page and "某省文件二" not in page and "1,440元" not in page
        assert "两项就高享受（某省文件三）" in page
        assert text_of(client, "/programmes/elderly_reward?known=2026-06-30").count("某省文件二") == 0
        with clock.frozen(frozen_clock.replace(month=9, day=1)):
            page = text_of(client, "/programmes/elderly_reward")
            assert "某省文件二" in page and "1,440元" in page and "2026年9月1日" in page
            before = text_of(client, "/programmes/elderly_reward?known=2026-08-31")
            assert "某省文件一" in before and "某省文件二" not in before
        assert "两项就高享受" not in text_of(client, "/programmes/childcare_subsidy")
    finally:
        areas.laws.cache_clear()


SERVICE = """
- code: one
  title: {zh: 甲, en: a}
  who: {zh: 乙, en: b}
  where: {zh: 丙, en: c}
  source: {zh: 丁, en: d}
"""


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (("en: b", "en: ''"), "line 4: both the Chinese and the English"),
        ((SERVICE, SERVICE + SERVICE), "one is given twice"),
        ((SERVICE, "a: b"), "a list of services"),
        (("  who: {zh: 乙, en: b}\n", ""), "who is missing"),
    ],
)
def test_wrong_services_are_refused(change: tuple[str, str], reason: str) -> None:
    assert read_services(SERVICE, "s.yaml")[0].title.zh == "甲"
    with pytest.raises(LoadError, match=reason):
        read_services(SERVICE.replace(*change), "s.yaml")


def test_no_service_is_a_programme_or_reads_a_fact() -> None:
    """Rights rules 1 and 5: open to who asks, never worked out, on no list."""
    codes = {one.code for one in (*policies.here().programmes, *policies.here().unset)}
    assert not codes & {one.code for one in services()}


# ── asking ──


def asked(client: Client, code: str, **facts: str) -> str:
    answer = client.post(f"/programmes/{code}/ask", {"year": "2026", **facts})
    assert answer.status_code == 200
    return answer.content.decode()


def chip_of(text: str) -> str:
    """The mark of the answer."""
    return text.split('id="answer"')[1].split('class="chip')[1].split("</span>")[0]


MOTHER = {
    "birth_year": "1970", "sex": "2", "deceased": "no", "has_spouse": "no", "living_sons": "0",
    "living_daughters": "0", "children_ever": "1",
}  # fmt: skip


def test_anybody_asks_without_a_name_and_nothing_is_kept(client: Client, frozen_clock: Any) -> None:
    with CaptureQueriesContext(connection) as queries:
        text = asked(client, "bereaved_assistance", **MOTHER)
    assert "可享受" in chip_of(text) and "7,080元" in text
    # Nothing is written; a session is not even begun.
    assert not [one for one in queries if not one["sql"].startswith("SELECT")]
    assert "sessionid" not in client.cookies


def test_what_is_left_open_is_asked_for_and_never_taken_as_no(client: Client, frozen_clock: Any) -> None:
    text = asked(client, "bereaved_assistance", **{**MOTHER, "birth_year": ""})
    assert "不符合" not in chip_of(text) and "出生年" in text


def test_an_answer_that_rests_on_a_default_says_so(client: Client, frozen_clock: Any) -> None:
    text = asked(
        client, "pension_contribution",
        birth_year="1980", deceased="no", living_sons="1", living_daughters="0", children_ever="1",
        resident_pension="yes",
    )  # fmt: skip
    assert "100元" in text and "暂按默认值计算" in text


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"birth_year": "neunzehn"}, "1966"),  # an example of what to write
        ({"birth_year": "1066"}, "1850"),
        ({"sex": "3"}, "3"),
        ({"year": "1999"}, "1999"),
        ({"has_spouse": "maybe"}, "maybe"),
    ],
)
def test_wrong_input_is_told_and_kept(
    client: Client, frozen_clock: Any, wrong: dict[str, str], said: str
) -> None:
    answer = client.post("/programmes/bereaved_assistance/ask", {"year": "2026", **MOTHER, **wrong})
    text = answer.content.decode()
    assert answer.status_code == 422 and said in text and 'id="answer"' not in text


CHILD = {"birth_year": "2023", "birth_month": "2", "deceased": "no", "chinese_national": "yes"}


def subsidy(client: Client, **facts: str) -> tuple[str, str, str]:
    """The mark of an answer about a child, what is said first, and the table of the years; in English."""
    sent = {"year": "2026", **CHILD, **facts}
    page = client.post("/programmes/childcare_subsidy/ask", sent, headers={"accept-language": "en"})
    assert page.status_code == 200
    answer = page.content.decode().split('id="answer"')[1].split("</section>")[0]
    told, _table, rest = answer.partition("<table")
    rows = rest.partition("<tbody>")[2].partition("</tbody>")[0]
    return chip_of(page.content.decode()), told, re.sub(r"(<[^>]*>\s*)+", "|", rows)


def test_a_year_that_is_over_is_not_promised_and_the_later_one_is_told(client: Client) -> None:
    """Born 2023-02: 2025 was to be claimed by its end (Art. 12), the two months of 2026 are by theirs."""
    with clock.frozen(dt.datetime(2026, 11, 28, 4, tzinfo=dt.UTC)):
        chip, told, years = subsidy(client, year="2025")
        assert "Time to claim is over" in chip and "3,600 yuan" not in told
        assert "The time to apply for 2025 ended on 31 December 2025." in told
        assert "What can still be claimed: 2026 until 31 December 2026." in told
        assert "|2025|3,600 yuan|24 August 2025|31 December 2025|Time to claim is over|" in years
        assert "|2026|600 yuan|1 January 2026|31 December 2026|Can be claimed now|" in years
        chip, told, _years = subsidy(client)
        assert "Entitled" in chip and "600 yuan" in told
        assert "apply at the township of your registered residence by 31 December 2026" in told
    with clock.frozen(dt.datetime(2026, 12, 31, 4, tzinfo=dt.UTC)):
        assert "Entitled" in subsidy(client)[0]
    with clock.frozen(dt.datetime(2027, 1, 1, 4, tzinfo=dt.UTC)):
        chip, told, _years = subsidy(client)
        assert "Time to claim is over" in chip and "No other year is left to claim." in told


def test_next_year_says_from_which_day_it_can_be_applied_for(client: Client, frozen_clock: Any) -> None:
    _chip, told, years = subsidy(client, birth_year="2025", year="2027")
    assert "from 1 January 2027 to 31 December 2027" in told
    assert "|2025|3,600 yuan|from the birth on|31 December 2026|Can be claimed now|" in years
    assert "|2027|3,600 yuan|1 January 2027|31 December 2027|From 1 January 2027 on|" in years


def test_of_a_child_that_died_no_year_after_the_death_is_told(client: Client, frozen_clock: Any) -> None:
    died = {"birth_year": "2026", "deceased": "yes", "death_year": "2026"}
    chip, told, years = subsidy(client, **died)
    assert "Entitled" in chip and "by 31 December 2027" in told
    assert years.count("3,600 yuan") == 1 and "31 December 2027" in years
    assert "Not entitled" in subsidy(client, **died, year="2027")[0]
    for year in ("2026", "2027"):
        sent = {**CHILD, **died, "year": year}
        page = asked(client, "childcare_subsidy", **sent).split('id="answer"')[1].split("</section>")[0]
        assert "2028" not in page and "2029" not in page
        assert ("最后领取年度为2026年" in page) is (year == "2026")


def test_the_page_of_a_programme_says_when_to_apply_and_where_that_stands(client: Client) -> None:
    def said(code: str, language: str) -> str:
        text = text_of(client, f"/programmes/{code}", headers={"accept-language": language})
        return text.split('id="claiming"')[1].split("</section>")[0]

    childcare = said("childcare_subsidy", "zh-hans")
    assert "12月31日" in childcare and "第十二条" in childcare and "以后年度的仍可申请" in childcare
    assert "Art. 12" in said("childcare_subsidy", "en")
    reward = said("elderly_reward", "en")
    assert "set no last day" in reward and "Village discussion until 15 February" in reward
    assert "set no last day" in said("boarding_subsidy", "en")
    assert "set no last day" in said("only_child_reward", "en")


def test_the_only_child_reward_is_no_silent_promise(
    client: Client, frozen_clock: Any, tmp_path: Any, monkeypatch: Any
) -> None:
    """Whether a family with another child since goes on is the province's to say: the answer says so."""
    (tmp_path / "province.yaml").write_text(
        'level: province\narea: {code: "990000", zh: 某省, en: A Province}\nprogrammes:\n'
        "  only_child_reward:\n    monthly_amount:\n"
        "      - {from: 2026-01-01, value: 2000, reference: {zh: 某省条例, en: regulations}}\n",
        encoding="utf-8",
    )
    monkeypatch.setenv(law.OVERLAYS, str(tmp_path))
    areas.laws.cache_clear()
    try:
        held = {
            "deceased": "no", "only_child_certificate": "yes",
            "only_child_birth_year": "2014", "only_child_birth_month": "3",
        }  # fmt: skip
        text = asked(client, "only_child_reward", **held)
    finally:
        areas.laws.cache_clear()
    answer = text.split('id="answer"')[1].split("</section>")[0]
    assert "声明" in chip_of(text) and "240元" in answer
    assert "也没有按本省规定收回或者注销" in answer and "各省规定不同" in answer


def test_every_programme_can_be_asked(client: Client, frozen_clock: Any) -> None:
    for one in policies.here().programmes:
        assert text_of(client, f"/programmes/{one.code}/ask").count("<select") >= 1
        assert "答复" in asked(client, one.code)
    assert client.get("/programmes/only_child_reward/ask").status_code == 404
