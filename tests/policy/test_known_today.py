"""Law that is made known on a later day is no law before it; on that day it becomes one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tongchou import policies
from tongchou.cli import main
from tongchou.core import clock
from tongchou.domain.policy.errors import LoadError
from tongchou.domain.policy.overlays import Overlay, read_overlay
from tongchou.policies import law

CODES = {"province": "990000", "county": "990101"}
#: from, until, known_from (years), value in yuan
Value = tuple[int, int | None, int | None, int]
GROUP = "code: {code}, how: higher, programmes: [elderly_reward, bereaved_assistance]"


def overlay(level: str, values: Sequence[Value], groups: Sequence[tuple[int, int | None]] = ()) -> Overlay:
    said = "reference: {zh: 文, en: act}"
    lines = "".join(
        f"      - {{from: {start}-01-01, value: {yuan * 100}, {said}"
        + (f", until: {until}-12-31" if until else "")
        + (f", known_from: {known}-01-01" if known else "")
        + "}\n"
        for start, until, known, yuan in values
    )
    text = f'level: {level}\narea: {{code: "{CODES[level]}", zh: 某地, en: A Place}}\n'
    text += f"programmes:\n  elderly_reward:\n    yearly_amount:\n{lines}" if lines else "programmes: {}\n"
    if groups:
        text += "overlaps:\n" + "".join(
            f"  - {{{GROUP.format(code=f'g{start}')}, from: {start}-01-01, words: {{zh: 高, en: h}}, {said}"
            + (f", known_from: {known}-01-01}}\n" if known else "}\n")
            for start, known in groups
        )
    return read_overlay(text, f"{level}.yaml", law.national())


@st.composite
def files(draw: st.DrawFn) -> tuple[list[Value], list[Value], list[tuple[int, int | None]]]:
    """Values of a province and of a county as a file may have them, and groups of the province."""

    def of_one() -> list[Value]:
        found: list[Value] = []
        year, known = draw(st.integers(2015, 2018)), 0
        for _number in range(draw(st.integers(0, 4))):
            length = draw(st.sampled_from([None, None, 0, 1, 3]))
            if draw(st.booleans()):
                known = max(known, year) + draw(st.integers(0, 3))
                at: int | None = known
            else:
                at = None
            until = None if length is None else year + length
            found.append((year, until, at, draw(st.integers(960, 2000))))
            year = (until or year) + draw(st.integers(1, 3))
            known = max(known, year)
        return found

    groups = []
    for start in draw(st.lists(st.integers(2018, 2030), unique=True, max_size=2)):
        groups.append((start, draw(st.sampled_from([None, start - 1, start]))))
    return of_one(), of_one(), groups


def answers(overlays: Sequence[Overlay], **known: Any) -> Any:
    """What the law of some overlays says, or that it cannot stand."""
    try:
        parameters = law.parameters_of(overlays, **known)["elderly_reward"]
        rules = law.build_one("elderly_reward", parameters)
        _national, kept = law.told(overlays, known.get("known"), known.get("on"))
        return parameters["yearly_amount"], law.overlaps_of(kept), policies.digest([rules])
    except LoadError as error:
        return error.reason


@given(files(), st.integers(2014, 2036))
@settings(max_examples=150, deadline=None)
def test_law_known_on_a_day_is_that_of_files_without_what_is_known_later(made: Any, year: int) -> None:
    province, county, groups = made
    on = dt.date(year, 1, 1)

    def told(known: int | None) -> bool:
        return known is None or known <= year

    whole = [overlay("province", province, groups), overlay("county", county)]
    short = [
        overlay("province", [one for one in province if told(one[2])], [g for g in groups if told(g[1])]),
        overlay("county", [one for one in county if told(one[2])]),
    ]
    assert answers(whole, on=on) == answers(short)


@given(files(), st.integers(2014, 2036))
@settings(max_examples=150, deadline=None)
def test_law_as_it_was_known_is_that_of_files_without_what_came_later(made: Any, year: int) -> None:
    """Looking back, what says nothing of when it became known was known from its first day on."""
    province, county, groups = made
    day = dt.date(year, 6, 30)

    def known(one: Any) -> bool:
        start, at = (one[0], one[2]) if len(one) == 4 else one
        return bool((at or start) <= year)

    whole = [overlay("province", province, groups), overlay("county", county)]
    short = [
        overlay("province", list(filter(known, province)), list(filter(known, groups))),
        overlay("county", list(filter(known, county))),
    ]
    found = answers(whole, known=day)
    as_then = law.parameters_of(short, known=day)["elderly_reward"]["yearly_amount"]
    assume(not isinstance(found, str))
    assert found[0] == as_then
    # A county's value ends where its province overtakes it: not on account of what nobody knew of then.
    by_hand = answers(short)
    if not isinstance(by_hand, str):
        assert [found[0].on(dt.date(y, 7, 1)) for y in range(2010, 2040)] == [
            by_hand[0].on(dt.date(y, 7, 1)) for y in range(2010, 2040)
        ]


def test_a_county_is_not_held_back_by_what_its_province_made_known_later() -> None:
    province = overlay("province", [(2024, None, 2026, 1800)])
    county = overlay("county", [(2021, None, None, 1500)])
    then = law.parameters_of([province, county], known=dt.date(2025, 6, 30))
    value = then["elderly_reward"]["yearly_amount"].in_year(2025)
    assert (value.value, value.level) == (150000, "county")


def test_a_value_that_was_to_end_does_not_keep_the_law_of_then_from_being_asked() -> None:
    """Only a county sets it, and on the day looked back from nobody knew what would follow."""
    text = """level: county
