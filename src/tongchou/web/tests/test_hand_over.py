"""When an officer leaves: roles end on the day, the successor's wait for a grant, open work moves once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner
from django.test import Client
from django.urls import reverse

from tongchou.apps.intake.models import RegisterFile
from tongchou.cli import main
from tongchou.core import actions, clock, factors, grants, hand_over, open_work
from tongchou.core.account_models import RoleProposal
from tongchou.core.errors import Conflict, Invalid, NotAllowed, NotFound
from tongchou.core.jobs import api as jobs
from tongchou.core.models import Account, AuditEntry

Make = Callable[..., Account]

pytestmark = pytest.mark.django_db


def span(area: Any) -> dict[str, int]:
    return {"area_id": area.pk, "scope_no": area.scope_no, "scope_end": area.scope_end}


@pytest.fixture
def system(make_account: Make, county: Any) -> Account:
    return make_account("xitong", "system_admin", county.county)


@pytest.fixture
def leaving(make_account: Make, county: Any, frozen_clock: dt.datetime) -> Account:
    """An officer with two roles, a file that waits and one decided, a job that waits."""
    one = make_account("leaving", "township_officer", county.township)
    actions.assign_role(account=one, role="village_worker", by=None, at=frozen_clock, **span(county.village))
    values = {"scope_no": county.village.scope_no, "uploaded_by": one, "uploaded_at": frozen_clock}
    counts = {"year": 2026, "people": 1, "households": 1, "village": county.village}
    RegisterFile.objects.create(sha256="a" * 64, name="a.xlsx", **values, **counts)
    RegisterFile.objects.create(
        sha256="b" * 64, name="b.xlsx", status="discarded", decided_by=one, decided_at=frozen_clock,
        **values, **counts,
    )  # fmt: skip
    jobs.enqueue(
        kind="intake.apply", payload={"file": 1}, key="one", by=one, at=frozen_clock,
        area_id=county.village.pk, scope_no=county.village.scope_no,
    )  # fmt: skip
    return one


@pytest.fixture
def successor(make_account: Make, county: Any) -> Account:
    return make_account("successor", "village_worker", county.village)


def held(account: Account) -> dict[str, int]:
    return {one.work.name: one.number for one in open_work.held_by(account, clock.today())}


def test_one_act_hands_everything_over(
    county: Any, system: Account, leaving: Account, successor: Account, audited: Any
) -> None:
    assert (held(leaving)["files"], held(leaving)["jobs"]) == (1, 1)
    values = {"account": leaving, "successor": successor, "on": clock.today(), "close": True}
    with audited():
        done = hand_over.hand_over(by=system, at=clock.now(), **values)
    assert (done.ended, done.given, done.closed) == (2, 1, True), "one role the successor has already"
    assert done.moved == {"jobs": 1, "files": 1, "cases_lent": 0, "cases_named": 0}
    leaving.refresh_from_db()
    assert not leaving.is_active and not leaving.assignments.running(clock.today()).exists()
    assert (held(leaving)["files"], held(leaving)["jobs"]) == (0, 0)
    assert (held(successor)["files"], held(successor)["jobs"]) == (1, 1)
    file = RegisterFile.objects.get(sha256="a" * 64)
    assert (file.uploaded_by, file.in_charge) == (leaving, successor), "who brought it in stays on record"
    waiting = RoleProposal.objects.get()
    assert (waiting.account, waiting.role, waiting.status) == (successor, "township_officer", "waiting")
    rows = AuditEntry.objects.count()
    again = hand_over.hand_over(by=system, at=clock.now(), **values)
    assert again.nothing and AuditEntry.objects.count() == rows, "a second click does nothing"


def test_the_successor_works_once_the_role_is_granted(
    make_account: Make, county: Any, system: Account, leaving: Account, successor: Account
) -> None:
    hand_over.hand_over(
        account=leaving, successor=successor, on=clock.today(), close=False, by=system, at=clock.now()
    )
    assert not successor.assignments.filter(role="township_officer").exists()
    security = make_account("anquan", "security_admin", county.county)
    grants.grant_roles(proposal_ids=[RoleProposal.objects.get().pk], by=security, at=clock.now())
    assert successor.assignments.get(role="township_officer").scope_no == county.township.scope_no


def test_the_list_of_files_says_who_has_them_now(
    make_account: Make, county: Any, system: Account, leaving: Account, successor: Account
) -> None:
    values = {"account": leaving, "successor": successor, "on": clock.today(), "close": True}
    hand_over.hand_over(by=system, at=clock.now(), **values)
    client = Client()
    reader = make_account("reader", "county_reviewer", county.county)
    client.force_login(reader, backend="django.contrib.auth.backends.ModelBackend")
    lines = client.get(reverse("console:intake")).context["files"]
    assert {line.by for line in lines} == {"leaving → successor", "leaving"}


def test_a_day_ahead_leaves_the_roles_until_then(
    county: Any, system: Account, leaving: Account, successor: Account
) -> None:
    day = clock.today() + dt.timedelta(days=10)
    hand_over.hand_over(account=leaving, successor=successor, on=day, close=False, by=system, at=clock.now())
    assert leaving.assignments.running(day - dt.timedelta(days=1)).count() == 2
    assert leaving.assignments.running(day).count() == 0
    assert RoleProposal.objects.get().valid_from == day


def test_impossible_hand_overs_change_nothing(
    make_account: Make, county: Any, system: Account, leaving: Account, successor: Account
) -> None:
    from tongchou.apps.places import api as places

    today = clock.today()
    closed = make_account("closed", "village_worker", county.village)
    actions.set_active(account=closed, active=False, by=None, at=clock.now())
    elsewhere = make_account("elsewhere", "village_worker", places.area_by_code("520523"))
    keeper = make_account("keeper", "auditor", county.county)
    stranger = make_account("stranger", "system_admin", places.area_by_code("520523"))
    good = {"account": leaving, "successor": successor, "on": today, "close": False, "by": system}
    for change, error in (
        ({"successor": leaving}, Invalid),
        ({"on": today - dt.timedelta(days=1)}, Invalid),
        ({"on": today + dt.timedelta(days=181)}, Invalid),
        ({"on": today + dt.timedelta(days=1), "close": True}, Invalid),
        ({"successor": closed}, Conflict),
        ({"successor": keeper}, Conflict),
        ({"successor": elsewhere}, NotFound),
        ({"by": stranger}, NotFound),
        ({"by": leaving}, NotAllowed),
        ({"account": system}, NotAllowed),
    ):
        with pytest.raises(error):
            hand_over.hand_over(**{**good, **change}, at=clock.now())
    assert leaving.assignments.running(today).count() == 2 and not RoleProposal.objects.exists()
    assert held(leaving)["files"] == 1


def test_the_page_shows_it_all_and_hands_over(
    county: Any, system: Account, leaving: Account, successor: Account
) -> None:
    client = Client()
    client.force_login(system, backend="django.contrib.auth.backends.ModelBackend")
    address = reverse("console:handover", args=[leaving.pk])
    page = client.get(address)
    assert len(page.context["roles"]) == 2
    assert {one.work.name for one in page.context["work"]} == {
        "cases",
        "cases_lent",
        "cases_named",
        "jobs",
        "files",
        "worklist",
        "corrections",
        "duplicates",
        "undos",
        "payments",
    }
    wrong = client.post(address, {"successor": "nobody", "on": "2020-01-01", "close": "on"})
    assert wrong.status_code == 422 and set(wrong.context["form"].errors) == {"successor", "on", "sure"}
    assert 'name="close" checked' not in page.content.decode(), "closing is a choice of its own"
    sent = {"successor": "successor", "on": clock.today().isoformat(), "close": "on"}
    unsure = client.post(address, sent)
    assert unsure.status_code == 422 and set(unsure.context["form"].errors) == {"sure"}
    assert leaving.assignments.running(clock.today()).count() == 2
    assert client.post(address, sent | {"sure": "on"}).status_code == 302
    leaving.refresh_from_db()
    assert not leaving.is_active


def test_only_officers_of_the_same_work_and_area_are_offered(
    make_account: Make, county: Any, system: Account, leaving: Account, successor: Account
) -> None:
    make_account("caiwu", "county_finance", county.county, "财务（示例）")
    make_account("xiancha9", "county_reviewer", county.county)
    new = Account.objects.create(username="xinlai", display_name="新来（示例）", created_at=clock.now())
    client = Client()
    client.force_login(system, backend="django.contrib.auth.backends.ModelBackend")
    address = reverse("console:handover", args=[leaving.pk])
    offered = {one.username for one in client.get(address).context["candidates"]}
    assert {"successor", "xiancha9"} <= offered and "caiwu" not in offered
    assert new.pk in hand_over.fitting(leaving, Account.objects.filter(pk=new.pk), clock.today())
    sent = {"successor": "caiwu", "on": clock.today().isoformat()}
    answer = client.post(address, sent)
    assert answer.status_code == 422
    assert "财务（示例）" in answer.content.decode()
    assert leaving.assignments.running(clock.today()).count() == 2 and not RoleProposal.objects.exists()


def test_handed_to_the_wrong_colleague_it_can_be_handed_to_the_right_one(
    make_account: Make, county: Any, system: Account, leaving: Account, successor: Account
) -> None:
    right = make_account("right", "township_officer", county.township)
    values = {"account": leaving, "on": clock.today(), "close": False, "by": system}
    hand_over.hand_over(successor=successor, at=clock.now(), **values)
    assert [one.account for one in hand_over.handed_before(leaving, clock.today())] == [successor]
    done = hand_over.hand_over(successor=right, at=clock.now(), **values)
    assert (done.ended, done.taken_back, done.moved["files"]) == (0, 1, 1)
    waiting = RoleProposal.objects.filter(status="waiting")
    assert {(one.account, one.role) for one in waiting} <= {(right, "village_worker")}
    assert RegisterFile.objects.get(sha256="a" * 64).in_charge == right
    assert hand_over.hand_over(successor=right, at=clock.now(), **values).nothing


def test_an_account_that_still_holds_work_is_not_closed(
    system: Account, leaving: Account, successor: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    held_back = open_work.Work("held_back", "x", lambda account, on: int(account.pk == leaving.pk))
    monkeypatch.setitem(open_work._kinds, "held_back", held_back)
    values = {"account": leaving, "successor": successor, "on": clock.today(), "close": True}
    done = hand_over.hand_over(by=system, at=clock.now(), **values)
    assert (done.closed, done.left, done.ended) == (False, {"held_back": 1}, 2)
    leaving.refresh_from_db()
    assert leaving.is_active


def run(*words: str) -> str:
    answer = CliRunner().invoke(main, ["account", *words], catch_exceptions=False)
    assert answer.exit_code == 0, answer.output
    return answer.output


def test_the_command_line_does_the_same(county: Any, leaving: Account, successor: Account) -> None:
    assert "leaving" in run("list", "--role", "township_officer")
    assert "successor" not in run("list", "--role", "township_officer")
    out = run("hand-over", "leaving", "--to", "successor", "--close", "--json")
    assert '"ended": 2' in out and '"given": 1' in out
    assert successor.assignments.filter(role="township_officer").exists(), "at once, without a proposal"
    run("hand-over", "leaving", "--to", "successor", "--close")
    run("create", "guanli", "--name", "管理", "--role", "system_admin", "--area", "520521")
    assert Account.objects.get(username="guanli").kind == "system_admin"
    run("close", "guanli")
    assert "guanli" in run("list", "--closed") and "successor" not in run("list", "--closed")
    assert "had none" in run("reset-factor", "successor")
    secret, at = factors.new_secret(), clock.now()
    import pyotp

    factors.add_app(account=successor, secret=secret, code=pyotp.TOTP(secret).at(at), name="x", at=at)
    assert "reset" in run("reset-factor", "successor") and not factors.has_any(successor)
    password = run("reset-password", "successor").split()[-1]
    successor.refresh_from_db()
    assert successor.check_password(password) and successor.must_change_password


def test_the_command_line_keeps_the_keepers_apart_too(county: Any, successor: Account) -> None:
    words = ["account", "grant", "successor", "--role", "auditor", "--area", "520521"]
    answer = CliRunner().invoke(main, words)
    assert answer.exit_code == 1 and "三员分立" in answer.output
    run("grant", "successor", "--role", "township_officer", "--area", county.township.code)
    assert successor.assignments.count() == 2
    words = ["account", "create", "nobody", "--name", "x", "--role", "auditor", "--area", county.village.code]
    assert CliRunner().invoke(main, words).exit_code == 1
    assert not Account.objects.filter(username="nobody").exists(), "no account without its role"
