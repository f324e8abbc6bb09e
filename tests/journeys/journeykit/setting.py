"""Prepares an installation of its own for the browser: areas, accounts, an evaluation. Run as a program.

The journeys talk to a real server process, because tables that are never changed cannot be emptied between
tests, and because static files, cookies and headers are then the ones people get.
"""

from __future__ import annotations

import sys
from pathlib import Path

AREAS = (
    ("520521901", "云岭镇（示例）", "township", "520521"),
    ("520521902", "望山镇（示例）", "township", "520521"),
    ("520521901201", "青山村（示例）", "village", "520521901"),
    ("520521901202", "上坝村（示例）", "village", "520521901"),
    ("520521902201", "石桥村（示例）", "village", "520521902"),
    ("", "一组", "group", "520521901201"),
    ("", "二组", "group", "520521901201"),
)
#: user name, shown name, role, area code, language
PEOPLE = (
    ("worker", "周敏", "village_worker", "520521901201", "zh-hans"),
    ("officer", "李红梅", "township_officer", "520521901", "zh-hans"),
    ("reviewer", "何建国", "county_reviewer", "520521", "zh-hans"),
    ("colleague", "陈明", "county_reviewer", "520521", "zh-hans"),
    ("outsider", "吴刚", "township_officer", "520521902", "zh-hans"),
    ("finance", "陈静", "county_finance", "520521", "zh-hans"),
    ("supervisor", "赵刚", "prefecture_supervisor", "520500", "zh-hans"),
    ("statistician", "孙丽", "statistician", "520521", "zh-hans"),
    ("department", "吴强", "department_reader", "520521", "zh-hans"),
    ("auditor", "郑洁", "auditor", "520000", "zh-hans"),
    ("security", "冯军", "security_admin", "520000", "zh-hans"),
    ("system", "钱伟", "system_admin", "520000", "zh-hans"),
    ("newcomer", "孙宁", "township_officer", "520521902", "zh-hans"),
    ("keeper-system", "顾城", "system_admin", "520521", "zh-hans"),
    ("keeper-security", "严守", "security_admin", "520521", "zh-hans"),
)
PASSWORD = "green-hill-village-7"


def prepare() -> None:
    """Areas and accounts."""
    from tongchou.apps.places import api as places
    from tongchou.core import actions, clock

    at = clock.now()
    places.load_reference(by=None, at=at)
    names = ("code", "name", "level", "parent_code")
    rows = [dict(zip(names, row, strict=True)) | {"valid_from": "2020-01-01", "local": "0"} for row in AREAS]
    places.load_areas(rows, by=None, at=at)
    for username, shown, role, code, language in PEOPLE:
        account = actions.create_account(
            username=username, display_name=shown, password=PASSWORD, by=None, at=at, language=language
        )
        area = places.area_by_code(code)
        actions.assign_role(
            account=account, role=role, area_id=area.pk, scope_no=area.scope_no, scope_end=area.scope_end,
            by=None, at=at,
        )  # fmt: skip


def evaluate() -> None:
    """A snapshot of today and the evaluation of this year, by the county's reviewer."""
    from tongchou.apps.balance import api as balance
    from tongchou.apps.entitlements import api as entitlements
    from tongchou.apps.quality import api as quality
    from tongchou.apps.snapshot import api as snapshots
    from tongchou.core import accounts, clock

    at = clock.now()
    by = accounts.by_username("reviewer")
    snapshots.take_snapshot(by=by, at=at, as_of=clock.today(), purpose="browser journey")
    entitlements.evaluate_latest(year=clock.today().year, by=by, at=at, purpose="browser journey")
    quality.run_checks(by=by, at=at, purpose="browser journey")
    balance.catch_up()


#: Townships that are only counted: nobody works there, and they have made-up numbers of people.
COUNTED = (
    *("龙泉", "双河", "白果", "青杠", "大水", "沙坝", "羊场", "猫场"),
    *("马场", "六龙", "星宿", "高店", "兴隆", "凤山", "安乐"),
)


