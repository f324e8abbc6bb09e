"""Several acts at the same moment, for tests of what becomes of them; on PostgreSQL they really are."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from django.db import connection

from tongchou.core.errors import AppError


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """What each act gives, or its refusal; each has a thread and a connection of its own."""
    found: list[Any] = [None] * len(acts)
    start = threading.Barrier(len(acts))

    def run(place: int, act: Callable[[], Any]) -> None:
        try:
            start.wait(20)
            found[place] = act()
        except Exception as error:  # an AppError is an answer; anything else fails the test below
            found[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=one) for one in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads)
    broken = [one for one in found if isinstance(one, Exception) and not isinstance(one, AppError)]
    assert broken == [], broken
    return found
