"""The first run: opened from the terminal, first accounts all or none, closed for good."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from tongchou.apps.local import api as local
from tongchou.apps.local import setting_up
from tongchou.apps.local.models import Setup
from tongchou.apps.places import api as places
from tongchou.core.errors import Conflict, Invalid, NotAllowed, NotFound
from tongchou.core.models import Account, AuditEntry

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)
PEOPLE = [
    local.FirstPerson("system_admin", "zhaogong", "赵工（示例）"),
    local.FirstPerson("security_admin", "qianan", "钱安（示例）"),
    local.FirstPerson("auditor", "sunshen", "孙审（示例）"),
    local.FirstPerson("county_reviewer", "zhoumin", "周敏（示例）"),
]


def test_a_token_works_once_within_its_hour(frozen_clock: dt.datetime) -> None:
    token = local.issue_token(at=frozen_clock)
    assert token not in str(Setup.objects.values().get())
    with pytest.raises(NotAllowed):
        local.enter(token=token, at=frozen_clock + HOUR)
    with pytest.raises(NotAllowed):
        local.enter(token="", at=frozen_clock)
    with pytest.raises(NotAllowed):
        local.enter(token="guess", at=frozen_clock)
    secret = local.enter(token=f" {token} ", at=frozen_clock + HOUR / 2)
    with pytest.raises(NotAllowed):
        local.enter(token=token, at=frozen_clock + HOUR / 2)
    assert local.entered(secret, at=frozen_clock + HOUR) is not None
    assert local.entered("other", at=frozen_clock + HOUR) is None
    assert local.entered("", at=frozen_clock) is None
    assert local.entered(secret, at=frozen_clock + 9 * HOUR) is None


def test_a_new_token_voids_the_one_before(frozen_clock: dt.datetime) -> None:
    first, second = local.issue_token(at=frozen_clock), local.issue_token(at=frozen_clock)
    with pytest.raises(NotAllowed):
        local.enter(token=first, at=frozen_clock)
    assert local.enter(token=second, at=frozen_clock)


def test_where_people_have_accounts_there_is_no_first_run(
    make_account: Any, frozen_clock: dt.datetime
) -> None:
    make_account("somebody")
    assert not local.is_wanted()
    with pytest.raises(Conflict):
        local.issue_token(at=frozen_clock)


@pytest.fixture
def begun(county: Any, frozen_clock: dt.datetime) -> Any:
    local.issue_token(at=frozen_clock)
    local.choose_unit(area_id=county.county.pk, at=frozen_clock)
    return county


def test_the_first_accounts_are_made_together(begun: Any, frozen_clock: dt.datetime) -> None:
    made = local.make_first_accounts(people=PEOPLE, at=frozen_clock)
    assert [one.role for one in made] == list(local.FIRST_ROLES)
    assert len({one.password for one in made}) == 4
    assert Account.objects.filter(must_change_password=True).count() == 4
    for one in made:
        assert Account.objects.get(username=one.username).check_password(one.password)
        assert one.password not in str(list(AuditEntry.objects.values()))
        assert not set(one.password) & set("01lioO_"), "easy to copy by hand"
    with pytest.raises(Invalid) as refused:
        local.make_first_accounts(people=PEOPLE, at=frozen_clock)
    assert len(refused.value.data["problems"]) == 4 and Account.objects.count() == 4
    # What the terminal vouched for goes on although there are accounts now.
    assert local.is_wanted() and local.issue_token(at=frozen_clock)


def test_every_mistake_at_once_and_no_account(begun: Any, frozen_clock: dt.datetime) -> None:
    wrong = [
        local.FirstPerson("system_admin", "zhaogong", "赵工（示例）"),
        local.FirstPerson("security_admin", "zhaogong", "钱安（示例）"),
        local.FirstPerson("auditor", "X", "赵 工（示例）"),
        local.FirstPerson("county_reviewer", "zhoumin", "", places.area_by_code("520523").pk),
    ]
    with pytest.raises(Invalid) as refused:
        local.make_first_accounts(people=wrong, at=frozen_clock)
    assert set(refused.value.data["problems"]) == {
        "security_admin.username",
        "auditor.username",
        "auditor.display_name",
        "county_reviewer.display_name",
        "county_reviewer.area",
    }
    assert not Account.objects.exists()


def test_what_is_missing_is_named_once(begun: Any, frozen_clock: dt.datetime) -> None:
    empty = [local.FirstPerson(role, "", "") for role in local.FIRST_ROLES]
    with pytest.raises(Invalid) as refused:
        local.make_first_accounts(people=empty, at=frozen_clock)
    problems = refused.value.data["problems"]
    with translation.override("en"):
        told = {name.partition(".")[2]: str(text) for name, text in problems.items()}
    assert len(problems) == 8
    assert told == {"username": "Write the user name.", "display_name": "Write the person's name."}


def test_two_people_of_one_name_learn_the_way_out(begun: Any, frozen_clock: dt.datetime) -> None:
    twice = [PEOPLE[0], local.FirstPerson("security_admin", "qianan", PEOPLE[0].display_name), *PEOPLE[2:]]
    with pytest.raises(Invalid) as refused:
        local.make_first_accounts(people=twice, at=frozen_clock)
    assert "（信息科）" in str(refused.value.data["problems"]["security_admin.display_name"])


def test_a_lost_first_password_is_replaced_until_it_was_used(begun: Any, frozen_clock: dt.datetime) -> None:
    local.make_first_accounts(people=PEOPLE, at=frozen_clock)
    (again,) = local.new_first_password(role="auditor", at=frozen_clock)
    account = Account.objects.get(username="sunshen")
    assert account.check_password(again.password)
    Account.objects.update(must_change_password=False)
    with pytest.raises(NotFound):
        local.new_first_password(role="auditor", at=frozen_clock)


def test_the_unit_is_a_county_or_prefecture_and_stays(begun: Any, frozen_clock: dt.datetime) -> None:
    with pytest.raises(NotFound):
        local.choose_unit(area_id=begun.township.pk, at=frozen_clock)
    other = places.area_by_code("local-bailidujuan")
    assert local.choose_unit(area_id=other.pk, at=frozen_clock) == other == local.unit()
    local.make_first_accounts(people=PEOPLE, at=frozen_clock)
    with pytest.raises(Conflict):
        local.choose_unit(area_id=begun.county.pk, at=frozen_clock)


def test_finishing_closes_for_good(begun: Any, frozen_clock: dt.datetime) -> None:
    secret = local.enter(token=local.issue_token(at=frozen_clock), at=frozen_clock)
    with pytest.raises(Conflict):
        local.finish(at=frozen_clock)
    local.make_first_accounts(people=PEOPLE, at=frozen_clock)
    local.finish(at=frozen_clock)
    assert local.entered(secret, at=frozen_clock) is None and not local.is_wanted()
    with pytest.raises(Conflict):
        local.issue_token(at=frozen_clock)
    local.finish(at=frozen_clock)
    assert AuditEntry.objects.filter(action="setup.finish").count() == 1


def test_the_database_keeps_one_row_without_secrets_when_closed(frozen_clock: dt.datetime) -> None:
    Setup.objects.create(id=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Setup.objects.create(id=2)
    with pytest.raises(IntegrityError), transaction.atomic():
        Setup.objects.update(finished_at=frozen_clock, token_hash="x")


def test_first_roles_are_three_keepers_and_a_reviewer() -> None:
    from tongchou.core.roles import KEEPERS

    assert set(setting_up.FIRST_ROLES) == {*KEEPERS, "county_reviewer"}