area: {code: "990101", zh: 某县, en: A County}
programmes:
  two_daughter_support:
    yearly_amount:
      - {from: 2020-01-01, until: 2025-12-31, value: 60000, reference: {zh: 文一, en: one}}
      - {from: 2026-01-01, value: 80000, reference: {zh: 文二, en: two}}
"""
    county = read_overlay(text, "county.yaml", law.national())

    def values(**known: Any) -> list[int]:
        found = {one.code: one for one in law.build((county,), **known).programmes}
        parameter = found["two_daughter_support"].parameters["yearly_amount"]
        return [parameter.in_year(year).value for year in (2020, 2024, 2025, 2026)]

    assert values(known=dt.date(2024, 6, 30)) == [60000, 60000, 60000, 60000]
    assert values(known=dt.date(2026, 1, 1)) == values() == [60000, 60000, 60000, 80000]
    ended = read_overlay(text[: text.index("      - {from: 2026")], "county.yaml", law.national())
    with pytest.raises(LoadError, match=r"county\.yaml, line 6: .*no value in 2026"):
        law.build((ended,))


@pytest.fixture
def raised(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, frozen_clock: dt.datetime) -> Iterator[Path]:
    """A province that pays 1,440 yuan from 2026 on, which it makes known in September; it is June."""
    (tmp_path / "province.yaml").write_text(
        'level: province\narea: {code: "990000", zh: 某省, en: A Province}\n'
        "programmes:\n  elderly_reward:\n    yearly_amount:\n"
        "      - {from: 2026-01-01, known_from: 2026-09-01, value: 144000, "
        "reference: {zh: 某省文件, en: document}}\n",
        encoding="utf-8",
    )
    monkeypatch.setenv(law.OVERLAYS, str(tmp_path))
    policies.laws.cache_clear()
    yield tmp_path
    policies.laws.cache_clear()


def amount(laws: policies.Laws) -> int:
    rules = next(one for one in laws.of("990101").programmes if one.code == "elderly_reward")
    return rules.parameters["yearly_amount"].in_year(2026).value


SEPTEMBER = dt.datetime(2026, 9, 1, tzinfo=clock.SHANGHAI)


def test_the_law_turns_on_the_day_without_a_new_start(raised: Path) -> None:
    before = policies.laws()
    assert amount(before) == 96000 and policies.laws() is before
    with clock.frozen(SEPTEMBER - dt.timedelta(seconds=1)):
        assert policies.laws() is before
    with clock.frozen(SEPTEMBER):
        after = policies.laws()
        assert amount(after) == 144000 and policies.laws() is after
        assert after.version() != before.version()
        assert amount(policies.known_on(dt.date(2026, 8, 31))) == 96000  # looking back
        assert policies.known_on(dt.date(2026, 9, 1)) is after
    assert amount(policies.known_on(dt.date(2026, 9, 1))) == 144000  # looking ahead


def test_evaluate_and_explain_answer_by_the_law_of_the_day(raised: Path) -> None:
    facts = raised / "facts.csv"
    facts.write_text(
        "person_id,birth_year,deceased,hukou_kind,converted,has_spouse,living_sons,living_daughters,"
        "children_ever\n1,1960,否,agricultural,否,否,1,0,1\n",
        encoding="utf-8",
    )

    def said(*more: str) -> str:
        words = ["explain", "--facts", str(facts), "--person", "1", "--year", "2026", "--language", "en"]
        done = CliRunner().invoke(main, [*words, "--programme", "elderly_reward", *more])
        assert done.exit_code == 0, done.output
        words = ["evaluate", "--facts", str(facts), "--out", str(raised / "out.csv"), "--year", "2026"]
        assert CliRunner().invoke(main, [*words, *more]).exit_code == 0
        return done.output + (raised / "out.csv").read_text(encoding="utf-8-sig")

    today = said()
    assert "960 yuan" in today and ",96000," in today and "1,440" not in today
    assert ",144000," in said("--known", "2026-09-01")
    with clock.frozen(SEPTEMBER):
        assert ",144000," in said() and ",96000," in said("--known", "2026-08-31")


def test_a_file_that_could_not_stand_later_is_refused_now(raised: Path) -> None:
    file = raised / "province.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("from: 2026-01-01", "from: 2026-07-01"))
    with pytest.raises(LoadError, match="changes within 2026"):
        policies.laws()
