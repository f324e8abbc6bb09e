"""How long all bulletins of a prefecture take as PDF: nine units, 250 townships, 3,700 villages.

    python bench/bulletin_pdf.py

One bulletin of the prefecture (9 units), nine of counties (250 townships) and 250 of townships (3,700
villages), from made-up counts that are ready before the clock starts; and the page of 250 units without
a server. Prints seconds and processor seconds, with the load of the machine before and after.
"""

from __future__ import annotations

import multiprocessing
import os
import statistics
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor

COUNTIES, TOWNSHIPS, VILLAGES = 9, 250, 3_700


def sizes() -> list[int]:
    """Units of each bulletin, the prefecture's first."""
    whole, rest = divmod(TOWNSHIPS, COUNTIES)
    counties = [whole + (at < rest) for at in range(COUNTIES)]
    many, more = divmod(VILLAGES, TOWNSHIPS)
    return [COUNTIES, *counties, *(many + (at < more) for at in range(TOWNSHIPS))]


def _ready() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongchou.config.settings")
    os.environ.setdefault("TONGCHOU_VAR", tempfile.mkdtemp())
    import django
    from django.utils import translation

    django.setup()
    translation.activate("zh-hans")


def _made(job: tuple[int, int]) -> bytes:
    from tongchou.domain.accountability import bulletin_text
    from tongchou.web.tests import made_bulletins

    seed, units = job
    return bulletin_text.written(made_bulletins.bulletin(units=units, seed=seed))


def printed(stored: bytes) -> tuple[int, float]:
    """The size of a PDF and the processor seconds it took."""
    from tongchou.domain.accountability import bulletin_text
    from tongchou.web.sheets.unit_bulletins import unit_bulletin_pdf

    start = time.process_time()
    size = len(unit_bulletin_pdf(bulletin_text.read(stored)))
    return size, time.process_time() - start


def pool(workers: int | None = None) -> ProcessPoolExecutor:
    """Processes that print, with nothing of this one in them."""
    fresh = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(workers or os.cpu_count(), mp_context=fresh, initializer=_ready)


def _page() -> None:
    from django.template.loader import render_to_string

    from tongchou.domain.accountability import bulletin_text
    from tongchou.web.console.presenters import unit_bulletin as present
    from tongchou.web.tests import made_bulletins

    raw = bulletin_text.written(made_bulletins.bulletin(units=TOWNSHIPS))
    taken = []
    for _n in range(30):
        start = time.perf_counter()
        told = present.page(bulletin_text.read(raw))
        render_to_string("console/parts/unit_bulletin.html", {"page": told})
        taken.append(time.perf_counter() - start)
    p95 = statistics.quantiles(taken, n=20)[-1]
    print(
        f"page of {TOWNSHIPS} units: median {1e3 * statistics.median(taken):.0f} ms, p95 {1e3 * p95:.0f} ms"
    )


def main() -> None:
    _ready()
    print(f"load before: {os.getloadavg()[0]:.2f} on {os.cpu_count()} processors")
    _page()
    jobs = list(enumerate(sizes()))
    workers = int(sys.argv[1]) if len(sys.argv) > 1 else os.cpu_count() or 1
    with pool(workers) as several:
        stored = list(several.map(_made, jobs, chunksize=5))
        start = time.perf_counter()
        made = list(several.map(printed, stored, chunksize=5))
        spent = time.perf_counter() - start
    sizes_, used = (sum(part) for part in zip(*made, strict=True))
    print(f"{len(made)} bulletins of {sum(sizes())} units, {sizes_ / 1e6:.0f} MB, {workers} processes")
    print(f"{spent:.1f} s, {used:.1f} processor seconds")
    print(f"load after: {os.getloadavg()[0]:.2f}")


if __name__ == "__main__":
    main()
