from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest

from tongchou.core import clock


def test_now_is_aware_and_moves() -> None:
    first = clock.now()
    assert first.utcoffset() == dt.timedelta(0)
    assert clock.now() >= first


def test_today_is_the_date_in_shanghai() -> None:
    with clock.frozen(dt.datetime(2026, 12, 31, 16, 0, tzinfo=dt.UTC)):
        assert clock.today() == dt.date(2027, 1, 1)
    with clock.frozen(dt.datetime(2026, 12, 31, 15, 59, 59, tzinfo=dt.UTC)):
        assert clock.today() == dt.date(2026, 12, 31)


def test_a_held_clock_is_held_in_every_thread_and_let_go() -> None:
    outer, inner = (dt.datetime(year, 1, 1, tzinfo=dt.UTC) for year in (2020, 2021))
    with clock.frozen(outer):
        with clock.frozen(inner), ThreadPoolExecutor(1) as pool:
            assert pool.submit(clock.now).result() == inner
        assert clock.now() == outer
    assert clock.now() > inner


def test_a_moment_without_zone_is_refused() -> None:
    bare = dt.datetime(2026, 1, 1)  # noqa: DTZ001
    with pytest.raises(ValueError, match="time zone"):
        clock.date_of(bare)
    with pytest.raises(ValueError, match="time zone"), clock.frozen(bare):
        pass
