"""Rights rules 5, 6 and 10: what no unit is judged by, however it is written; on whom nothing can fall."""

from __future__ import annotations

import ast
import inspect
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongchou import indicators
from tongchou.domain.accountability import consequences
from tongchou.domain.accountability.consequences import Effect, OfficialSubject, Proposal, UnitSubject
from tongchou.domain.accountability.definitions import Subject, Use
from tongchou.domain.accountability.expression import Binary, Call, Name, Node, Number, names, parse, written
from tongchou.domain.accountability.figures import Counts, evaluate
from tongchou.domain.accountability.periods import period
from tongchou.domain.accountability.problems import AccountabilityError
from tongchou.domain.accountability.reading import read_catalogue
from tongchou.domain.accountability.rights import FORBIDDEN
from tongchou.domain.policy.words import Text
from tongchou.domain.statistics.cube import month_range

#: Neutral codes, so that nothing but the declared subject can give a count away.
BARRED = {f"bad_{number}": one for number, one in enumerate(sorted(FORBIDDEN))}
FINE = ("fine_0", "fine_1", "fine_2")
HANDLING = ("done_in_time", "there_were")
COUNTS = "counts:\n" + "".join(
    f"  - {{code: {code}, title: {{zh: 甲, en: one}}, unit: cases, nature: flow, subjects: [{subject}]"
    f"{over}}}\n"
    for code, subject, over in [
        *((code, subject, "") for code, subject in BARRED.items()),
        *((code, "payments", "") for code in FINE),
        ("done_in_time", "complaint_handling", ", over: there_were"),
        ("there_were", "complaint_volume", ""),
        ("there_were_others", "complaint_volume", ""),
        ("both", "complaint_handling, births", ", over: there_were"),
    ]
)
SUMS = st.sampled_from([*BARRED, *FINE, *HANDLING]).map(lambda code: Call("sum", (Name(code),)))
SHARE = Call("ratio", (Call("sum", (Name("done_in_time"),)), Call("sum", (Name("there_were"),))))


