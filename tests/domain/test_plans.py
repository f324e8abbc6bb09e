"""Evidence before done, a second person confirms, and what was late stays late; the stages of the plan."""

from __future__ import annotations

import datetime as dt
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongchou.domain.plans import agenda, stages, tasks
from tongchou.domain.plans.tasks import NotPossible, State, Task

DUE = dt.date(2026, 6, 30)
acts = st.lists(
    st.tuples(
        st.sampled_from(["report", "confirm", "back"]),
        st.integers(1, 3),
        st.sampled_from(["", " ", "会议签到表"]),
        st.integers(0, 20),
    ),
    max_size=12,
)


@given(acts)
def test_no_task_is_done_without_evidence_and_a_second_person(done: list[tuple[str, int, str, int]]) -> None:
    task, on, shown = Task(DUE), DUE - dt.timedelta(days=60), ""
    for act, by, words, days in done:
        on += dt.timedelta(days=days)
        before = task
        try:
            if act == "report":
                task = tasks.reported(task, evidence=words, by=by, on=on)
                shown = words
            elif act == "confirm":
                task = tasks.confirmed(task, by=by)
                assert shown.strip() and before.reported_by != by
            else:
                task = tasks.given_back(task, by=by)
                assert before.reported_by != by
        except NotPossible:
            assert task == before
        if before.state is State.DONE:
            assert task == before
        assert task.due == DUE
        assert (task.done_on is not None) == (task.state is State.DONE)


@given(st.integers(-90, 90), st.integers(0, 400))
def test_what_was_late_stays_visible(days: int, after: int) -> None:
    on = DUE + dt.timedelta(days=days)
    task = tasks.reported(Task(DUE), evidence="台账", by=1, on=on)
    done = tasks.confirmed(task, by=2)
    later = on + dt.timedelta(days=after)
    assert done.days_late(later) == task.days_late(later) == max(0, days)
    assert tasks.given_back(task, by=2).days_late(later) == max(0, days + after)


def _packaged() -> tuple[tuple[stages.Stage, ...], stages.Pilots]:
    folder = resources.files("tongchou.reference.accountability")
    return stages.read_stages((folder / "stages.yaml").read_text(encoding="utf-8"))


def test_the_stages_of_the_plan() -> None:
    found, pilots = _packaged()
    assert [one.name for one in found] == ["强力推进阶段", "巩固提升阶段", "持续发展阶段"]
    assert [one.days(2026) for one in found] == [
        (dt.date(2026, 6, 1), dt.date(2026, 9, 30)),
        (dt.date(2026, 9, 1), dt.date(2027, 6, 30)),
        (dt.date(2027, 7, 1), dt.date(2027, 12, 31)),
    ]
    assert pilots.counties == ("大方县",) and len(pilots.townships) == 7


def test_two_stages_hold_in_the_month_they_share() -> None:
    found, _pilots = _packaged()
    for on, codes in (
        (dt.date(2026, 5, 31), []),
        (dt.date(2026, 9, 1), ["push", "consolidate"]),
        (dt.date(2027, 12, 31), ["develop"]),
        (dt.date(2028, 1, 1), []),
    ):
        assert [one.code for one in stages.holding(found, year=2026, on=on)] == codes


@pytest.mark.parametrize("first, last", [(9, 6), (0, 3)])
def test_a_stage_that_ends_before_it_begins_is_refused(first: int, last: int) -> None:
    one = f"{{code: a, zh: 甲, first: {first}, last: {last}}}"
    text = f"stages: [{one}]\npilots: {{counties: [], townships: []}}"
    with pytest.raises(ValueError, match="first"):
        stages.read_stages(text)


def test_an_agenda_has_numbers_and_no_names() -> None:
    fields = set(agenda.Point.__slots__)
    assert fields == {"topic", "number"}
    barred = ("birth", "pregnan", "child", "contracep", "name", "person", "household")
    assert not [one for one in agenda.Topic if any(word in one.value for word in barred)]


@pytest.mark.parametrize(
    ("text", "names", "found"),
    [
        ("通报任务进度，更新公开栏", ["王大山"], []),
        ("王大山家补办材料", ["王大山"], ["name"]),
        ("王 大 山补办", ["王大山"], ["name"]),
        ("王者归来", ["王"], []),
        ("核对预产期", [], ["pregnancy"]),
        ("联系 13912345678", [], ["number"]),
        ("按时落实结扎", [], ["closed_matter"]),
    ],
)
def test_words_of_a_monthly_meeting_name_nobody(text: str, names: list[str], found: list[str]) -> None:
    assert [one.value for one in agenda.faults(text, names=names)] == found
