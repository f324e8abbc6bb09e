"""A list whose storing was interrupted, wherever: it goes on to its end, or nothing of it is left."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from typing import Any

import pytest

from tongchou.apps.intake import api as intake
from tongchou.apps.intake.lists import applying, births, newborns, undoing
from tongchou.apps.intake.lists.models import BirthsOnLists, ListedBirth, ListFile, NewbornOffer
from tongchou.apps.intake.tests import list_workbooks as books
from tongchou.apps.registry import api as registry
from tongchou.apps.registry.models import Person
from tongchou.apps.registry.recording import Recorder
from tongchou.core import audit, clock
from tongchou.core.errors import Conflict
from tongchou.core.jobs import leases, worker
from tongchou.core.jobs.api import Job, State

#: A worker looks after its own connections: real transactions, as in an installation.
pytestmark = pytest.mark.django_db(transaction=True)
lists, undo = intake.lists, intake.lists.list_undo
DAYS = ("2025-02-01", "2025-05-01", "2025-08-01")
LATER = dt.timedelta(minutes=11)
LISTS = {
    "hospital": lambda: books.births(*(books.birth(day, None, f"Z{day}") for day in DAYS)),
    "clinics": lambda: books.vaccinations(*(books.vaccination(day, "赵小雪") for day in DAYS)),
    "deaths": lambda: books.deaths(*(books.death(name) for name in ("赵大山", "钱小兰", "赵强"))),
}
#: What is called in the course of storing, and at which of its calls the storing ends: three chunks of a row.
STEPS: dict[str, tuple[Any, str, int]] = {
    "first row begun": (newborns, "offer", 1),
    "second row begun": (newborns, "offer", 2),
    "second row's births not kept": (births, "keep", 2),
    "second row not recorded": (Recorder, "write", 2),
    "second row not in the audit chain": (audit, "append", 2),
    "third row begun": (newborns, "offer", 3),
    "all rows, the end not begun": (applying, "_finish", 1),
    "births not counted": (births, "recount", 1),
    "the end not in the audit chain": (audit, "append", 4),
}
AT_THE_END = {"all rows, the end not begun", "births not counted", "the end not in the audit chain"}
WHOLE = {
    "hospital": {"births": 3, "offers": 3, "cells": [{"hospital": 3}], "dead": 0},
    "clinics": {"births": 3, "offers": 0, "cells": [{"clinics": 3}], "dead": 0},
    "deaths": {"births": 0, "offers": 0, "cells": [], "dead": 3},
}
NOTHING = {"births": 0, "offers": 0, "cells": [], "dead": 0}


class InterruptionError(Exception):
    """The machine stops."""


@pytest.fixture
def act(
    county: Any, township_officer: Any, county_reviewer: Any, frozen_clock: dt.datetime
) -> dict[str, Any]:
    registry.apply_register(
        books.family(), village_id=county.village.pk, source="a" * 64, by=township_officer, at=frozen_clock
    )
    return {"by": county_reviewer, "at": frozen_clock}


@pytest.fixture
def take_back(act: dict[str, Any], make_account: Callable[..., Any], county: Any) -> Callable[[int], Job]:
    second = make_account("chenjing", "county_reviewer", county.county, "陈静（示例）")

    def do(list_id: int) -> Job:
        undo.ask(file_id=list_id, reason="wrong", **act)
        seen = undo.open(list_id, by=second, at=act["at"]).seen
        undo.approve(file_id=list_id, seen=seen, by=second, at=act["at"])
        return run()

    return do


def run() -> Job:
    claimed = leases.claim([undoing.KIND], at=clock.now())
    assert claimed is not None
    worker.run_job(claimed, threading.Event())
    return Job.objects.get(pk=claimed.pk)


def interrupt(step: str, list_id: int, act: dict[str, Any]) -> bool:
    """Store a list up to a step; False when that step is not gone through for it."""
    owner, name, at = STEPS[step]
    usual, calls = getattr(owner, name), []

    def stop(*args: Any, **named: Any) -> Any:
        calls.append(name)
        if len(calls) == at:
            raise InterruptionError
        return usual(*args, **named)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(owner, name, stop)
        try:
            lists.apply_list(list_id=list_id, **act)
        except InterruptionError:
            return True
    return False


def kept() -> dict[str, Any]:
    """What is stored of lists, in numbers; births by the one list they are on."""
    return {
        "births": ListedBirth.objects.values("digest").distinct().count(),
        "offers": NewbornOffer.objects.count(),
        "cells": [
            {name: one.cells[at] for name, at in (("hospital", 0), ("clinics", 2)) if one.cells[at]}
            for one in BirthsOnLists.objects.all()
        ],
        "dead": Person.objects.filter(deceased=True).count(),
    }


@pytest.fixture(autouse=True)
def row_by_row(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(applying, "CHUNK", 1)


@pytest.mark.parametrize("step", STEPS)
def test_interrupted_it_goes_on_or_nothing_of_it_is_left(
    step: str, act: dict[str, Any], take_back: Callable[[int], Job]
) -> None:
    for kind in LISTS:
        one_is_interrupted(kind, step, act, take_back)


def one_is_interrupted(kind: str, step: str, act: dict[str, Any], take_back: Callable[[int], Job]) -> None:
    content = LISTS[kind]()
    file = lists.stage_list(content=content, **act)
    if not interrupt(step, file.pk, act):
        assert kind == "deaths" and step == "births not counted"
        assert take_back(file.pk).state == State.DONE
        return
    file.refresh_from_db()
    assert file.status == lists.ListStatus.STAGED
    assert kept()["cells"] == []  # a part is not counted as a list that misses the rest
    before = kept()
    if file.applied:
        assert lists.left_halfway(file) or step in AT_THE_END
        with pytest.raises(Conflict, match="begun"):  # read anew it would lose what was stored
            lists.stage_list(content=content, **act)
    discarded = lists.discard_list(list_id=file.pk, **act)
    if lists.stands(discarded):
        assert before["offers"] or before["dead"]
        assert take_back(file.pk).state == State.DONE
    assert kept() == NOTHING and registry.check_state().ok
    again = lists.stage_list(content=content, **act)
    # Rows of the clinics that were settled before are no acts of the registry any more: fewer steps.
    assert interrupt(step, again.pk, act) or kind == "clinics"
    done = lists.apply_list(list_id=again.pk, **act)
    assert done.file.status == lists.ListStatus.APPLIED and kept() == WHOLE[kind]
    assert registry.check_state().ok and not lists.apply_list(list_id=again.pk, **act).changed
    assert done.file.applied == {"recorded": WHOLE[kind]["dead"], "offers": WHOLE[kind]["offers"]}
    assert take_back(again.pk).state == State.DONE
    assert kept() == NOTHING and registry.check_state().ok


@pytest.mark.parametrize("kind", LISTS)
def test_killed_it_goes_on_after_a_while_and_who_was_taken_for_dead_stores_no_more(
    kind: str, act: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = lists.stage_list(content=LISTS[kind](), **act)
    with monkeypatch.context() as patch:
        patch.setattr(applying, "_release", lambda *_: None)  # a killed process does not tidy up
        assert interrupt("third row begun", file.pk, act)
    file.refresh_from_db()
    assert file.status == lists.ListStatus.APPLYING
    for decide in (lists.apply_list, lists.discard_list):
        with pytest.raises(Conflict, match="being_applied"):
            decide(list_id=file.pk, **act)
    usual, later = registry.apply_list, act | {"at": act["at"] + LATER}

    def asleep(*args: Any, **named: Any) -> Any:
        """Between two rows of the second call somebody else discards the list."""
        if named["at"] == later["at"]:
            ListFile.objects.filter(pk=file.pk).update(applying_since=later["at"] - LATER)
            lists.discard_list(list_id=file.pk, by=act["by"], at=later["at"] + LATER)
        return usual(*args, **named)

    monkeypatch.setattr(registry, "apply_list", asleep)
    before = kept()
    with pytest.raises(Conflict, match="being_applied"):
        lists.apply_list(list_id=file.pk, **later)
    file.refresh_from_db()
    assert file.status == lists.ListStatus.DISCARDED
    assert kept() == before | {"births": 0} and registry.check_state().ok


def test_a_list_discarded_halfway_and_brought_in_again_is_taken_back_whole(
    act: dict[str, Any], take_back: Callable[[int], Job]
) -> None:
    content = LISTS["hospital"]()
    first = lists.stage_list(content=content, **act)
    assert interrupt("third row begun", first.pk, act)
    lists.discard_list(list_id=first.pk, **act)
    assert kept() == {"births": 0, "offers": 2, "cells": [], "dead": 0}
    again = lists.stage_list(content=content, **act)
    lists.apply_list(list_id=again.pk, **act)
    assert kept() == WHOLE["hospital"]  # the rows that were settled before are counted too
    assert undo.open(again.pk, **act).offers == 3
    take_back(again.pk)
    assert kept() == NOTHING


@pytest.mark.parametrize("kind", ["hospital", "clinics"])
@pytest.mark.parametrize("step", [(births, "forget"), (newborns, "withdraw"), (audit, "append")])
def test_taking_back_interrupted_at_its_end_goes_on(
    kind: str, step: tuple[Any, str], act: dict[str, Any], take_back: Callable[[int], Job]
) -> None:
    from tongchou.core.jobs import api as jobs

    file = lists.stage_list(content=LISTS[kind](), **act)
    lists.apply_list(list_id=file.pk, **act)
    owner, name = step
    usual, armed = getattr(owner, name), []

    def stop(*args: Any, **named: Any) -> Any:
        if name != "append" or named["action"] == "lists.undo_done":
            armed.append(name)
            raise InterruptionError
        return usual(*args, **named)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(owner, name, stop)
        job = take_back(file.pk)
    assert armed and kept() == WHOLE[kind]  # all of the end, or nothing
    file.refresh_from_db()
    assert file.status == lists.ListStatus.UNDOING
    job.refresh_from_db()
    if job.ended:
        jobs.try_again(job_id=job.pk, **act)
    else:
        Job.objects.filter(pk=job.pk).update(run_after=clock.now())
    assert run().state == State.DONE and kept() == NOTHING