def formulas(earlier: list[str]) -> st.SearchStrategy[Node]:
    """Figures in cases: every way of writing there is, over counts and the indicators before."""
    known = [SUMS, *([st.sampled_from(earlier).map(Name)] if earlier else [])]
    figures: st.SearchStrategy[Node] = st.one_of(*known)
    number = st.sampled_from([0.0, 0.5, 1.0, 3.0]).map(Number)

    def deeper(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
        return st.one_of(
            st.builds(Binary, st.sampled_from(["+", "-"]), inner, inner),
            st.builds(Binary, st.just("*"), inner, number),
            # a figure times a share, of any two figures or of how complaints were answered
            st.builds(
                lambda one, two, three: Binary("*", one, Call("ratio", (two, three))), inner, inner, inner
            ),
            st.builds(lambda one, two, three: Binary("*", one, Binary("/", two, three)), inner, inner, inner),
            inner.map(lambda one: Binary("*", one, SHARE)),
        )

    return st.recursive(figures, deeper, max_leaves=4)


@st.composite
def files(draw: st.DrawFn) -> tuple[dict[str, Node], dict[str, str]]:
    """Indicators that name those before them; the last is scored, the others are told alone."""
    made: dict[str, Node] = {}
    for number in range(draw(st.integers(1, 4))):
        made[f"told_{number}"] = draw(formulas(list(made)))
    last = list(made)[-1]
    text = "indicators:\n" + "".join(
        f"  - {{code: {code}, title: {{zh: 甲, en: one}}, kind: paid_on_time, "
        f"uses: [{draw(st.sampled_from([use.value for use in Use])) if code == last else ''}], "
        f"unit: cases, direction: higher, formula: '{written(node)}', source: {{zh: 文, en: act}}}}\n"
        for code, node in made.items()
    )
    return made, {"counts.yaml": COUNTS, "x.yaml": text}


def reached(node: Node, made: dict[str, Node]) -> set[str]:
    """All counts a formula comes to, by plain substitution; nothing is excepted."""
    found: set[str] = set()
    for code in names(node):
        found |= reached(made[code], made) if code in made else {code}
    return found


@given(files())
def test_no_path_leads_to_what_nobody_is_judged_by(case: tuple[dict[str, Node], dict[str, str]]) -> None:
    """By definition: whatever is reached is refused. By effect: what loads does not move with it."""
    made, texts = case
    last = list(made)[-1]
    touches = reached(made[last], made)
    try:
        catalogue = read_catalogue(texts)
    except AccountabilityError as error:
        assert touches & (set(BARRED) | set(HANDLING))
        assert any("must not be" in line for line in error.lines("en"))
        return
    assert not touches & set(BARRED)
    months, rng = month_range("2026-01", "2026-01"), np.random.default_rng(5)
    values = {code: rng.integers(1, 50, (4, 1)).astype(float) for code in (*BARRED, *FINE)}
    values["there_were"] = rng.integers(50, 90, (4, 1)).astype(float)
    values["done_in_time"] = values["there_were"] - 7
    other = {code: one * (1 if code in FINE else 3) for code, one in values.items()}
    units = {"a": ["v0", "v1"], "b": ["v2", "v3"]}
    try:
        first, second = (
            evaluate(
                catalogue, [last], Counts(("v0", "v1", "v2", "v3"), months, table), units, period("2026-01")
            )[last].value
            for table in (values, other)
        )
    except AccountabilityError:  # a made-up part above its whole
        return
    np.testing.assert_allclose(first, second)


def score(formula: str, *, unit: str = "share", use: str = "scored", more: str = "") -> None:
    text = (
        f"indicators:\n{more}  - {{code: x, title: {{zh: 甲, en: one}}, kind: complaints_on_time, "
        f"uses: [{use}], unit: {unit}, direction: higher, formula: '{formula}', "
        "source: {zh: 文, en: act}}\n"
    )
    read_catalogue({"counts.yaml": COUNTS, "x.yaml": text})


def test_how_complaints_are_answered_is_judged_as_a_share_alone() -> None:
    score("ratio(sum(done_in_time), sum(there_were))")
    score("1 − ratio(sum(done_in_time), sum(there_were))")
    for formula, unit in (
        ("sum(done_in_time)", "cases"),
        ("sum(there_were)", "cases"),
        ("ratio(sum(done_in_time), sum(fine_0))", "share"),
        ("ratio(sum(there_were), sum(done_in_time))", "share"),
        ("ratio(sum(fine_0), sum(there_were))", "share"),
        ("ratio(sum(done_in_time), sum(there_were_others))", "share"),
        ("ratio(sum(both), sum(there_were))", "share"),
        ("ratio(sum(done_in_time + 0 × bad_0), sum(there_were))", "share"),
        ("sum(there_were) × ratio(sum(done_in_time), sum(there_were))", "cases"),
    ):
        with pytest.raises(AccountabilityError, match="must not be"):
            score(formula, unit=unit)


@pytest.mark.parametrize("use", list(Use))
@pytest.mark.parametrize("code", BARRED)
def test_each_use_of_each_barred_count_is_refused_and_the_path_is_shown(code: str, use: Use) -> None:
    alias = (
        f"  - {{code: harmless, title: {{zh: 甲, en: one}}, uses: [], unit: cases, direction: higher, "
        f"formula: 'sum({code})', source: {{zh: 文, en: act}}}}\n"
    )
    with pytest.raises(AccountabilityError, match=rf"x → harmless → {code}.*must not be {use}"):
        score("harmless × 0", unit="cases", use=use, more=alias)
    score("sum(fine_0)", unit="cases", use=use, more=alias)  # told for information, it may stand there


@pytest.mark.parametrize(
    ("code", "zh", "en"),
    [
        ("happy_events", "出生人数", "happy events"),
        ("live_births", "人数", "events"),
        ("women_seen", "孕检人次", "women seen"),
        ("iud_checks", "检查人次", "checks"),
        ("operations", "结扎例数", "operations"),
        ("letters", "家庭签字份数", "letters"),
        ("no_shows", "拒绝服务人次", "no shows"),
        ("calls", "信访件数", "calls"),
        ("growth", "自然增长", "growth"),
    ],
)
def test_a_count_under_another_heading_is_known_by_its_words(code: str, zh: str, en: str) -> None:
    text = (
        f"counts:\n  - {{code: {code}, title: {{zh: {zh}, en: {en}}}, unit: cases, nature: flow, "
        "subjects: [payments]}\n"
    )
    with pytest.raises(AccountabilityError, match="has to be declared"):
        read_catalogue({"c.yaml": text})


def test_what_ships_rests_on_no_barred_count() -> None:
    catalogue = indicators.load()
    flagged = {code for code, one in catalogue.counts.items() if one.subjects & FORBIDDEN}
    assert flagged == {"complaints_due", "breaches_to_mend", "households_in_contact"}
    for one in catalogue.indicators.values():
        if one.uses:
            assert not flagged & set(names(one.formula)) - {"complaints_due", "breaches_to_mend"}
    for composite in catalogue.composites.values():
        assert all(catalogue.indicators[code].uses for code in composite.weights)


@given(st.one_of(st.text(), st.integers(), st.none(), st.tuples(st.text())), st.sampled_from(list(Effect)))
def test_nothing_falls_on_anything_but_officials_and_units(subject: object, effect: Effect) -> None:
    with pytest.raises(TypeError, match="an official or a unit"):
        Proposal(subject, effect, (Text("甲", "one"),), ("settlement",))  # type: ignore[arg-type]


def test_a_family_cannot_be_dressed_as_a_subject() -> None:
    class Household(UnitSubject):
        pass

    with pytest.raises(TypeError, match="an official or a unit"):
        Proposal(Household("h1"), Effect.RED_FLAG, (Text("甲", "one"),), ("settlement",))
    with pytest.raises(ValueError, match="does not fall on such a subject"):
        Proposal(UnitSubject("u"), Effect.NO_PROMOTION, (Text("甲", "one"),), ("settlement",))
    with pytest.raises(ValueError, match="does not fall on such a subject"):
        Proposal(OfficialSubject("o"), Effect.AWARD_VETO, (Text("甲", "one"),), ("settlement",))


def test_effects_and_causes_are_closed_lists_without_money_or_services() -> None:
    assert {one.value for one in Effect} == {
        "priority_promotion", "no_promotion", "promotion_veto", "red_flag", "yellow_card", "award_veto",
    }  # fmt: skip
    assert {one.value for one in consequences.VetoCause} == {
        "falsification", "withheld_benefits", "coercion",
    }  # fmt: skip
    assert "birth" not in inspect.getsource(consequences).lower()


PACKAGE = Path(indicators.__file__).parents[1] / "domain"
MODULES = [
    *sorted((PACKAGE / "accountability").glob("*.py")),
    *(PACKAGE / f"{name}.py" for name in ("ranking", "funnel", "sampling", "verification")),
]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_no_argument_is_a_person_or_a_family(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef):
            names_ = {one.arg for one in (*node.args.args, *node.args.kwonlyargs)}
            assert not names_ & {"person", "person_id", "household", "household_id", "family", "child"}
            assert not any("birth" in name or "pregnan" in name for name in names_)


def test_the_list_of_what_nobody_is_judged_by_is_whole() -> None:
    assert {one.value for one in FORBIDDEN} == {
        "births", "natural_increase", "sex_ratio", "pregnancies", "reproductive_service_use", "signatures",
        "participation", "complaint_volume", "refusals",
    }  # fmt: skip


def test_the_check_of_paths_can_fail() -> None:
    assert reached(parse("a × 0"), {"a": parse("sum(bad_0)")}) == {"bad_0"}
    assert Subject.BIRTHS in FORBIDDEN
