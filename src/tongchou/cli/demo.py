"""``tongchou demo``: a demo county set up through the real path, then served. A second run starts at once."""

from __future__ import annotations

import json
import os
import secrets
import sys
import time
from pathlib import Path
from typing import Any

import click

from tongchou.cli.common import progress, say, start_django
from tongchou.cli.serve import free_port, run_server

COUNTY = "522422"
#: People of the smallest demo county who stand in two registers, for somebody to compare.
TWICE = 6
#: user name, shown name, role, area: the county, the first township or village in it, or what lies above it
PEOPLE = (
    ("xiancha", "周敏", "county_reviewer", "county"),
    ("xiancha2", "周和", "county_reviewer", "county"),
    ("zhenban", "李文", "township_officer", "township"),
    ("zhenban2", "何安", "township_officer", "township"),
    ("cunban", "王芳", "village_worker", "village"),
    ("xiancai", "陈静", "county_finance", "county"),
    ("xiancai2", "宋玉", "county_finance", "county"),
    ("shidu", "赵刚", "prefecture_supervisor", "prefecture"),
    ("shidu2", "蔡平", "prefecture_supervisor", "prefecture"),
    ("tongji", "孙丽", "statistician", "county"),
    ("bumen", "吴强", "department_reader", "county"),
    ("shenji", "郑洁", "auditor", "root"),
    ("anquan", "冯军", "security_admin", "root"),
    ("xitong", "钱伟", "system_admin", "root"),
)


@click.command()
@click.option("--var", "folder", default=Path("var/demo"), show_default=True, type=click.Path(path_type=Path))
@click.option("--registered", default=60_000, show_default=True, type=click.IntRange(200, 2_000_000))
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--no-serve", is_flag=True, help="Set up only.")
def demo(folder: Path, registered: int, host: str, port: int, no_serve: bool) -> None:
    """Set up a demo county of synthetic people and serve it."""
    os.environ["TONGCHOU_VAR"] = str(folder.absolute())
    os.environ.pop("DATABASE_URL", None)  # a demo never touches another database
    os.environ.setdefault("TONGCHOU_SECOND_FACTOR", "optional")  # its accounts are there to be tried
    start_django()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    note = folder / "demo.json"
    if not note.exists():
        started = time.monotonic()
        prepare(folder, registered)
        say(f"Set up in {time.monotonic() - started:.0f} s.")
        if not no_serve:
            # Polars has started threads here, and a server forked from this process would wait for them for
            # ever: a fresh process, in which a second run starts at once.
            again = ("demo", "--var", str(folder), "--registered", str(registered), "--host", host)
            os.execv(sys.executable, [sys.executable, "-m", "tongchou", *again, "--port", str(port)])  # noqa: S606
    ready: dict[str, Any] = json.loads(note.read_text(encoding="utf-8"))
    chosen = free_port(host, port)
    _welcome(ready["accounts"], f"http://{host}:{chosen}/", folder / "county" / "practice")
    if not no_serve:
        run_server(host=host, port=chosen, workers=2)


def _welcome(accounts: list[dict[str, Any]], address: str, practice: Path) -> None:
    """Where the demo is, who may sign in, and what there is to try."""
    from rich.console import Console  # loaded for the table alone
    from rich.table import Table

    console = Console(stderr=True, highlight=False, width=110)  # no name or role is broken over two lines
    console.print(f"\n[bold]统筹 Tongchou · 演示县 demo county[/bold]   {address}\n")
    table = Table.grid(padding=(0, 3, 0, 0))
    table.add_row("", "用户名 user", "密码 password", "姓名 name", "角色 role", "地区 area")
    roles = {username: role for username, _name, role, _spot in PEOPLE}
    for person in accounts:
        role = _role_words(roles.get(person["username"], ""))
        table.add_row("", person["username"], person["password"], person["name"], role, person["area"])
    console.print(table, soft_wrap=True)
    console.print(f"\n  练习用登记表 practice registers: {practice}", soft_wrap=True)
    console.print("  Ctrl+C 停止 / stops it\n")


def _role_words(role: str) -> str:
    """What an account is there for, in both languages; nothing for one the demo does not know."""
    from django.utils import translation

    from tongchou.core.roles import Role

    if role not in Role.values:
        return ""
    told = []
    for language in ("zh-hans", "en"):
        with translation.override(language):
            told.append(str(Role(role).label))
    return " ".join(told)


