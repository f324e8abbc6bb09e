"""How long the data of each page of population statistics takes from stored cubes.

    python bench/dashboards.py --villages 270
    python bench/dashboards.py --villages 3700

An installation of its own is made in a temporary folder: one prefecture of made-up villages (ten a
township, fourteen townships a county), cubes of sixty months, a statistician of all of it. Each page is asked
for by the test client, database and template included; the first answer is told apart, as it sums the
townships.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time

PASSWORD = "green-hill-village-7"  # noqa: S105 - of accounts that end with the measurement
PAGES = (
    "", "/pyramid", "/trends", "/trends?step=month&indicator=cdr&indicator=deaths", "/map",
    "/map?indicator=cdr", "/generations", "/people", "/quality",
)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--villages", type=int, default=270)
    parser.add_argument("--requests", type=int, default=200)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as var:
        os.environ |= {
            "TONGCHOU_VAR": var,
            "DJANGO_SETTINGS_MODULE": "tongchou.config.settings",
            "TONGCHOU_SECOND_FACTOR": "optional",
        }
        os.environ.pop("DATABASE_URL", None)
        migrate = [sys.executable, "-m", "django", "migrate", "--verbosity", "0"]
        subprocess.run(migrate, check=True)
        import django

        django.setup()
        begin(asked.villages)
        measure(asked.villages, asked.requests)


def begin(villages: int) -> None:
    """Areas, an account and cubes."""
    from dataclasses import replace

    import polars as pl

    from tongchou.apps.places import api as places
    from tongchou.apps.snapshot import api as snapshots
    from tongchou.apps.statistics import actions as counts
    from tongchou.apps.statistics import counting, files
    from tongchou.core import actions, clock
    from tongchou.domain.statistics.cube import Basis
    from tongchou.synth.months import made_months, made_tables

    at = clock.now()
    rows = [("520000", "贵州省", "province", ""), ("520500", "毕节市", "prefecture", "520000")]
    areas = []
    for number in range(villages):
        township = number // 10
        county = township // 14
        codes = f"5205{50 + county}", f"5205{50 + county}{100 + township % 14}"
        if number % 140 == 0:
            rows.append((codes[0], f"示例{county}县", "county", "520500"))
        if number % 10 == 0:
            rows.append((codes[1], f"示例{township}镇", "township", codes[0]))
        code = f"{codes[1]}{201 + number % 10}"
        rows.append((code, f"示例{number}村", "village", codes[1]))
        areas.append(
            {
                "code": code, "name": f"示例{number}村",
                "township_code": codes[1], "township_name": f"示例{township}镇",
                "county_code": codes[0], "county_name": f"示例{county}县",
            }
        )  # fmt: skip
    names = ("code", "name", "level", "parent_code")
    listed = [dict(zip(names, row, strict=True)) | {"valid_from": "2010-01-01", "local": "0"} for row in rows]
    places.load_areas(listed, by=None, at=at)
    top = places.area_by_code("520500")
    for username, role in (("reader", "statistician"), ("reviewer", "county_reviewer")):
        account = actions.create_account(
            username=username, display_name=username, password=PASSWORD, by=None, at=at
        )
        span = {"scope_no": top.scope_no, "scope_end": top.scope_end}
        actions.assign_role(account=account, role=role, area_id=top.pk, **span, by=None, at=at)
    snapshot = snapshots.take_snapshot(by=account, at=at, as_of=clock.today(), purpose="bench")
    cube = made_months(villages=villages, months=60, people=1500, last="2026-06")
    cube = replace(cube, areas=tuple(one["code"] for one in areas), boundaries=clock.today())
    few = replace(
        made_months(villages=min(villages, 300), months=1, people=1500),
        areas=tuple(one["code"] for one in areas[:300]),
    )
    stock, marital = made_tables(few, township=areas[0]["township_code"])
    cubes = files.Cubes(
        months={basis: replace(cube, basis=basis) for basis in Basis}, stock=stock, marital=marital,
        areas=pl.DataFrame(areas),
    )  # fmt: skip
    counts.keep(
        counting.Counted(cubes, chosen=0, unplaced=0), by=account, at=at, snapshot=snapshot,
        boundaries=clock.today(),
    )  # fmt: skip


def measure(villages: int, requests: int) -> None:
    """Prints for each page the first answer, the median and the 95th percentile, in milliseconds."""
    from django.conf import settings
    from django.test import Client
    from django.test.utils import setup_test_environment

    from tongchou.core import accounts

    setup_test_environment()
    settings.ALLOWED_HOSTS = ["testserver"]
    client = Client()
    client.force_login(accounts.by_username("reader"))
    print(subprocess.run(["uptime"], capture_output=True, text=True, check=True).stdout.strip())
    print(
        f"{villages} villages, {requests} requests a page; milliseconds of wall time, and of processor time"
    )
    print(f"{'page':<55}{'first':>9}{'median':>9}{'p95':>9}{'cpu p95':>9}")
    for page in PAGES:
        walls, cpus = [], []
        for _one in range(requests + 1):
            wall, cpu = time.perf_counter(), time.process_time()
            answer = client.get(f"/statistics{page}")
            walls.append(1000 * (time.perf_counter() - wall))
            cpus.append(1000 * (time.process_time() - cpu))
            assert answer.status_code == 200, (page, answer.status_code)
        first, *rest = walls
        line = (first, statistics.median(rest), _p95(rest), _p95(cpus[1:]))
        print(f"{'/statistics' + page:<55}" + "".join(f"{one:9.1f}" for one in line), flush=True)
    print(subprocess.run(["uptime"], capture_output=True, text=True, check=True).stdout.strip())


def _p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]


if __name__ == "__main__":
    main()
