"""System, security and audit administration are kept apart: by the acts, and by the database itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from tongchou.core import actions, clock, grants, kept_apart
from tongchou.core.account_models import RoleProposal
from tongchou.core.errors import Conflict, Invalid, NotAllowed, NotFound
from tongchou.core.models import Account, Assignment
from tongchou.core.roles import KEEPERS, Role, kind_of

Make = Callable[..., Account]

pytestmark = pytest.mark.django_db


def span(area: Any) -> dict[str, int]:
    return {"area_id": area.pk, "scope_no": area.scope_no, "scope_end": area.scope_end}


@pytest.fixture
def system(make_account: Make, county: Any) -> Account:
    return make_account("xitong", "system_admin", county.county)


@pytest.fixture
def security(make_account: Make, county: Any) -> Account:
    return make_account("anquan", "security_admin", county.county)


@pytest.fixture
def newcomer(system: Account, password: str) -> Callable[[str], Account]:
    """An account without a role, made by the county's system administrator."""

    def make(username: str) -> Account:
        return actions.create_account(
            username=username, display_name=username, password=password, by=system, at=clock.now()
        )

    return make


def give(account: Account, role: str, area: Any) -> Assignment:
    return actions.assign_role(account=account, role=role, by=None, at=clock.now(), **span(area))


@pytest.mark.parametrize("keeper", sorted(KEEPERS))
def test_a_keeper_holds_no_other_role(make_account: Make, county: Any, keeper: str) -> None:
    one = make_account("one", keeper, county.county)
    for other in Role.values:
        if other != keeper:
            with pytest.raises(Conflict, match=r"role\.kept_apart"):
                give(one, other, county.county)
    two = make_account("two", "village_worker", county.village)
    with pytest.raises(Conflict, match=r"role\.kept_apart"):
        give(two, keeper, county.county)


def test_a_role_that_has_ended_still_counts(make_account: Make, county: Any) -> None:
    one = make_account("one", "village_worker", county.village)
    actions.end_assignment(assignment=one.assignments.get(), by=None, at=clock.now())
    with pytest.raises(Conflict, match=r"role\.kept_apart"):
        give(one, "auditor", county.county)


def test_a_keeper_serves_a_county_or_more(make_account: Make, county: Any) -> None:
    one = make_account("one")
    for area in (county.township, county.village):
        with pytest.raises(Invalid, match=r"role\.keeper_area"):
            give(one, "auditor", area)
    assert give(one, "auditor", county.county.parent).role == "auditor"


@pytest.mark.parametrize("keeper", sorted(KEEPERS))
def test_the_database_refuses_a_mixed_account(make_account: Make, county: Any, keeper: str) -> None:
    worker = make_account("worker", "village_worker", county.village)
    bare = make_account("bare")
    kept = make_account("kept", keeper, county.county)
    others = sorted(KEEPERS - {keeper})
    bad = [(worker, keeper), (bare, keeper), (kept, "village_worker"), (kept, others[0]), (kept, others[1])]
    for account, role in bad:
        with pytest.raises(IntegrityError), transaction.atomic():
            Assignment.objects.create(
                account=account, role=role, valid_from=dt.date(2026, 1, 1), **span(county.county)
            )
    for change in ({"role": keeper}, {"account": kept}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Assignment.objects.filter(account=worker).update(**change)
    for account, kind in ((worker, keeper), (kept, "business"), (kept, others[0])):
        with pytest.raises(IntegrityError), transaction.atomic():
            Account.objects.filter(pk=account.pk).update(kind=kind)
    with pytest.raises(IntegrityError), transaction.atomic():
        Account.objects.filter(pk=bare.pk).update(kind="emperor")
    assert kind_of(worker.assignments.get().role) == "business"


def test_the_database_refuses_it_by_sql_as_well(make_account: Make, county: Any) -> None:
    worker = make_account("worker", "village_worker", county.village)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO core_assignment (account_id, role, area_id, scope_no, scope_end, valid_from) "
            "VALUES (%s, 'security_admin', 1, 1, 9, '2026-01-01')",
            [worker.pk],
        )


def test_the_triggers_are_there_after_every_migrate() -> None:
    assert kept_apart.are_on(connection)
    kept_apart.take_off(connection)
    assert not kept_apart.are_on(connection)
    call_command("migrate", verbosity=0)
    assert kept_apart.are_on(connection)


