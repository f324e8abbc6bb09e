"""The rules engine against its peers: the same people, both programmes, one run.

Prints Markdown, or JSON with ``--json``. OpenFisca and NumPy know no unknown facts, so they run on complete
facts and are compared fen by fen. Inputs are set before the clock starts for every party; the check of the
table, which only ours has, is a row of its own.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import statistics
import time
from collections.abc import Callable
from typing import Any

import narwhals as nw
import numpy as np
import polars as pl

from tongchou import policies
from tongchou.domain.policy.batch import amounts, explained
from tongchou.domain.policy.engine import fetch
from tongchou.domain.policy.validate import CheckedFacts, checked

YEAR = 2026
OURS, FULL = "ours: outcome, amount", "ours: outcome, amount, failing, missing, deadline"
KINDS = ("agricultural", "non_agricultural", "unified")
OUTCOMES = ("entitled", "entitled_subject_to_statement", "needs_information", "not_entitled")


def people(count: int, unknown: float, seed: int) -> pl.DataFrame:
    """Made-up people of every age; ``unknown`` is the share of each fact that is not known."""
    draw = np.random.default_rng(seed)
    years = lambda low, high: draw.integers(low, high, count)  # noqa: E731
    flag = lambda share: draw.random(count) < share  # noqa: E731
    columns: dict[str, Any] = {
        "birth_year": years(1930, YEAR + 1),
        "birth_month": years(1, 13),
        "deceased": flag(0.02),
        "death_year": years(2020, YEAR + 1),
        "chinese_national": flag(0.99),
    }
    for prefix in ("", "spouse_"):
        columns[f"{prefix}hukou_kind"] = np.array(KINDS)[draw.choice(3, count, p=(0.3, 0.2, 0.5))]
        columns[f"{prefix}determined_rural"] = flag(0.6)
        columns[f"{prefix}converted"] = flag(0.3)
        columns[f"{prefix}converted_year"] = years(2012, YEAR + 1)
        columns[f"{prefix}urban_pension"] = flag(0.6)
        columns[f"{prefix}urban_pension_year"] = years(2012, YEAR + 1)
        columns[f"{prefix}urban_medical"] = flag(0.7)
        columns[f"{prefix}urban_medical_year"] = years(2012, YEAR + 1)
    columns["has_spouse"] = flag(0.7)
    columns["living_sons"], columns["living_daughters"] = years(0, 3), years(0, 3)
    columns["children_ever"] = columns["living_sons"] + columns["living_daughters"] + years(0, 2)
    frame = pl.DataFrame({"person_id": np.arange(count), **columns})
    if not unknown:
        return frame
    hidden = {name: pl.Series(draw.random(count) < unknown) for name in columns}
    return frame.with_columns(
        pl.when(~pl.lit(hidden[name])).then(pl.col(name)).alias(name) for name in columns
    )


def timed(run: Callable[[], Any], repeat: int) -> float:
    """The best of several runs: what the code needs when the machine lets it."""
    spent = []
    for _number in range(repeat):
        started = time.perf_counter()
        run()
        spent.append(time.perf_counter() - started)
    return min(spent)


# ── by hand: NumPy ──


def by_numpy(facts: dict[str, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Both amounts in fen, in closed form for complete facts."""
    born = facts["birth_year"]
    alive = ~facts["deceased"] | (facts["death_year"] >= YEAR)
    whole = (born <= YEAR) & (born + 3 > YEAR)
    part = (born + 3 == YEAR) & (born < 2025)
    childcare = np.where(whole, 360_000, np.where(part, facts["birth_month"] * 30_000, 0))
    childcare = np.where(alive & facts["chinese_national"], childcare, 0)

    def rural(prefix: str) -> np.ndarray:
        kind = facts[f"{prefix}hukou_kind"]
        last = np.maximum(
            np.maximum(facts[f"{prefix}urban_pension_year"], facts[f"{prefix}urban_medical_year"]),
            facts[f"{prefix}converted_year"],
        )
        open_ = ~facts[f"{prefix}urban_pension"] | ~facts[f"{prefix}urban_medical"] | (last + 3 >= YEAR)
        return (
            (kind == 0)
            | ((kind == 2) & facts[f"{prefix}determined_rural"])
            | (facts[f"{prefix}converted"] & open_)
        )

    sons, daughters = facts["living_sons"], facts["living_daughters"]
    family = (
        (sons + daughters == 1)
        | ((sons == 0) & (daughters == 2))
        | ((sons + daughters == 0) & (facts["children_ever"] >= 1))
    )
    reward = (
        (born >= 1933)
        & (born + 60 <= YEAR)
        & alive
        & rural("")
        & (~facts["has_spouse"] | rural("spouse_"))
        & family
    )
    return childcare, np.where(reward, 96_000, 0)


def as_arrays(frame: pl.DataFrame) -> dict[str, np.ndarray]:
    arrays = {name: frame[name].to_numpy() for name in frame.columns if not name.endswith("hukou_kind")}
    for name in ("hukou_kind", "spouse_hukou_kind"):
        arrays[name] = frame[name].replace_strict(dict(zip(KINDS, range(3), strict=True))).to_numpy()
    return arrays


