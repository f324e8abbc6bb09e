"""Every page in both languages: sound, and in one language only."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from journeykit import lists, register

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conftest import Site
    from journeykit.sentences import Someone

pytestmark = [pytest.mark.journey, pytest.mark.wide]
YEAR = dt.datetime.now(tz=dt.timezone(dt.timedelta(hours=8))).year
#: Latin words that belong on a Chinese page: names of products and formats, the example of a code.
LATIN = {"excel", "cookie", "xlsx", "jpeg", "childcare"}
#: All text a reader meets, seen or spoken, leaving out what is marked as another language, as not to be
#: translated, or as the title of a law.
TEXTS = """
(language) => {
  const skipped = (element) => {
    for (let one = element; one && one.tagName !== 'HTML'; one = one.parentElement) {
      const own = one.getAttribute('lang');
      if (own && !own.toLowerCase().startsWith(language)) return true;
      if (language === 'en' && own) return true;
      if (one.matches('[translate=no], .cite, script, style, noscript')) return true;
    }
    return false;
  };
  const found = [document.title];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode())
    if (!skipped(walker.currentNode.parentElement)) found.push(walker.currentNode.data);
  const spoken = ['aria-label', 'title', 'alt', 'placeholder'];
  for (const element of document.querySelectorAll(spoken.map((name) => `[${name}]`).join()))
    if (!skipped(element)) for (const name of spoken) found.push(element.getAttribute(name) || '');
  return found.map((text) => text.trim()).filter(Boolean);
}
"""
PAGES = {
    "sign-in": "/sign-in",
    "programmes": "/programmes",
    "apply": "/apply",
    "apply-follow": "/apply/follow",
    "applications": "/applications",
    "applications-answered": "/applications?state=answered",
    "programme": "/programmes/elderly_reward",
    "programme-unset": "/programmes/only_child_reward",
    "programme-private": "/programmes/bereaved_assistance",
    "programme-ask": "/programmes/bereaved_assistance/ask",
    "programme-then": "/programmes/childcare_subsidy?known=2024-12-31",
    "home": "/",
    "search": "/search",
    "household": "/households/1",
    "household-converted": "/households/2",
    "household-unclear": "/households/3",
    "household-family": "/households/1/family",
    "household-split": "/households/1/split",
    "household-merge": "/households/1/merge",
    "household-head": "/households/1/head",
    "household-lodging": "/households/1/lodging",
    "household-guardian": "/households/1/guardian",
    "person": "/people/1",
    "person-act": "/people/1/record/child",
    "person-enter": "/households/1/enter",
    "person-letter": "/people/1/letter",
    "correction-ask": "/people/1/correct",
    "corrections": "/corrections",
    "correction": "/corrections/1",
    "entry-take-back": "/entries/1/take-back",
    "unmask": "/people/1/unmask",
    "worklist": "/worklist",
    "worklist-unclear": "/worklist?show=unclear",
    "worklist-lacking": "/worklist?show=lacking",
    "population": "/population",
    "balance": "/balance",
    "checks": "/checks",
    "check": "/checks/hukou_unknown",
    "intake": "/intake",
    "intake-new": "/intake/new",
    "intake-problems": "/intake/1",
    "intake-stored": "/intake/2",
    "intake-undo": "/intake/2/take-back",
    "intake-upload": "/intake/uploads/1",
    "intake-words": "/intake/words",
    "not-listed": "/not-listed",
    "newborns": "/newborns",
    "newborn": "/newborns/1",
    "jobs": "/jobs",
    "commitments": "/commitments",
    "commitment-new": "/commitments/new",
    "taking-part": "/commitments/taking-part",
    "household-part": "/households/1/part",
    "plans": "/plans",
    "plan-stages": "/plans/stages",
    "plan-meeting-new": "/plans/meetings/new",
    "account": "/account",
    "account-security": "/account/security",
    "tokens": "/account/tokens",
    "api-reference": "/account/api",
    "not-found": "/nowhere",
}


@pytest.fixture(scope="module")
def filled(site: Site, chromium: object, tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The installation with one register stored, one waiting with mistakes, and an evaluation."""
    from journeykit.sentences import Someone

    folder = tmp_path_factory.mktemp("registers")
    context = chromium.new_context(locale="zh-CN")
    officer = Someone(context, site)
    officer.given_signed_in("officer")
    village = "青山村（示例）"
    officer.when_uploading(register.write(folder / "wrong.xlsx", year=YEAR, mistakes=True), village=village)
    officer.when_uploading(register.write(folder / "right.xlsx", year=YEAR), village=village)
    officer.when_pressing("全部写入登记库")
    stranger = folder / "stranger.csv"
    stranger.write_text("门牌,姓名,与户主关系,性别,出生日期\n1,吴小海,户主,男,1980-01-02\n", encoding="utf-8")
    officer.when_uploading(stranger, village=village)
    context.close()
    reviewer = Someone(chromium.new_context(locale="zh-CN"), site)
    reviewer.given_signed_in("reviewer")
    for workbook in (
        lists.conversions(folder / "conversions.xlsx", YEAR),
        lists.births(folder / "births.xlsx", YEAR),
    ):
        reviewer.when_opening("/lists/new")
        reviewer.page.set_input_files("#id_file", workbook)
        reviewer.when_pressing("开始核对")
    reviewer.when_pressing("写入1行")
    reviewer.when_opening("/people/2/correct")
    reviewer.page.fill("#id_name", "陈秀瑛")
    reviewer.page.select_option("#id_reason", "mistyped")
    reviewer.page.select_option("#id_evidence_kind", "id_card")
    reviewer.page.fill("#id_evidence", "二〇二〇年签发")
    reviewer.when_pressing("提交更正申请")
    reviewer.page.context.close()
    site.run("evaluate")
    site.run("jobs")
    site.run("cases")
    return site


