"""Bulletins of a prefecture from stored counts: nine units, 250 townships, 3,700 villages, twelve months.

    python bench/bulletin.py

Closing a month of the whole prefecture in one act, making the bulletin of a month and of a year of the
prefecture, and of every county and township, with their PDFs; reading the rows of a page. Made-up counts on a
throw-away folder. The limits are 60 s by the clock for all 260 bulletins of a month, computed, stored and
printed, and 300 ms of a page, 95 in a hundred.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # read when NumPy is loaded

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--villages", type=int, default=3_700)
parser.add_argument("--townships", type=int, default=250)
parser.add_argument("--townships-made", type=int, default=250, help="bulletins of so many townships")
#: Seconds by the clock: a month closed, all bulletins of a month with their PDFs, a page.
CLOSING, WHOLE, PAGE = 60.0, 60.0, 0.3
FIRST = dt.date(2025, 1, 1)
AT = dt.datetime(2026, 2, 9, 1, tzinfo=dt.UTC)
ROWS: dict[dt.date, list[Any]] = {}


def tell(month: dt.date) -> list[Any]:
    """What the made-up app tells."""
    return ROWS.get(month, [])


def timed(name: str, act: Callable[[], Any], limit: float = 0.0) -> tuple[Any, float]:
    clock, own = time.perf_counter(), time.process_time()
    result = act()
    clock, own = time.perf_counter() - clock, time.process_time() - own
    print(f"| {name} | {clock:.2f} | {own:.2f} | {f'{limit:.1f}' if limit else ''} |", flush=True)
    return result, clock


def areas(villages: int, townships: int, at: dt.datetime) -> Any:
    """The packaged nine units with so many townships and villages below them."""
    from tongchou.apps.places import api as places

    places.load_reference(by=None, at=at)
    prefecture = places.area_by_code("520500")
    counties = [one.code for one in places.children(prefecture)]
    rows, above = [], []
    for number in range(townships):
        parent = counties[number * len(counties) // townships]
        # Townships of a local unit keep the prefix of the county they were taken from.
        above.append(f"{parent if parent.isdigit() else '520521'}{number + 300}")
        rows.append((above[-1], f"第{number}镇（示例）", "township", parent))
    for number in range(villages):
        parent = above[number * townships // villages]
        rows.append((f"{parent}{number % 700 + 200}", f"第{number}村（示例）", "village", parent))
    names = ("code", "name", "level", "parent_code")
    loaded = [dict(zip(names, row, strict=True)) | {"valid_from": "2020-01-01"} for row in rows]
    places.load_areas(loaded, by=None, at=at)
    prefecture.refresh_from_db()
    return prefecture


def officer(name: str, area: Any, at: dt.datetime) -> Any:
    from tongchou.core import actions

    account = actions.create_account(
        username=name,
        display_name=name,
        password="Bench-only-7-hills",  # noqa: S106
        by=None,
        at=at,
    )
    actions.assign_role(
        account=account, role="prefecture_supervisor", area_id=area.pk, scope_no=area.scope_no,
        scope_end=area.scope_end, by=None, at=at,
    )  # fmt: skip
    return account


def tell_months(codes: list[str], months: list[dt.date]) -> tuple[str, ...]:
    """Counts by village and month: wholes of some tens, parts of nine in ten."""
    import numpy as np

    from tongchou import indicators
    from tongchou.domain.accountability.feed import UnitCount
    from tongchou.domain.accountability.figures import grounds

    draw = np.random.default_rng(1)
    catalogue = indicators.load()
    composite = catalogue.composites["county_year"]
    counts = sorted(
        set().union(*(grounds(catalogue, catalogue.indicators[code].formula) for code in composite.weights))
    )
    wholes = [code for code in counts if not catalogue.counts[code].over]
    for month in months:
        rows = []
        number = {code: draw.poisson(40, len(codes)) for code in wholes}
        for count in counts:
            over = catalogue.counts[count].over
            values = draw.binomial(number[over], 0.9) if over else number[count]
            rows += [
                UnitCount(code, count, value) for code, value in zip(codes, values.tolist(), strict=True)
            ]
        ROWS[month] = rows
    return tuple(counts)


def main() -> int:
    given = parser.parse_args()
    folder = tempfile.mkdtemp(prefix="bench-bulletin-")
    os.environ["TONGCHOU_VAR"] = folder
    os.environ["DJANGO_SETTINGS_MODULE"] = "tongchou.config.settings"
    import django

    django.setup()
    from django.core.management import call_command

    import bulletin_pdf
    from tongchou.apps.accountability import api
    from tongchou.apps.places import api as places
    from tongchou.core import unit_feeds

    call_command("migrate", interactive=False, verbosity=0)
    prefecture = areas(given.villages, given.townships, AT)
    one, other = officer("one", prefecture, AT), officer("other", prefecture, AT)
    inside = places.Area.objects.filter(scope_no__range=(prefecture.scope_no, prefecture.scope_end))
    codes = list(inside.filter(level="village").order_by("scope_no").values_list("code", flat=True))
    months = [(FIRST + dt.timedelta(days=31 * number)).replace(day=1) for number in range(12)]
    counts = tell_months(codes, months)
    unit_feeds._feeds.clear()
    unit_feeds.register("bench", counts=counts, tells="__main__:tell")
    load = subprocess.run(["uptime"], capture_output=True, text=True, check=True).stdout.strip()
    counties = list(places.children(prefecture))
    townships = list(inside.filter(level="township").order_by("scope_no"))
    print("## Bulletins of a prefecture from stored counts\n")
    print(
        f"{len(counties)} units, {len(townships)} townships, {len(codes)} villages, 12 months, "
        f"{len(counts)} counts; one thread; `{load}`.\n"
    )
    print("| Step | s | processor s | limit |\n|---|---:|---:|---:|")
    close = {"area_id": prefecture.pk, "with_below": True, "by": one, "at": AT}
    good = []
    _none, spent = timed(
        "a month closed, all units at once", lambda: api.close(month=months[0], **close), CLOSING
    )
    good.append(spent <= CLOSING)
    timed("eleven more months closed", lambda: [api.close(month=month, **close) for month in months[1:]])
    made = {"by": one, "at": AT}

    def all_of_month() -> None:
        for area in (*counties, *townships[: given.townships_made]):
            api.make(area_id=area.pk, kind="month", period="2025-12", **made)

    name = f"those of {len(counties)} units and {given.townships_made} townships"
    issue, first = timed(
        "the prefecture's bulletin of a month",
        lambda: api.make(area_id=prefecture.pk, kind="month", period="2025-12", **made),
    )
    _none, computed = timed(name, all_of_month)
    stored = [bytes(one.content) for one in api.Issue.objects.filter(kind="month", period="2025-12")]
    with bulletin_pdf.pool() as workers:
        _sizes, printed = timed(
            f"{len(stored)} of them as PDF, {os.cpu_count()} processes",
            lambda: list(workers.map(bulletin_pdf.printed, stored, chunksize=5)),
        )
    whole = first + computed + printed
    print(f"| all of it by the clock, including the PDFs | {whole:.2f} | | {WHOLE:.1f} |", flush=True)
    good.append(whole <= WHOLE)
    timed(
        "the prefecture's bulletin of the year",
        lambda: api.make(area_id=prefecture.pk, kind="year", period="2025", **made),
    )
    timed("published by a second person", lambda: api.publish(issue_id=issue.pk, by=other, at=AT))
    spent = []
    for _turn in range(40):
        before = time.perf_counter()
        api.open_public(issue.pk)
        spent.append(time.perf_counter() - before)
    page = sorted(spent)[int(0.95 * len(spent))]
    good.append(page <= PAGE)
    print(f"| rows of a published page, 95 in a hundred | {page:.3f} | | {PAGE:.1f} |\n")
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