# ── by hand: Polars, with its own three-valued logic ──

col = pl.col


def _rural(prefix: str) -> pl.Expr:
    kind, converted = col(f"{prefix}hukou_kind"), col(f"{prefix}converted")
    pension, medical = col(f"{prefix}urban_pension"), col(f"{prefix}urban_medical")
    open_ = (
        ~pension
        | (col(f"{prefix}urban_pension_year") + 3 >= YEAR)
        | ~medical
        | (col(f"{prefix}urban_medical_year") + 3 >= YEAR)
        | (col(f"{prefix}converted_year") + 3 >= YEAR)
    )
    by_determination = (kind == "unified") & col(f"{prefix}determined_rural")
    return (kind == "agricultural") | by_determination | (converted & open_)


def polars_conditions() -> dict[str, dict[str, pl.Expr]]:
    born, sons, daughters = col("birth_year"), col("living_sons"), col("living_daughters")
    alive = ~col("deceased") | (col("death_year") >= YEAR)
    third = born + 3
    one = (
        ((sons == 1) & (daughters == 0)) | ((sons == 0) & (daughters == 1)) | ((sons == 0) & (daughters == 2))
    )
    ever = col("children_ever")
    none = (sons == 0) & (daughters == 0) & (ever >= 1)
    no_son_of_two = (ever == 2) & ((sons == 0).fill_null(False) | (daughters == 2).fill_null(False))
    children = (
        pl.when((ever <= 1).fill_null(False))
        .then(ever == 1)
        .when(no_son_of_two.fill_null(False))
        .then(True)
        .otherwise(one | none)
    )
    return {
        "childcare_subsidy": {
            "chinese_national": col("chinese_national"),
            "under_three": (born <= YEAR) & ((third > YEAR) | ((third == YEAR) & (born < 2025))),
            "alive": alive,
        },
        "elderly_reward": {
            "born_from_1933": born >= 1933,
            "age_reached": born + 60 <= YEAR,
            "alive": alive,
            "rural_self": _rural(""),
            "rural_spouse": ~col("has_spouse") | _rural("spouse_"),
            "children": children,
        },
    }


def polars_amounts() -> dict[str, pl.Expr]:
    whole = col("birth_year") + 3 > YEAR
    return {
        "childcare_subsidy": pl.when(whole).then(360_000).otherwise(col("birth_month") * 30_000),
        "elderly_reward": pl.lit(96_000, dtype=pl.Int64),
    }


def by_polars(frame: pl.DataFrame, *, reasons: bool) -> list[pl.DataFrame]:
    """Outcome and amount of both programmes; with ``reasons`` failing conditions and deadline in text."""
    results = []
    for programme, conditions in polars_conditions().items():
        amount = polars_amounts()[programme]
        named = frame.lazy().with_columns(**{f"~{name}": value for name, value in conditions.items()})
        every = pl.all_horizontal(f"~{name}" for name in conditions)
        granted = "entitled" if programme == "childcare_subsidy" else "entitled_subject_to_statement"
        outcome = (
            pl.when(every & amount.is_not_null())
            .then(pl.lit(granted))
            .when(~every)
            .then(pl.lit("not_entitled"))
            .otherwise(pl.lit("needs_information"))
        )
        columns = {"outcome": outcome, "amount_fen": pl.when(every).then(amount)}
        if reasons:
            failing = [pl.when(~col(f"~{name}")).then(pl.lit(name)) for name in conditions]
            columns["failing"] = pl.concat_str(failing, separator=";", ignore_nulls=True)
            born_now = col("birth_year") == YEAR
            last = pl.when(born_now).then(YEAR + 1).when(~born_now).then(YEAR)
            if programme == "childcare_subsidy":
                columns["claim_by"] = pl.when(outcome != "not_entitled").then(pl.date(last, 12, 31))
            columns["programme"] = pl.lit(programme)
        results.append(named.select("person_id", **columns).collect())
    return [pl.concat(results, how="diagonal")] if reasons else results


# ── ours ──


def table(frame: pl.DataFrame) -> CheckedFacts:
    """Types and values checked, as every table is once."""
    return checked(nw.from_native(frame).lazy())


def ours_amounts(facts: CheckedFacts) -> list[pl.DataFrame]:
    """Outcome and amount only: the engine leaves out what is not asked for."""
    return [fetch(amounts(facts, programme, YEAR)) for programme in policies.listed()]


def ours_full(facts: CheckedFacts) -> pl.DataFrame:
    """Outcome, amount, failing conditions, missing facts and deadline, in text."""
    return pl.concat(explained(facts, programme, YEAR) for programme in policies.listed())


# ── agreement ──


def agree_on_amounts(frame: pl.DataFrame, others: dict[str, tuple[np.ndarray, np.ndarray]]) -> None:
    found = [result["amount_fen"].fill_null(0).to_numpy() for result in ours_amounts(table(frame))]
    for name, given in others.items():
        for mine, theirs in zip(found, given, strict=True):
            assert np.array_equal(mine, theirs), f"{name} differs in {(mine != theirs).sum()} amounts"