@pytest.fixture
def reader(filled: Site, chromium: object, language: str) -> Iterator[Someone]:
    from conftest import WINDOW
    from journeykit.sentences import Someone

    context = chromium.new_context(viewport=WINDOW, locale="zh-CN")
    someone = Someone(context, filled)
    someone.given_signed_in("officer")
    someone.given_language(language)
    yield someone
    context.close()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_pages_are_sound_and_speak_one_language(reader: Someone, language: str) -> None:
    for name, path in PAGES.items():
        if name == "sign-in":
            continue
        reader.when_opening(path)
        reader.then_the_page_is_sound(name)
        reader.then_everything_can_be_hit()
        stray = strangers(reader.page.evaluate(TEXTS, language), language)
        assert stray == [], f"{path} in {language}: {stray}"
    reader.page.context.clear_cookies(name="sessionid")
    reader.when_opening("/sign-in")
    reader.then_the_page_is_sound("sign-in")
    assert strangers(reader.page.evaluate(TEXTS, language), language) == []


@pytest.mark.parametrize("language", ["zh"])
def test_pages_fit_in_large_type_and_in_the_dark(reader: Someone, language: str) -> None:
    reader.when_opening("/account")
    reader.page.check("#id_large_type")
    reader.when_pressing("保存")
    assert reader.page.get_attribute("html", "class") == "large"
    reader.page.emulate_media(color_scheme="dark")
    for name in (
        "home",
        "household",
        "worklist",
        "population",
        "intake-problems",
        "intake-new",
        "jobs",
        "account",
    ):
        reader.when_opening(PAGES[name])
        reader.then_the_page_is_sound(f"{name}-large-dark")
    reader.page.emulate_media(color_scheme="light")
    reader.when_opening("/account")
    reader.page.uncheck("#id_large_type")
    reader.when_pressing("保存")
    assert reader.page.get_attribute("html", "class") is None