def prepare(folder: Path, registered: int) -> None:
    """Everything up to a served county. Each step can be run again, so an interrupted set-up goes on."""
    from django.core.management import call_command

    from tongchou import synth
    from tongchou.apps.balance import api as balance
    from tongchou.apps.duplicates import api as duplicates
    from tongchou.apps.entitlements import api as entitlements
    from tongchou.apps.places import api as places
    from tongchou.apps.snapshot import api as snapshots
    from tongchou.apps.statistics import api as statistics
    from tongchou.cli import (
        demo_cases,
        demo_corrected,
        demo_lists,
        demo_money,
        demo_months,
        demo_past,
        demo_staff,
    )
    from tongchou.cli.importing import import_registers, usual_processes
    from tongchou.core import clock

    today = clock.today()
    with progress("数据库 Database") as report:
        call_command("migrate", interactive=False, verbosity=0)
        places.load_reference(by=None, at=clock.now())
        report(1, 1)
    out = folder / "county"
    if not (out / "truth.csv").exists():
        with progress("合成人口 Synthetic people") as report:
            synth.county(
                code=COUNTY,
                registered=registered,
                seed=1,
                out=out,
                on=today,
                twice_registered=max(TWICE, registered // 5000),
                lists=False,
                past=True,
                births_of=[today.year - 1 - back for back in range(demo_lists.YEARS)],
                progress=report,
            )
    places.load_areas(out / "areas.csv", by=None, at=clock.now())
    accounts = make_accounts()
    reviewer = accounts[0]["account"]
    registers = sorted((out / "registers").glob("*.xlsx"))
    with progress("登记表 Registers") as report:
        result = import_registers(
            registers,
            village=None,
            by=reviewer,
            accept_partial=False,
            check=False,
            report=report,
            processes=usual_processes(len(registers), idle=True),
        )
    if result["refused"]:
        raise click.ClickException("; ".join(result["problems"][:5]))
    with progress("往年 Years before") as report:
        demo_past.begin(out, by=reviewer, at=clock.now())
        demo_past.commit_to_seeds(clock.now())
        report(1, 1)
    with progress("出生名单 Lists of births") as report:
        demo_lists.begin(out, by=reviewer, report=report)
    with progress("先前的记录 Records of before") as report:
        by_name = {one["username"]: one["account"] for one in accounts}
        demo_corrected.read_before(by=reviewer, at=clock.now())
        corrected = demo_corrected.correct(by=by_name["zhenban"], worker=by_name["cunban"], at=clock.now())
        report(1, 1)
    with progress("快照 Snapshot") as report:
        snapshot = snapshots.take_snapshot(
            by=reviewer, at=clock.now(), as_of=today, purpose="demo set-up", progress=report
        )
    with progress("统计 Statistics") as report:
        statistics.build(by=reviewer, at=clock.now(), snapshot=snapshot, progress=report)
    with progress("账目 Population account") as report:
        balance.catch_up(progress=report)
    with progress("评估 Evaluation") as report:
        entitlements.evaluate_years(
            years=entitlements.years_listed(today),
            by=reviewer,
            at=clock.now(),
            purpose="demo set-up",
            progress=report,
        )
    with progress("一人两条 Records of one person") as report:
        duplicates.find(by=reviewer, at=clock.now(), purpose="demo set-up", progress=report)
    with progress("办件 Cases") as report:
        demo_cases.begin(by_name, clock.now(), before=corrected)
        report(1, 1)
    with progress("资金 Money") as report:
        demo_money.begin(by_name, clock.now())
        report(1, 1)
    with progress("月结 Closed months") as report:
        demo_months.begin(by_name, clock.now())
        report(1, 1)
    with progress("人员和年报 Staff and returns") as report:
        demo_staff.begin(by_name, clock.now())
        report(1, 1)
    shown = [{k: v for k, v in entry.items() if k != "account"} for entry in accounts]
    note = folder / "demo.json"
    note.touch(mode=0o600)
    note.write_text(json.dumps({"accounts": shown}, ensure_ascii=False), encoding="utf-8")


def make_accounts() -> list[dict[str, Any]]:
    """The demo people, one of each role and two where two have to decide, with fresh passwords."""
    from tongchou.apps.places import api as places
    from tongchou.cli import demo_months
    from tongchou.core import accounts as people
    from tongchou.core import actions, clock

    county = places.area_by_code(COUNTY)
    assert county is not None
    township = places.children(county)[0]
    above = places.ancestors(county)
    spots = {
        "root": above[0],
        "prefecture": above[-1],
        "county": county,
        "township": township,
        "village": places.children(township)[0],
    }
    made = []
    for username, name, role, spot in PEOPLE:
        password = secrets.token_urlsafe(8)
        account = people.by_username(username)
        if account is None:
            account = actions.create_account(
                username=username, display_name=name, password=password, by=None, at=clock.now()
            )
            area = spots[spot]
            actions.assign_role(
                account=account,
                role=role,
                area_id=area.pk,
                scope_no=area.scope_no,
                scope_end=area.scope_end,
                by=None,
                at=clock.now(),
                # In office since the first of the months that are made up: they close them.
                valid_from=demo_months.first_day(clock.today()),
            )
        else:
            actions.set_password(account=account, password=password, by=None, at=clock.now())
        made.append(
            {
                "account": account,
                "username": username,
                "password": password,
                "name": name,
                "area": spots[spot].name,
            }
        )
    return made