def agree_with_polars(frame: pl.DataFrame) -> None:
    (theirs,), mine = by_polars(frame, reasons=True), ours_full(table(frame))
    keys = ["person_id", "programme", "outcome"]
    both = mine.join(theirs, on=keys, how="inner", suffix="_theirs")
    assert both.height == mine.height == theirs.height
    refused = both.filter(pl.col("outcome") == "not_entitled")
    assert refused["failing"].equals(refused["failing_theirs"].rename("failing"))
    granted = both.filter(pl.col("outcome").str.starts_with("entitled"))
    assert granted["amount_fen"].equals(granted["amount_fen_theirs"].rename("amount_fen"))


# ── one person ──


def one_person(frame: pl.DataFrame) -> dict[str, float]:
    """Milliseconds for both programmes for one person: the result, and the result told in sentences."""
    rows, programmes = frame.to_dicts(), policies.listed()
    for row in rows[:50]:
        [programme.evaluate_one(row, YEAR).lines("zh") for programme in programmes]
    spent: dict[str, list[float]] = {"result": [], "sentences": []}
    for row in rows:
        started = time.perf_counter()
        results = [programme.evaluate_one(row, YEAR) for programme in programmes]
        middle = time.perf_counter()
        for result in results:
            result.lines("zh")
        ended = time.perf_counter()
        spent["result"].append((middle - started) * 1000)
        spent["sentences"].append((ended - started) * 1000)
    return {name: statistics.median(values) for name, values in spent.items()}


def peers(
    arrays: dict[str, np.ndarray], arguments: argparse.Namespace
) -> tuple[dict[str, Any], dict[str, float]]:
    """Amounts and seconds of OpenFisca in both ways, and of NumPy."""
    given, seconds = {"NumPy": by_numpy(arrays)}, {}
    if importlib.util.find_spec("openfisca_core") and not arguments.without_openfisca:
        import openfisca_peer

        for name, idiom in (("OpenFisca, its monthly idiom", True), ("OpenFisca, closed form", False)):
            given[name] = openfisca_peer.amounts(arrays, YEAR, monthly=idiom)
            runs = [
                openfisca_peer.prepared(arrays, YEAR, monthly=idiom) for _number in range(arguments.repeat)
            ]
            seconds[name] = min(timed(run, 1) for run in runs)
    seconds["NumPy, closed form"] = timed(lambda: by_numpy(arrays), arguments.repeat)
    return given, seconds


def measure(arguments: argparse.Namespace) -> dict[str, Any]:
    repeat = arguments.repeat
    known = people(arguments.people, 0.0, arguments.seed)
    partly = people(arguments.people, 0.2, arguments.seed)
    given, complete = peers(as_arrays(known), arguments)
    agree_on_amounts(known, given)
    agree_with_polars(partly.head(100_000))
    unknown: dict[str, float] = {}
    for spent, frame in ((complete, known), (unknown, partly)):
        facts = table(frame)
        spent["Polars by hand: outcome, amount"] = timed(lambda f=frame: by_polars(f, reasons=False), repeat)
        spent[OURS] = timed(lambda f=facts: ours_amounts(f), repeat)
        spent["Polars by hand: outcome, amount, failing, deadline"] = timed(
            lambda f=frame: by_polars(f, reasons=True), repeat
        )
        spent[FULL] = timed(lambda f=facts: ours_full(f), repeat)
        spent["(check of the table, once)"] = timed(lambda f=frame: table(f), repeat)
    return {
        "people": arguments.people,
        "complete": complete,
        "unknown_20_percent": unknown,
        "one_person_ms": one_person(partly.head(arguments.persons)),
    }


def markdown(found: dict[str, Any]) -> str:
    count = found["people"]
    lines = [f"## Rules: childcare subsidy and elderly reward, {count:,} people, year {YEAR}", ""]
    lines.append(
        "Amounts agree to the fen for all, outcomes and failing conditions with Polars by hand. "
        "× says how many times as fast ours is."
    )
    for title, key in (
        ("All facts known", "complete"),
        ("A fifth of all facts unknown", "unknown_20_percent"),
    ):
        head = f"| {title} | seconds | M persons/s | × ours, outcome and amount | × ours, everything |"
        lines += ["", head, "|---|---|---|---|---|"]
        for name, spent in found[key].items():
            ratios = (spent / found[key][OURS], spent / found[key][FULL])
            lines.append(
                f"| {name} | {spent:.3f} | {count / spent / 1e6:.2f} | {ratios[0]:.2f} | {ratios[1]:.2f} |"
            )
    one = found["one_person_ms"]
    lines += ["", "| One person, both programmes | median ms | limit ms |", "|---|---|---|"]
    lines.append(f"| result with the answer of every condition | {one['result']:.3f} | 0.1 |")
    lines.append(
        f"| the same, told in Chinese with sources and what changes when | {one['sentences']:.3f} | 0.5 |"
    )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--persons", type=int, default=2_000, help="people asked one by one")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--without-openfisca", action="store_true")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    found = measure(arguments)
    print(json.dumps(found, indent=2) if arguments.json else markdown(found))


if __name__ == "__main__":
    main()