def counts() -> None:
    """Fifteen more townships of three villages, a snapshot, and cubes of made-up numbers of all of them."""
    from dataclasses import replace

    import polars as pl

    from tongchou.apps.places import api as places
    from tongchou.apps.snapshot import api as snapshots
    from tongchou.apps.statistics import actions, counting, files
    from tongchou.core import accounts, clock
    from tongchou.domain.statistics.cube import Basis
    from tongchou.synth.months import made_months, made_tables

    at = clock.now()
    by = accounts.by_username("reviewer")
    rows = []
    for number, name in enumerate(COUNTED, start=10):
        township = f"5205219{number}"
        rows.append((township, f"{name}镇（示例）", "township", "520521"))
        rows += [
            (f"{township}{201 + one}", f"{name}{'一二三'[one]}村（示例）", "village", township)
            for one in range(3)
        ]
    names = ("code", "name", "level", "parent_code")
    listed = [dict(zip(names, row, strict=True)) | {"valid_from": "2020-01-01", "local": "0"} for row in rows]
    places.load_areas(listed, by=None, at=at)
    snapshot = snapshots.take_snapshot(by=by, at=at, as_of=clock.today(), purpose="browser journey")
    county = places.area_by_code("520521")
    areas = [
        {
            "code": village.code,
            "name": village.name,
            "township_code": township.code,
            "township_name": township.name,
            "county_code": county.code,
            "county_name": county.name,
        }
        for township in places.below(county, "township")
        for village in places.below(township, "village")
    ]
    last = f"{clock.today():%Y-%m}"
    cube = made_months(villages=len(areas), months=90, people=900, last=last)
    cube = replace(cube, areas=tuple(one["code"] for one in areas), boundaries=clock.today())
    stock, marital = made_tables(cube, township="520521901")
    cubes = files.Cubes(
        months={basis: replace(cube, basis=basis) for basis in Basis},
        stock=stock,
        marital=marital,
        areas=pl.DataFrame(areas),
    )
    counted = counting.Counted(cubes, chosen=0, unplaced=0)
    actions.keep(counted, by=by, at=at, snapshot=snapshot, boundaries=clock.today())


def supervised() -> None:
    """Last month of the county: its secrets from before it, notices two villages hung, closed yesterday.

    The three people who close and draw have been at work for a quarter.
    """
    import datetime as dt

    from tongchou.apps.accountability import api as accountability
    from tongchou.apps.notices.models import Notice
    from tongchou.apps.places import api as places
    from tongchou.apps.supervision import api as supervision
    from tongchou.core import accounts, actions, clock

    at = clock.now()
    last = (clock.today().replace(day=1) - dt.timedelta(days=1)).replace(day=1)
    long_ago = at - dt.timedelta(days=90)
    township, county = (places.area_by_code(code) for code in ("520521901", "520521"))
    for username, shown, role, area in (
        ("watcher", "督一", "township_officer", township),
        ("looker", "督二", "township_officer", township),
        ("closer", "月结", "county_reviewer", county),
    ):
        account = actions.create_account(
            username=username, display_name=shown, password=PASSWORD, by=None, at=long_ago, language="zh-hans"
        )
        actions.assign_role(
            account=account, role=role, area_id=area.pk, scope_no=area.scope_no, scope_end=area.scope_end,
            by=None, at=long_ago,
        )  # fmt: skip
    for number in range(24):
        village = places.area_by_code(("520521901201", "520521901202")[number % 2])
        Notice.objects.create(
            area_id=village.pk, scope_no=village.scope_no, scope_end=village.scope_end,
            area_name=village.name, kind="childcare_subsidy", year=last.year, stage_code="village",
            place="村委会公开栏", opened_on=last + dt.timedelta(days=number % 9),
            closes_on=last + dt.timedelta(days=20), opened_at=long_ago, opened_by=account,
            closed_at=at - dt.timedelta(days=2),
        )  # fmt: skip
    supervision.commit(last, at=long_ago)
    by, yesterday = accounts.by_username("closer"), at - dt.timedelta(days=1)
    accountability.close(area_id=county.pk, month=last, with_below=True, by=by, at=yesterday)


def stale() -> None:
    """Nobody has proved who they are lately: what is sensitive asks again."""
    from tongchou.core.account_models import Session
    from tongchou.core.session_store import FRESH, SessionStore

    for key in Session.objects.exclude(account=None).values_list("session_key", flat=True):
        session = SessionStore(key)
        session[FRESH] = 0
        session.save()