#: What those who see no families open, by user name.
ROLE_PAGES = {
    "worker": ("/", "/postings?show=photographs"),
    "reviewer": (
        *(
            "/money",
            "/progress",
            "/simulate",
            "/cases",
            "/cases?waits=desk",
            "/cases/lateness",
            "/cases/named",
        ),
        *("/cases/yearly", "/grievances?state=mine", "/postings?show=objections", "/exchange?show=answers"),
    ),
    "finance": ("/", "/money", "/simulate?programme=elderly_reward", "/payments?show=review"),
    "supervisor": (
        "/",
        "/progress",
        "/money",
        "/population",
        "/simulate",
        "/cases?waits=appeals",
        "/cases/lateness",
    ),
    "statistician": ("/", "/progress", "/simulate"),
    "department": ("/",),
    "auditor": ("/", "/audit", "/audit?action=role.assign", "/jobs"),
    "security": ("/",),
    "system": ("/",),
}


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("username", ROLE_PAGES)
def test_the_pages_of_a_role_are_sound_and_speak_one_language(
    filled: Site, chromium: object, username: str, language: str
) -> None:
    from conftest import WINDOW
    from journeykit.sentences import Someone

    context = chromium.new_context(viewport=WINDOW, locale="zh-CN")
    someone = Someone(context, filled)
    someone.given_signed_in(username)
    someone.given_language(language)
    for path in ROLE_PAGES[username]:
        someone.when_opening(path)
        someone.then_the_page_is_sound(f"{username}-{re.sub('[^a-z]+', '-', path).strip('-') or 'home'}")
        stray = strangers(someone.page.evaluate(TEXTS, language), language)
        assert stray == [], f"{path} as {username} in {language}: {stray}"
    context.close()


#: Pages of cases and of money by who opens them; a user without a name has not signed in.
CASE_PAGES = {
    "worker": {
        "cases-village": "/cases",
        "cases-state": "/cases?state=approved",
        "cases-late": "/cases?late=1",
        "case-approved": "/cases/1",
        "case-officer": "/cases/officer",
        "case-letter": "/cases/1/letter",
        "case-choose": "/people/4/apply",
        "case-begin": "/people/4/apply/hardship_aid",
        "case-begin-rules": "/people/4/apply/childcare_subsidy",
        "grievances": "/grievances",
        "grievance-new": "/cases/2/grievance",
        "grievance": "/grievances/1",
        "postings": "/postings",
        "posting": "/postings/1",
    },
    "officer": {
        "cases-township": "/cases",
        "case-at-township": "/cases/2",
        "case-letter-running": "/cases/2/letter",
        "postings-township": "/postings",
        "case-lateness": "/cases/lateness",
    },
    "reviewer": {
        "cases-county": "/cases",
        "case-named": "/cases/named",
        "case-yearly": "/cases/yearly",
        "case-lateness-county": "/cases/lateness",
        "grievance-county": "/grievances/1",
        "grievance-letter": "/grievances/1/letter",
        "exchange": "/exchange",
        "exchange-list": "/exchange/1",
        "exchange-answer": "/exchange/answers/1",
        "recalculations": "/recalculations",
        "bulletin": "/statistics/bulletin",
        "yearbooks": "/statistics/yearbook",
        "methods": "/statistics/methods",
    },
    "finance": {
        "funds": "/funds",
        "fund-new": "/funds/new",
        "fund": "/funds/1",
        "fund-share": "/funds/shares",
        "fund-appropriate": "/funds/1/appropriate",
        "fund-give-back": "/funds/1/give-back",
        "fund-arrival": "/funds/appropriations/1",
        "fund-take-back": "/funds/entries/1/take-back",
        "fund-levels": "/funds/levels",
        "payments": "/payments",
        "payment-new": "/payments/new",
        "payment": "/payments/1",
        "payment-receipt": "/payments/1/receipt",
        "payment-answer": "/payments/answers/1",
        "overpayments": "/payments/overpaid",
        "overpayment": "/payments/overpaid/1",
        "overpayment-ask": "/payments/1/rows/1/overpaid",
    },
    "finance-two": {
        "overpayment-to-decide": "/payments/overpaid/1",
        "family-statement": "/payments/families/1",
    },
    "": {
        "public-notices": "/notices",
        "public-notice": "/notices/1",
        "public-objection": "/notices/objection",
    },
}


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("username", CASE_PAGES)
def test_pages_of_cases_and_money_are_sound_and_speak_one_language(
    filled: Site, chromium: object, username: str, language: str
) -> None:
    from conftest import WINDOW
    from journeykit.sentences import Someone

    context = chromium.new_context(viewport=WINDOW, locale="zh-CN")
    someone = Someone(context, filled)
    if username:
        someone.given_signed_in(username)
    else:
        someone.when_opening("/notices")
    someone.given_language(language)
    wrong = {}
    for name, path in CASE_PAGES[username].items():
        answer = someone.page.goto(filled.address + path)
        try:
            assert answer.status == 200, answer.status
            someone.then_the_page_is_sound(name)
            someone.then_everything_can_be_hit()
            stray = strangers(someone.page.evaluate(TEXTS, language), language)
            assert stray == [], stray
        except AssertionError as error:  # every page is looked at before any is told of
            wrong[path] = str(error)[:400]
            someone.complaints.clear()
    context.close()
    assert not wrong, "\n".join(f"{path}: {told}" for path, told in wrong.items())


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_county_s_home_is_sound(filled: Site, chromium: object, language: str) -> None:
    from conftest import WINDOW
    from journeykit.sentences import Someone

    context = chromium.new_context(viewport=WINDOW, locale="zh-CN")
    reviewer = Someone(context, filled)
    reviewer.given_signed_in("reviewer")
    reviewer.given_language(language)
    pages = (
        ("home-county", "/"),
        ("jobs-county", "/jobs"),
        ("areas-county", "/areas"),
        ("area-county", "/areas/4"),
        ("area-plan-merge", "/areas/4/plan/merge"),
        ("area-plan-transfer", "/areas/4/plan/transfer"),
        ("lists", "/lists"),
        ("list-new", "/lists/new"),
        ("list-questions", "/lists/1"),
        ("list-births", "/lists/2"),
        ("list-undo", "/lists/2/take-back"),
    )
    for name, path in pages:
        reviewer.when_opening(path)
        reviewer.then_the_page_is_sound(name)
        assert strangers(reviewer.page.evaluate(TEXTS, language), language) == []
    context.close()