def test_roles_are_given_by_two_people(
    newcomer: Any, county: Any, system: Account, security: Account, audited: Any
) -> None:
    worker, at = newcomer("worker"), clock.now()
    for by in (system, security):
        with pytest.raises(NotAllowed, match=r"role\.needs_two"):
            actions.assign_role(account=worker, role="village_worker", by=by, at=at, **span(county.village))
    with audited():
        proposal = grants.propose_role(
            account=worker, role="village_worker", by=system, at=at, **span(county.village)
        )
    assert not worker.assignments.exists(), "a proposal opens nothing"
    with pytest.raises(NotAllowed):
        grants.grant_roles(proposal_ids=[proposal.pk], by=system, at=at)
    with audited():
        done = grants.grant_roles(proposal_ids=[proposal.pk], by=security, at=at)
    assert done.done == [proposal.pk] and worker.assignments.get().scope_no == county.village.scope_no
    again = grants.grant_roles(proposal_ids=[proposal.pk], by=security, at=at)
    assert (again.done, again.settled_before) == ([], 1) and worker.assignments.count() == 1


def test_nobody_proposes_or_grants_for_the_own_account(
    make_account: Make, county: Any, system: Account, security: Account
) -> None:
    at = clock.now()
    with pytest.raises(NotAllowed, match=r"account\.own"):
        grants.propose_role(account=system, role="system_admin", by=system, at=at, **span(county.county))
    own = grants.propose_role(
        account=security, role="security_admin", by=make_account("top", "system_admin", county.county.parent),
        at=at, **span(county.county.parent),
    )  # fmt: skip
    refused = grants.grant_roles(proposal_ids=[own.pk], by=security, at=at).refused
    # The proposal is for a wider area, so it is not even there for a county's administrator.
    assert refused == [] and not security.assignments.filter(scope_no=county.county.parent.scope_no).exists()
    wide = make_account("wide", "security_admin", county.county.parent)
    inside = grants.propose_role(
        account=wide, role="security_admin", by=make_account("top2", "system_admin", county.county.parent),
        at=at, **span(county.county),
    )  # fmt: skip
    ((_number, error),) = grants.grant_roles(proposal_ids=[inside.pk], by=wide, at=at).refused
    assert error.code == "account.own"


def test_the_database_refuses_a_maker_who_approves(
    newcomer: Any, county: Any, system: Account, security: Account
) -> None:
    worker, at = newcomer("worker"), clock.now()
    proposal = grants.propose_role(
        account=worker, role="village_worker", by=system, at=at, **span(county.village)
    )
    row = RoleProposal.objects.filter(pk=proposal.pk)
    for decided_by in (system, worker, None):
        with pytest.raises(IntegrityError), transaction.atomic():
            row.update(status="granted", decided_by=decided_by, decided_at=at)
    with pytest.raises(IntegrityError), transaction.atomic():
        row.update(proposed_by=worker)
    with pytest.raises(IntegrityError), transaction.atomic():
        row.update(status="refused", decided_by=security, decided_at=at)
    with pytest.raises(IntegrityError), transaction.atomic():
        RoleProposal.objects.create(
            account=worker, role="village_worker", valid_from=at.date(), proposed_by=system, proposed_at=at,
            **span(county.village),
        )  # fmt: skip


def test_areas_bound_both_administrators(make_account: Make, county: Any) -> None:
    from tongchou.apps.places import api as places

    at, other = clock.now(), places.area_by_code("520523")
    system, security = (
        make_account("su1", "system_admin", other),
        make_account("su2", "security_admin", other),
    )
    worker = make_account("worker", "village_worker", county.village)
    with pytest.raises(NotAllowed):
        grants.propose_role(account=worker, role="village_worker", by=system, at=at, **span(county.township))
    with pytest.raises(NotFound):
        grants.propose_role(account=worker, role="township_officer", by=system, at=at, **span(other))
    with pytest.raises(NotFound):
        actions.set_active(account=worker, active=False, by=system, at=at)
    here = make_account("su3", "system_admin", county.county)
    proposal = grants.propose_role(
        account=worker, role="village_worker", by=here, at=at, **span(county.township)
    )
    assert grants.grant_roles(proposal_ids=[proposal.pk], by=security, at=at).done == []
    with pytest.raises(NotAllowed):
        actions.end_assignment(assignment=worker.assignments.get(), by=security, at=at)


def test_an_account_that_reaches_further_is_left_to_the_level_above(
    make_account: Make, county: Any, system: Account
) -> None:
    from tongchou.apps.places import api as places

    worker = make_account("worker", "village_worker", county.village)
    give(worker, "village_worker", places.area_by_code("520523"))
    with pytest.raises(NotAllowed, match=r"account\.wider"):
        actions.set_active(account=worker, active=False, by=system, at=clock.now())
    with pytest.raises(NotAllowed, match=r"account\.wider"):
        actions.set_password(account=worker, password="Another-one-9", by=system, at=clock.now())


