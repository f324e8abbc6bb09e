"""The families and officers of casework's tests, and a letter at any point of its way."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from tongchou.apps.casework.tests.conftest import family, office
from tongchou.apps.commitments import api as commitments
from tongchou.domain.commitments.letters import Item, Vote

__all__ = ["asked", "family", "letter", "office", "words"]

#: The moves to a published letter, in order.
WAY = ("write", "hear", "assemble", "decide", "review", "publish")


@pytest.fixture
def words(frozen_clock: dt.datetime) -> Callable[..., Item]:
    """A promise; ``words(due_in=30, promise="…")``."""

    def made(*, due_in: int = 30, **given: str) -> Item:
        said = {
            "promise": "育儿补贴材料齐全后十个工作日内报到镇里",
            "measure": "从收到材料到上报的工作日数",
            "means": "村专干一名，每周二、四在村便民点",
            "owner": "村主任 王大山（示例）",
            "proof": "受理登记表",
            "remedy": "当天补报，并上门说明原因",
            **given,
        }
        return Item(**said, due=frozen_clock.date() + dt.timedelta(days=due_in))

    return made


@pytest.fixture
def letter(county: Any, office: Any, words: Any, frozen_clock: dt.datetime) -> Callable[..., Any]:
    """``letter("hear")``: the village's letter, moved on up to and including a move."""

    def made(to: str = "publish", items: tuple[Item, ...] = ()) -> commitments.Letter:
        at, by = frozen_clock, office.village
        one = commitments.begin(area_id=county.village.pk, title="2026 年服务承诺书", by=by, at=at)
        later = at + dt.timedelta(days=8)
        steps: dict[str, Callable[[], Any]] = {
            "write": lambda: commitments.write(letter_id=one.pk, items=items or (words(),), by=by, at=at),
            "hear": lambda: commitments.hear(letter_id=one.pk, days=7, by=by, at=at),
            "assemble": lambda: commitments.assemble(letter_id=one.pk, by=by, at=later),
            "decide": lambda: commitments.decide(
                letter_id=one.pk, vote=Vote(100, 70, 60), said="村民会议", by=by, at=later
            ),
            "review": lambda: commitments.review(
                letter_id=one.pk, lawful=True, said="", by=office.township, at=later
            ),
            "publish": lambda: commitments.publish(
                letter_id=one.pk, signed_by="村主任 王大山（示例）", by=by, at=later
            ),
        }
        for name in WAY[: WAY.index(to) + 1] if to in WAY else ():
            steps[name]()
        one.refresh_from_db()
        return one

    return made


@pytest.fixture
def asked(office: Any, family: dict[str, int]) -> Callable[..., Any]:
    """``asked(promise, at=…)``: drawn, called and confirmed; the first ``done`` households say yes."""

    def made(
        promise: Any, *, at: dt.datetime, done: int = 10**6, first: Any = None, second: Any = None
    ) -> Any:
        one = {"promise_id": promise.pk, "at": at}
        first, second = first or office.township, second or office.township_two
        commitments.draw(by=first, **one)
        sheet = commitments.sheet(promise.pk, by=first, on=at.date())
        assert sheet is not None
        said = {row.position: "done" if row.position <= done else "not_done" for row in sheet.each}
        commitments.note(said=said, by=first, **one)
        return commitments.confirm(by=second, **one)

    return made