def jobs() -> None:
    """A job of the village in each state: waiting, running, ending, done, failed, cancelled."""
    from tongchou.apps.places import api as places
    from tongchou.core import accounts, clock
    from tongchou.core.jobs import api as jobs
    from tongchou.core.jobs import leases

    at = clock.now()
    by, village = accounts.by_username("officer"), places.area_by_code("520521901201")
    kind = "intake.apply"

    def ask(number: int) -> jobs.Job:
        return jobs.enqueue(
            kind=kind, payload={"file": 1}, key=f"journey:{number}", by=by, at=at,
            area_id=village.pk, scope_no=village.scope_no,
        )  # fmt: skip

    def begun(number: int) -> jobs.Job:
        ask(number)
        job = leases.claim([kind], at=at)
        values = {"done": 1200, "total": 3500}
        leases.advance(job.pk, job.owner, at=at, lease=leases.LEASE, **values)
        return job

    jobs.cancel(job_id=ask(1).pk, by=by, at=at)
    leases.fail(begun(2), "job.busy", leases.BUSY_TEXT, at)
    leases.finish(begun(3), {"people": 3500, "held": 0, "conflicts": 0}, at)
    jobs.cancel(job_id=begun(4).pk, by=by, at=at)
    begun(5)
    ask(6)


def work() -> None:
    """Everything that waits in the background is done."""
    import threading

    from tongchou.core import clock
    from tongchou.core.jobs import kinds, leases, worker

    while (job := leases.claim(kinds.names(), at=clock.now())) is not None:
        worker.run_job(job, threading.Event())


def approved() -> None:
    """A priority certificate of somebody in the village is approved, each stage by its own officer."""
    import datetime as dt

    from tongchou.apps.casework import api as casework
    from tongchou.apps.registry import api as registry
    from tongchou.core import accounts, clock, scope
    from tongchou.domain import identity

    at = clock.now()
    names = ("worker", "officer", "reviewer", "colleague")
    worker, officer, reviewer, colleague = map(accounts.by_username, names)
    for number, account in enumerate((worker, officer, reviewer, colleague)):
        own = identity.compose("520599", dt.date(1979, 3, 1 + number), 881)
        casework.declare(numbers=[own], by=account, at=at)
    areas = scope.of(worker, clock.today(), permission=casework.OPEN)
    people = registry.people(registry.living_ids_in(areas), scope=areas).values()
    holder = min((one for one in people if one.id_masked), key=lambda one: str(one.birth))
    case = casework.open_case(
        person_id=holder.person_id, kind="priority_certificate", year=clock.today().year, channel="window",
        applicant="self", application=casework.Application(), by=worker, at=at,
    ).pk  # fmt: skip
    casework.accept(case_id=case, by=officer, at=at)
    for account in (reviewer, colleague):  # the township has one officer, who accepted it
        seen = casework.view(case, by=account, at=at).seen
        casework.pass_on(case_id=case, seen=seen, by=account, at=at)


def follow() -> None:
    """What happens by itself happens now."""
    from tongchou.apps.certificates import following
    from tongchou.core import clock

    while following.follow(clock.now()):
        pass


def cases() -> None:
    """Cases, a notice, a grievance, a list for a system, and money."""
    sys.path.insert(0, str(Path(__file__).parents[1]))
    from journeykit import cases

    cases.begin()


def counted() -> None:
    """The population is counted."""
    sys.path.insert(0, str(Path(__file__).parents[1]))
    from journeykit import tables

    tables.count(seed=1)


def recounted() -> None:
    """It is counted again, with what was recorded late."""
    sys.path.insert(0, str(Path(__file__).parents[1]))
    from journeykit import tables

    tables.count(seed=2)


STEPS = {
    step.__name__: step
    for step in (
        prepare,
        evaluate,
        counts,
        jobs,
        stale,
        work,
        approved,
        follow,
        cases,
        counted,
        recounted,
        supervised,
    )
}

if __name__ == "__main__":
    import django

    django.setup()
    STEPS[sys.argv[1]]()