@pytest.mark.parametrize("language", ["en"])
def test_the_pyramid_is_drawn_from_the_table(reader: Someone, language: str) -> None:
    reader.when_opening("/population")
    reader.page.wait_for_selector("#pyramid svg")
    drawn = reader.page.inner_text("#pyramid")
    labels = reader.page.eval_on_selector_all("tr[data-age]", "rows => rows.map((row) => row.dataset.age)")
    assert len(labels) == 18
    assert all(label in drawn for label in (*labels, "Male", "Female"))
    assert "5 males to the left, 6 females to the right" in reader.page.get_attribute(
        "#pyramid", "aria-label"
    )
    context = reader.page.context.browser.new_context(
        java_script_enabled=False, storage_state=reader.page.context.storage_state()
    )
    plain = context.new_page()
    plain.goto(reader.site.address + "/population")
    assert plain.is_visible("#ages")
    assert not plain.is_visible("#pyramid")
    context.close()


def strangers(texts: list[str], language: str) -> list[str]:
    """Texts of the other language: Latin words of four letters in Chinese, Chinese signs in English."""
    if language == "en":
        return [text for text in texts if re.search(r"[\u3400-\u9fff，。；：（）]", text)]
    words = [(text, re.findall(r"[A-Za-z]{4,}", text)) for text in texts]
    return [text for text, found in words if any(word.lower() not in LATIN for word in found)]


def test_strangers_are_noticed() -> None:
    assert strangers(["保存", "Save", "存为Excel"], "zh") == ["Save"]
    assert strangers(["Save", "保存", "3,600 yuan"], "en") == ["保存"]


def test_a_locked_account_is_told_so(chromium: object, site: Site, tmp_path: Path) -> None:
    from conftest import WINDOW
    from journeykit.sentences import Someone

    context = chromium.new_context(viewport=WINDOW, locale="zh-CN")
    guesser = Someone(context, site)
    for attempt in range(6):
        guesser.when_opening("/sign-in")
        guesser.page.fill("#id_username", "newcomer")
        guesser.page.fill("#id_password", f"wrong-guess-{attempt}")
        with guesser.page.expect_navigation():
            guesser.page.click("main button[type=submit]")
        if attempt == 0:
            guesser.then_the_page_says("用户名或密码不正确，请重试。")
            guesser.then_the_page_is_sound("sign-in-wrong")
    guesser.then_the_page_says("尝试次数过多")
    guesser.then_the_page_is_sound("locked-out")
    context.close()
