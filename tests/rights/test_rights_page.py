"""The public rights page says each of the eleven rules, in both languages, to everybody."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from tongchou.web.console.presenters import rights

#: Rule → words without which the rule would not be said, in each language.
SAID = {
    1: (("One more child", "2015"), ("多一个孩子", "女儿", "2015年12月31日")),
    2: (("Childcare subsidy", "not stored on a person"), ("育儿补贴", "不记入个人信息")),
    3: (("not discussed in the village", "neutral names"), ("不经村里评议", "中性名称")),
    4: (("not alive", "paid already", "Nothing else"), ("五种情形", "已经领取", "一律不受理")),
    5: (("contraception", "declines a service has been served"), ("避孕", "谢绝服务的，也算已经服务")),
    6: (("no target, no rank and no alarm",), ("不设指标、不排名、不报警",)),
    7: (("There is no list of them",), ("不能调出名单，也不能导出",)),
    8: (("birth permission", "dropped while the file is read"), ("生育审批", "读取时就剔除")),
    9: (("offer help, nothing else", "no registration, no school"), ("帮办的理由", "落户、上学")),
    10: (("officials and units", "no scores of people"), ("干部和单位", "不给人打分")),
    11: (("on behalf of a family", "complaints"), ("代为登录", "投诉")),
}


@pytest.fixture(params=["en", "zh-hans"])
def page(client: Client, request: pytest.FixtureRequest) -> tuple[str, str]:
    """The page as a stranger gets it, without any query: this test has no database."""
    client.cookies["django_language"] = request.param
    answer = client.get("/rights")
    assert answer.status_code == 200
    return request.param, answer.content.decode()


def test_each_of_the_eleven_rules_is_said(page: tuple[str, str]) -> None:
    language, text = page
    rules = dict(re.findall(r'<li id="rule-(\d+)">(.*?)</li>', text, flags=re.DOTALL))
    assert [int(number) for number in rules] == list(range(1, 12))
    for number, words in SAID.items():
        said = rules[str(number)].replace("&#x27;", "'")
        for word in words[language != "en"]:
            assert word in said, (number, word)
        assert '<span class="cite">' in said, f"rule {number} names no law"


def test_every_duty_and_every_rule_names_its_law() -> None:
    for statement in (*rights.NEVER, *rights.DUTIES):
        assert statement.law, str(statement.title)
    with translation.override("zh-hans"):
        for statement in (*rights.NEVER, *rights.DUTIES, *rights.DOES, *rights.COMPLAIN):
            assert not statement.law or re.search(r"《.+》|决定", str(statement.law)), str(statement.title)


def test_the_notice_says_what_the_law_asks_for(client: Client) -> None:
    """Personal Information Protection Law, Art. 17: handler, purpose, kinds, retention, use of the rights."""
    client.cookies["django_language"] = "zh-hans"
    text = client.get("/notice").content.decode()
    for asked in ("由谁处理", "处理目的", "哪些信息", "保存多久", "行使方式", "不满十四周岁", "提供给谁"):
        assert asked in text, asked
    for kept in rights.KEPT:
        with translation.override("zh-hans"):
            assert str(kept.what) in text and str(kept.until) in text


def test_the_office_is_named_where_the_installation_names_it(client: Client, settings: Any) -> None:
    settings.OFFICE, settings.OFFICE_CONTACT = "大方县卫生健康局（示例）", "电话0857-0000000"
    for path in ("/rights", "/notice"):
        text = client.get(path).content.decode()
        assert "大方县卫生健康局（示例）" in text and "电话0857-0000000" in text


@pytest.mark.django_db
def test_every_page_leads_there(client: Client) -> None:
    for path in ("/sign-in", "/rights", "/notice", "/nowhere"):
        text = client.get(path).content.decode()
        assert 'href="/rights"' in text and 'href="/notice"' in text, path


def test_complaints_here_comments_and_taking_part_are_told_with_their_retention(
    page: tuple[str, str], client: Client
) -> None:
    language, text = page
    assert 'href="/complain"' in text
    if language == "en":
        for words in ("Complain here", "180 days", "Comments on drafts", "Taking part", "called back"):
            assert words in text
            assert words == "Complain here" or words in client.get("/notice").content.decode()
