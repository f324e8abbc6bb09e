"""Pages about accounts: scoped, a fixed number of queries, passwords shown once, bulk decisions."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
from collections.abc import Callable
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from tongchou.apps.places import api as places
from tongchou.core import account_import, account_queries, actions, clock, factors, grants, roles
from tongchou.core.account_models import AccountImport, RoleProposal
from tongchou.core.models import Account, AuditEntry
from tongchou.core.scope import Scope

Make = Callable[..., Account]
BACKEND = "django.contrib.auth.backends.ModelBackend"

pytestmark = pytest.mark.django_db


def span(area: Any) -> dict[str, int]:
    return {"area_id": area.pk, "scope_no": area.scope_no, "scope_end": area.scope_end}


@pytest.fixture
def system(make_account: Make, county: Any) -> Account:
    return make_account("xitong", "system_admin", county.county)


@pytest.fixture
def security(make_account: Make, county: Any) -> Account:
    return make_account("anquan", "security_admin", county.county)


def signed_in(account: Account) -> Client:
    client = Client()
    client.force_login(account, backend=BACKEND)
    return client


def queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as caught:
        assert client.get(address).status_code == 200
    return len(caught)


def test_the_lists_take_a_fixed_number_of_queries(
    make_account: Make, county: Any, system: Account, security: Account
) -> None:
    manager, guard = signed_in(system), signed_in(security)
    pages = {"accounts": manager, "grants": guard, "lockouts": guard}

    def more(prefix: str) -> None:
        for number in range(6):
            one = make_account(f"{prefix}-{number}", "village_worker", county.villages[number % 2])
            actions.assign_role(
                account=one, role="township_officer", by=None, at=clock.now(), **span(county.township)
            )
            grants.propose_role(
                account=one, role="county_reviewer", by=system, at=clock.now(), **span(county.county)
            )
            AccessAttempt.objects.create(
                username=one.username, failures_since_start=5, ip_address="127.0.0.1", user_agent=""
            )

    more("few")
    before = {name: queries(client, reverse(f"console:{name}")) for name, client in pages.items()}
    more("many")
    after = {name: queries(client, reverse(f"console:{name}")) for name, client in pages.items()}
    assert after == before and max(after.values()) < 25, after


def test_names_are_looked_for_without_an_address(county: Any, make_account: Make, system: Account) -> None:
    make_account("wangfang", "village_worker", county.village, "王芳")
    client = signed_in(system)
    page = client.post(reverse("console:accounts"), {"text": "王芳"})
    assert [line.username for line in page.context["accounts"]] == ["wangfang"]
    assert len(client.get(reverse("console:accounts") + "?text=王芳").context["accounts"]) == 2
    page = client.get(reverse("console:accounts") + "?role=village_worker")
    assert [line.username for line in page.context["accounts"]] == ["wangfang"]
    page = client.get(reverse("console:accounts") + f"?area={county.township.pk}&state=active")
    assert [line.username for line in page.context["accounts"]] == ["wangfang"]
    assert not client.get(reverse("console:accounts") + "?state=closed").context["accounts"]


def test_an_account_is_made_with_a_proposal_and_a_password_shown_once(
    county: Any, system: Account, security: Account
) -> None:
    client = signed_in(system)
    sent = {
        "username": "wangfang", "display_name": "王芳", "language": "zh-hans",
        "role": "village_worker", "area": county.village.code,
    }  # fmt: skip
    page = client.post(reverse("console:account-new"), sent)
    password = page.context["password"]
    made = Account.objects.get(username="wangfang")
    assert made.check_password(password) and made.must_change_password and made.made_by == system
    assert page["Cache-Control"] == "no-store" and not made.assignments.exists()
    assert RoleProposal.objects.get(account=made).status == "waiting"
    assert password not in client.get(reverse("console:account-one", args=[made.pk])).content.decode()
    again = client.post(reverse("console:account-new"), sent)
    assert again.status_code == 422 and "username" in again.context["form"].errors
    assert Account.objects.filter(username="wangfang").count() == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"username": "Wang Fang"}, "username"),
        ({"username": "xitong"}, "username"),
        ({"display_name": " "}, "display_name"),
        ({"area": "520523"}, "area"),
        ({"area": "000000"}, "area"),
        ({"area": ""}, "area"),
        ({"role": ""}, "role"),
        ({"role": "auditor"}, "role"),
    ],
    ids=str,
)
def test_a_bad_account_makes_nothing(
    county: Any, system: Account, change: dict[str, str], field: str
) -> None:
    sent = {
        "username": "wangfang", "display_name": "王芳", "language": "zh-hans",
        "role": "village_worker", "area": county.village.code, **change,
    }  # fmt: skip
    before = Account.objects.count()
    page = signed_in(system).post(reverse("console:account-new"), sent)
    assert page.status_code == 422 and field in page.context["form"].errors
    assert Account.objects.count() == before and not RoleProposal.objects.exists()


def test_all_mistakes_of_a_form_come_at_once(county: Any, system: Account) -> None:
    page = signed_in(system).post(
        reverse("console:account-new"), {"role": "village_worker", "language": "en"}
    )
    assert set(page.context["form"].errors) == {"username", "display_name", "area"}


def test_roles_are_granted_in_bulk_and_a_second_click_does_nothing(
    make_account: Make, county: Any, system: Account, security: Account
) -> None:
    people = [make_account(f"one-{number}", "village_worker", county.village) for number in range(3)]
    waiting = [
        grants.propose_role(
            account=one, role="township_officer", by=system, at=clock.now(), **span(county.township)
        ).pk
        for one in people
    ]
    client = signed_in(security)
    assert len(client.get(reverse("console:grants")).context["proposals"]) == 3
    client.post(reverse("console:grants-decide"), {"proposal": waiting[:2], "act": "grant"})
    client.post(reverse("console:grants-decide"), {"proposal": waiting[:2], "act": "grant"})
    client.post(reverse("console:grants-decide"), {"proposal": waiting[2:], "act": "refuse"})
    assert RoleProposal.objects.filter(status="waiting").count() == 1, "a refusal needs its reason"
    client.post(
        reverse("console:grants-decide"), {"proposal": waiting[2:], "act": "refuse", "reason": "need"}
    )
    assert [one.assignments.count() for one in people] == [2, 2, 1]
    assert AuditEntry.objects.filter(action="role.grant").count() == 2
    assert signed_in(system).get(reverse("console:grants")).status_code == 403


def test_a_role_that_reaches_more_than_usual_is_pointed_at(
    make_account: Make, county: Any, system: Account, security: Account
) -> None:
    worker = make_account("worker", "township_officer", county.township)
    sent = {"role": "village_worker", "area": county.township.code}
    told = signed_in(system).post(reverse("console:account-propose", args=[worker.pk]), sent, follow=True)
    words = "村级工作人员将覆盖整个乡级区域的所有村"
    assert words in told.content.decode()
    assert words in signed_in(security).get(reverse("console:grants")).content.decode()
    ordinary = {"role": "village_worker", "area": county.village.code}
    told = signed_in(system).post(reverse("console:account-propose", args=[worker.pk]), ordinary, follow=True)
    assert "将覆盖整个" not in told.content.decode()


def test_the_two_see_only_their_own_buttons(
    make_account: Make, county: Any, system: Account, security: Account
) -> None:
    worker = make_account("worker", "village_worker", county.village)
    for act in ("propose", "password", "active", "withdraw"):
        address = reverse(f"console:account-{act}", args=[worker.pk])
        assert signed_in(security).post(address).status_code == 403, act
    assert signed_in(security).get(reverse("console:handover", args=[worker.pk])).status_code == 403
    address = reverse("console:account-unlock", args=[worker.pk])
    assert signed_in(system).post(address).status_code == 403
    assert signed_in(worker).get(reverse("console:accounts")).status_code == 403


def test_a_locked_account_is_unlocked_on_record(
    make_account: Make, county: Any, password: str, security: Account
) -> None:
    worker, client = make_account("worker", "village_worker", county.village), Client()
    for attempt in range(5):
        sent = {"username": "worker", "password": f"wrong-{attempt}"}
        client.post(reverse("console:sign-in"), sent, REMOTE_ADDR="127.0.0.1")
    guard = signed_in(security)
    assert [line.username for line in guard.get(reverse("console:lockouts")).context["locked"]] == ["worker"]
    assert account_queries.accounts_summary(Scope.of_area(county.county)).locked == 1
    assert account_queries.locked_accounts(Scope.of_area(places.area_by_code("520523"))) == []
    guard.post(reverse("console:account-unlock", args=[worker.pk]))
    assert not guard.get(reverse("console:lockouts")).context["locked"]
    assert AuditEntry.objects.latest("pk").action == "account.unlock"
    sent = {"username": "worker", "password": password}
    assert client.post(reverse("console:sign-in"), sent, REMOTE_ADDR="127.0.0.1").status_code == 302


def test_the_summary_counts(make_account: Make, county: Any, system: Account) -> None:
    worker = make_account("worker", "village_worker", county.village)
    actions.set_active(account=worker, active=False, by=None, at=clock.now())
    actions.create_account(
        username="bare", display_name="无", password="Another-one-9", by=system, at=clock.now()
    )
    summary = account_queries.accounts_summary(Scope.of_area(county.county))
    assert (summary.active, summary.closed, summary.without_role, summary.waiting) == (2, 1, 1, 0)
    nothing = account_queries.accounts_summary(Scope.nothing())
    assert (nothing.active, nothing.closed, nothing.without_factor) == (0, 0, 0)


# The import


def sheet(*lines: tuple[Any, ...]) -> bytes:
    book = Workbook()
    book.active.append(["用户名", "姓名", "角色", "地区代码", "开始日期"])
    for line in lines:
        book.active.append(line)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def upload(client: Client, content: bytes) -> Any:
    return client.post(reverse("console:account-import"), {"file": SimpleUploadedFile("a.xlsx", content)})


def test_every_mistake_of_a_workbook_comes_at_once(county: Any, system: Account) -> None:
    village, township = county.village.code, county.township.code
    content = sheet(
        ("Bad Name", "甲", "village_worker", village),
        ("xitong", "乙", "village_worker", village),
        ("good-one", "丙", "皇帝", "520521999999"),
        ("good-two", "", "村级工作人员", "520523"),
        ("good-three", "丁", "auditor", township),
        ("good-four", "戊", "village_worker", village, "2019-01-01"),
        ("good-five", "己", "village_worker", village),
        ("good-five", "己", "村级工作人员", county.village.name),
        ("good-six", "庚", "village_worker", village),
        ("good-six", "庚", "security_admin", "520521"),
        ("good-six", "辛", "township_officer", township),
    )
    page = upload(signed_in(system), content)
    found = {problem.cell for problem in page.context["problems"]}
    assert found == {"A2", "A3", "C4", "D4", "B5", "D5", "D6", "E7", "A9", "C11", "B12"}
    assert all(problem.fix and problem.text for problem in page.context["problems"])
    assert page.status_code == 422 and Account.objects.count() == 1 and not AccountImport.objects.exists()


@pytest.mark.parametrize("content", [b"", b"no workbook", sheet()], ids=["empty", "text", "no lines"])
def test_what_is_no_list_is_refused(county: Any, system: Account, content: bytes) -> None:
    page = upload(signed_in(system), content)
    assert page.status_code == 422 and (page.context["problems"] or page.context["form"].errors)


def test_nothing_is_made_before_it_is_confirmed_and_nothing_twice(
    county: Any, system: Account, security: Account
) -> None:
    client = signed_in(system)
    content = sheet(
        ("qianyi", "钱一", "村级工作人员", county.village.code, dt.datetime(2026, 7, 1)),  # noqa: DTZ001
        ("qianyi", "钱一", "Township officer", county.township.code),
        ("qianer", "钱二", "village_worker", int(county.villages[1].code)),
    )
    page = upload(client, content)
    assert page.status_code == 200 and (page.context["staged"].accounts, len(page.context["rows"])) == (2, 3)
    assert Account.objects.count() == 2
    kept = AccountImport.objects.get()
    assert "qianyi" not in kept.lines and kept.sha256 == hashlib.sha256(content).hexdigest()
    answer = client.post(reverse("console:account-import-apply"), {"import": kept.pk})
    cells = list(load_workbook(io.BytesIO(answer.content)).active.values)[4:]
    assert {row[0] for row in cells} == {"qianyi", "qianer"}
    for row in cells:
        made = Account.objects.get(username=row[0])
        assert made.check_password(row[2]) and made.must_change_password and not made.assignments.exists()
    assert RoleProposal.objects.filter(status="waiting").count() == 3
    kept.refresh_from_db()
    assert kept.lines == "" and not any(row[2] in repr(list(AuditEntry.objects.values())) for row in cells)
    again = client.post(reverse("console:account-import-apply"), {"import": kept.pk})
    assert again.status_code == 409 and Account.objects.count() == 4
    page = upload(client, content)
    assert page.status_code == 422 and page.context["refusal"] and Account.objects.count() == 4
    saved_again = sheet(("qianyi", "钱一", "village_worker", county.village.code))
    assert upload(client, saved_again).context["problems"], "a name that is taken"


def test_another_administrators_file_is_not_carried_out(
    make_account: Make, county: Any, system: Account
) -> None:
    upload(signed_in(system), sheet(("qianyi", "钱一", "village_worker", county.village.code)))
    number = AccountImport.objects.get().pk
    other = signed_in(make_account("other", "system_admin", county.county))
    answer = other.post(reverse("console:account-import-apply"), {"import": number})
    assert answer.status_code == 404 and not Account.objects.filter(username="qianyi").exists()


def test_an_import_is_all_or_nothing(county: Any, system: Account) -> None:
    client = signed_in(system)
    upload(client, sheet(*[(f"qian-{n}", "钱", "village_worker", county.village.code) for n in range(3)]))
    actions.create_account(
        username="qian-2", display_name="x", password="Another-one-9", by=None, at=clock.now()
    )
    answer = client.post(reverse("console:account-import-apply"), {"import": AccountImport.objects.get().pk})
    assert answer.status_code == 409
    assert not Account.objects.filter(username="qian-0").exists() and not RoleProposal.objects.exists()
    assert AccountImport.objects.get().applied_at is None


def test_the_template_lists_the_own_areas_and_all_roles(county: Any, system: Account) -> None:
    answer = signed_in(system).get(reverse("console:account-import-template"))
    book = load_workbook(io.BytesIO(answer.content))
    codes = {row[0] for row in book.worksheets[1].values}
    assert county.village.code in codes and "520523" not in codes
    assert len(list(book.worksheets[2].values)) == len(roles.Role) + 1
    assert account_import.MOST == 200


def test_a_factor_is_reset_from_the_page(
    make_account: Make, county: Any, system: Account, security: Account, frozen_clock: dt.datetime
) -> None:
    import pyotp

    worker, secret = make_account("worker", "village_worker", county.village), factors.new_secret()
    for account in (worker, security):
        factors.add_app(
            account=account,
            secret=secret,
            code=pyotp.TOTP(secret).at(frozen_clock),
            name="x",
            at=frozen_clock,
        )
    guard = signed_in(security)
    guard.post(reverse("console:account-factor", args=[worker.pk]))
    assert not factors.has_any(worker)
    manager = signed_in(system)
    manager.post(reverse("console:account-factor", args=[security.pk]), {"act": "ask"})
    page = signed_in(make_account("second", "security_admin", county.county))
    assert [line.username for line in page.get(reverse("console:lockouts")).context["resets"]] == ["anquan"]
    page.post(reverse("console:account-factor", args=[security.pk]), {"back": "lockouts"})
    assert not factors.has_any(security)
