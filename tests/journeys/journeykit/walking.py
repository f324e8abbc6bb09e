"""An installation whose clock goes on by whole days when a journey says so, for what waits for days.

As a module it is the application a server runs; as a program it does a step of ``setting.py``, or one of its
own, on the day it is. The day stands in the file ``days`` of the installation's folder.
"""

from __future__ import annotations

import datetime as dt
import os
import sys
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongchou.config.settings")

from tongchou.core import clock

#: The Tuesday morning of ``still.py``: the families of the journeys are drawn from its year.
MOMENT = dt.datetime(2026, 6, 30, 9, 20, tzinfo=clock.SHANGHAI)
DAYS = "days"
#: Those who decide beside the people of ``setting.py``, so that every step has somebody who has not acted.
MORE_PEOPLE = (
    ("officer-two", "田文静", "township_officer", "520521901"),
    ("officer-three", "莫清言", "township_officer", "520521901"),
    ("finance-two", "宋玉", "county_finance", "520521"),
)
DECIDING = ("officer", "officer-two", "officer-three", "reviewer", "colleague", "supervisor")


def _now() -> dt.datetime:
    file = Path(os.environ["TONGCHOU_VAR"]) / DAYS
    days = int(file.read_text()) if file.exists() else 0
    return MOMENT + dt.timedelta(days=days)


def __getattr__(name: str) -> object:
    """The application, and with it the clock that walks; importing changes nothing."""
    if name != "application":
        raise AttributeError(name)
    clock.now = _now
    from tongchou.config.wsgi import application

    globals()[name] = application
    return application


def people() -> tuple[tuple[str, ...], ...]:
    """Everybody there is, as ``setting.PEOPLE`` tells them."""
    from journeykit import setting

    return (*setting.PEOPLE, *MORE_PEOPLE)


def more_people() -> None:
    """More officers; everybody who decides has said whose family is the own one, but the worker."""
    from journeykit import setting
    from tongchou.apps.places import api as places
    from tongchou.core import accounts, actions

    at = clock.now()
    for username, shown, role, code in MORE_PEOPLE:
        if accounts.by_username(username) is not None:
            continue
        account = actions.create_account(
            username=username, display_name=shown, password=setting.PASSWORD, by=None, at=at,
            language="zh-hans",
        )  # fmt: skip
        area = places.area_by_code(code)
        actions.assign_role(
            account=account, role=role, area_id=area.pk, scope_no=area.scope_no, scope_end=area.scope_end,
            by=None, at=at,
        )  # fmt: skip
    declare(*DECIDING)


def declare(*usernames: str) -> None:
    """These have said who they are; nobody of the registers."""
    from tongchou.apps.casework import api as casework
    from tongchou.core import accounts
    from tongchou.domain import identity

    for username in usernames:
        born = dt.date(1979, 3, 1) + dt.timedelta(days=[one[0] for one in people()].index(username))
        own, account = identity.compose("520599", born, 881), accounts.by_username(username)
        casework.declare(numbers=[own], by=account, at=clock.now())


def follow() -> None:
    """What follows the register and the days does all it has to do."""
    from tongchou.core.jobs import kinds

    while kinds.do_following(at=clock.now()):
        pass


def born(name: str, day: str) -> None:
    """A birth corrected by two people: one asks, another approves what was shown."""
    from tongchou.apps.corrections import api as corrections
    from tongchou.apps.registry.models import Person
    from tongchou.core import accounts

    at, person = clock.now(), Person.objects.get(name=name)
    asked = corrections.ask_correction(
        person_id=person.pk, new={"birth": day}, reason="mistyped", evidence_kind="birth_certificate",
        evidence_words="样本", by=accounts.by_username("officer"), at=at,
    )  # fmt: skip
    decides = {"by": accounts.by_username("colleague"), "at": at}
    seen = corrections.open_correction(asked.pk, **decides).seen
    corrections.approve(correction_id=asked.pk, seen=seen, **decides)


if __name__ == "__main__":
    import django

    django.setup()
    clock.now = _now
    sys.path.insert(0, str(Path(__file__).parents[1]))
    from journeykit import setting

    step, *words = sys.argv[1:]
    (globals().get(step) or getattr(setting, step))(*words)
