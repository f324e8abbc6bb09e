"""An installation whose clock stands still, so that its pictures come out the same every time.

As a module it is the application a server runs; as a program it does a step of ``setting.py`` at that moment.
"""

from __future__ import annotations

import datetime as dt
import os
import sys
from contextlib import ExitStack
from zoneinfo import ZoneInfo

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongchou.config.settings")

from tongchou.core import clock

#: A Tuesday morning; the demo families of this year are drawn from it.
MOMENT = dt.datetime(2026, 6, 30, 9, 20, tzinfo=ZoneInfo("Asia/Shanghai"))


#: Kept for the life of the process: a context that is collected lets the clock go.
_held = ExitStack()


def __getattr__(name: str) -> object:
    """The application, and with it the held clock, for a server that asks; importing holds nothing."""
    if name != "application":
        raise AttributeError(name)
    _held.enter_context(clock.frozen(MOMENT))
    from tongchou.config.wsgi import application

    globals()[name] = application
    return application


if __name__ == "__main__":
    import django

    django.setup()
    import setting

    with clock.frozen(MOMENT):
        getattr(setting, sys.argv[1])()