def test_a_refusal_has_a_reason_and_a_proposal_can_be_withdrawn(
    newcomer: Any, county: Any, system: Account, security: Account, audited: Any
) -> None:
    worker, at = newcomer("worker"), clock.now()

    def propose() -> RoleProposal:
        return grants.propose_role(
            account=worker, role="village_worker", by=system, at=at, **span(county.village)
        )

    first = propose()
    with pytest.raises(Conflict, match=r"role\.proposed"):
        propose()
    with pytest.raises(Invalid, match=r"role\.refusal"):
        grants.refuse_roles(proposal_ids=[first.pk], reason="because", by=security, at=at)
    with audited():
        grants.refuse_roles(proposal_ids=[first.pk], reason="area", by=security, at=at)
    first.refresh_from_db()
    assert (first.status, first.refusal) == ("refused", "area") and not worker.assignments.exists()
    second = propose()
    with audited():
        grants.withdraw_proposal(proposal_id=second.pk, by=system, at=at)
    assert grants.grant_roles(proposal_ids=[second.pk], by=security, at=at).settled_before == 1


def test_a_keepers_role_is_not_proposed_beside_another(
    newcomer: Any, county: Any, system: Account, security: Account
) -> None:
    bare, at = newcomer("bare"), clock.now()
    first = grants.propose_role(account=bare, role="auditor", by=system, at=at, **span(county.county))
    with pytest.raises(Conflict, match=r"role\.kept_apart"):
        grants.propose_role(account=bare, role="village_worker", by=system, at=at, **span(county.village))
    grants.grant_roles(proposal_ids=[first.pk], by=security, at=at)
    bare.refresh_from_db()
    assert bare.kind == "auditor"


def test_one_proposal_that_cannot_be_granted_holds_up_no_other(
    newcomer: Any, county: Any, system: Account, security: Account
) -> None:
    at = clock.now()
    people = [newcomer(name) for name in ("one", "two", "three")]
    waiting = [
        grants.propose_role(account=one, role="village_worker", by=system, at=at, **span(county.village))
        for one in people
    ]
    actions.set_active(account=people[1], active=False, by=None, at=at)
    done = grants.grant_roles(proposal_ids=[one.pk for one in waiting], by=security, at=at)
    assert done.done == [waiting[0].pk, waiting[2].pk]
    assert [(number, error.code) for number, error in done.refused] == [(waiting[1].pk, "account.closed")]
    assert RoleProposal.objects.get(pk=waiting[1].pk).status == "waiting"


def test_a_role_never_begins_before_it_is_granted(
    newcomer: Any, county: Any, system: Account, security: Account
) -> None:
    worker, at = newcomer("worker"), clock.now()
    proposal = grants.propose_role(
        account=worker, role="village_worker", by=system, at=at, valid_from=dt.date(2020, 1, 1),
        **span(county.village),
    )  # fmt: skip
    grants.grant_roles(proposal_ids=[proposal.pk], by=security, at=at + dt.timedelta(days=2))
    assert worker.assignments.get().valid_from == clock.date_of(at) + dt.timedelta(days=2)


def test_an_administrator_takes_no_keepers_place(
    make_account: Make, system: Account, security: Account
) -> None:
    with pytest.raises(NotAllowed, match=r"account\.keeper_without_factor"):
        actions.set_password(account=security, password="Another-one-9", by=system, at=clock.now())
    with pytest.raises(NotAllowed, match=r"account\.own"):
        actions.set_active(account=system, active=False, by=system, at=clock.now())
    with pytest.raises(NotAllowed):
        actions.set_active(account=system, active=False, by=security, at=clock.now())
    with pytest.raises(NotAllowed, match=r"account\.own"):
        actions.end_assignment(assignment=system.assignments.get(), by=system, at=clock.now())


def test_an_installation_that_has_keepers_already_is_brought_along(make_account: Make, county: Any) -> None:
    """The migration names the kind of each account, and stops at one that is mixed."""
    step = import_module("tongchou.core.migrations.0010_accounts_and_factors")
    keeper = make_account("keeper", "auditor", county.county)
    worker = make_account("worker", "village_worker", county.village)
    kept_apart.take_off(connection)
    Account.objects.update(kind="business")
    step.name_the_keepers(apps, None)
    keeper.refresh_from_db()
    worker.refresh_from_db()
    assert (keeper.kind, worker.kind) == ("auditor", "business")
    Assignment.objects.create(
        account=worker, role="auditor", valid_from=dt.date(2026, 1, 1), **span(county.county)
    )
    with pytest.raises(RuntimeError, match=str(worker.pk)):
        step.name_the_keepers(apps, None)
    Assignment.objects.filter(account=worker, role="auditor").delete()
    kept_apart.put_on(connection)


def test_a_role_that_was_to_end_later_can_end_today(make_account: Make, county: Any) -> None:
    worker = make_account("worker", "village_worker", county.village)
    Assignment.objects.update(valid_to=clock.today() + dt.timedelta(days=30))
    ended = actions.end_assignment(assignment=worker.assignments.get(), by=None, at=clock.now())
    assert ended.valid_to == clock.today()
    with pytest.raises(Conflict, match=r"role\.ended"):
        actions.end_assignment(assignment=ended, by=None, at=clock.now())
