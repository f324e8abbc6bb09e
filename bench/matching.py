"""The same person twice among a million: found pairs against planted ones, beside Splink and edit distance.

Prints Markdown. ``--fit FILE`` instead fits the packaged weights on development seeds and writes them; the
seeds measured here are never used there.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import logging
import resource
import tempfile
import time
from pathlib import Path

import numpy as np
import polars as pl

from tongchou import synth
from tongchou.domain.matching import levels as lv
from tongchou.domain.matching import model as models
from tongchou.domain.matching import pairs as matching
from tongchou.domain.matching.blocking import candidate_pairs, sound_numbers
from tongchou.domain.matching.people import people_of
from tongchou.synth.duplicates import Labelled, labelled

#: (people, seed of the prefecture, seed of the labels): fitted on the first two, measured on the last.
DEVELOPMENT = ((1_000_000, 77, 4), (300_000, 78, 5))
UNSEEN = (1_000_000, 2026, 1125)
ON = dt.date(2026, 11, 25)
RECALLS = (0.5, 0.8, 0.9, 0.93, 0.95, 0.97, 0.99)
PAIRS_A_MILLION = 10_000

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--fit", type=Path, help="Fit the weights and write them there.")
parser.add_argument("--people", type=int, default=UNSEEN[0])
parser.add_argument("--no-peers", action="store_true")


def table(people: int, seed: int, labels: int) -> Labelled:
    with tempfile.TemporaryDirectory() as folder:
        synth.prefecture(registered=people, seed=seed, out=Path(folder), on=ON)
        return labelled(Path(folder), pairs=people * PAIRS_A_MILLION // 1_000_000, seed=labels)


def truth_of(data: Labelled, a: np.ndarray, b: np.ndarray) -> pl.DataFrame:
    """Person numbers of pairs with their label: ``kind`` is null for two different people."""
    found = pl.DataFrame({"a": np.minimum(a, b), "b": np.maximum(a, b)})
    return found.join(data.pairs, on=["a", "b"], how="left", maintain_order="left")


def fit(out: Path) -> None:
    levels: dict[str, list[np.ndarray]] = {field: [] for field in models.MODEL_FIELDS}
    same = []
    for people, seed, labels in DEVELOPMENT:
        data = table(people, seed, labels)
        everyone = people_of(data.people)
        a, b = candidate_pairs(everyone)
        found = models.model_levels(everyone, a, b)
        for field, values in found.items():
            levels[field].append(values)
        same.append(truth_of(data, everyone.person[a], everyone.person[b])["kind"].is_not_null().to_numpy())
    joined = {field: np.concatenate(values) for field, values in levels.items()}
    model = models.fit(joined, np.concatenate(same))
    _carry_on(model.weights["namesakes"], joined["namesakes"])
    with out.open("w", encoding="utf-8", newline="") as file:
        file.write(
            "# Weights of the matching model, natural logarithms. Fitted by bench/matching.py --fit on\n"
        )
        file.write("# synthetic prefectures (docs/methods/matching.md); no real person had a part in them.\n")
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["field", "level", "weight"])
        writer.writerow(["constant", 0, f"{model.constant:.4f}"])
        for field in models.MODEL_FIELDS:
            writer.writerows([field, at, f"{w:.4f}"] for at, w in enumerate(model.weights[field]))


def _carry_on(weights: np.ndarray, seen: np.ndarray) -> None:
    """Grades that never occurred weigh as the nearest one below that did."""
    counts = np.bincount(seen, minlength=len(weights))
    for grade in range(2, len(weights)):
        if counts[grade] < 50:
            weights[grade] = weights[grade - 1]


def curve(score: np.ndarray, is_true: np.ndarray, total: int) -> list[str]:
    """Precision at each of ``RECALLS``; a dash where the recall is not reached."""
    order = np.argsort(-score, kind="stable")
    hits = np.cumsum(is_true[order])
    precision, recall = hits / np.arange(1, len(order) + 1), hits / total
    at = np.searchsorted(recall, RECALLS)
    return [f"{precision[i]:.4f}" if i < len(order) else "–" for i in at]


def split(data: Labelled, a: np.ndarray, b: np.ndarray, score: np.ndarray) -> dict[str, list[str]]:
    """Curves of pairs without a usable number on one side at least, and of pairs with the same number."""
    number = data.people.select("person", "id_key")
    found = truth_of(data, a, b).with_columns(pl.Series("score", score))
    found = found.join(number.rename({"person": "a", "id_key": "one"}), on="a", maintain_order="left")
    found = found.join(number.rename({"person": "b", "id_key": "other"}), on="b", maintain_order="left")
    numbered = data.pairs["numbered"].to_numpy()
    two = (data.pairs["kind"] == "two_numbers").to_numpy()
    curves = {}
    for name, mask, total in (
        ("without number", found["one"].is_null() | found["other"].is_null(), int((~numbered & ~two).sum())),
        ("with number", (found["one"] == found["other"]).fill_null(value=False), int(numbered.sum())),
    ):
        part = found.filter(mask)
        curves[name] = curve(part["score"].to_numpy(), part["kind"].is_not_null().to_numpy(), total)
    return curves


def ours(data: Labelled) -> tuple[dict[str, list[str]], float, list[str]]:
    started = time.perf_counter()
    found = matching.scored_pairs(data.people, models.packaged())
    verdict = matching.verdicts(found)
    took = time.perf_counter() - started
    a, b = found.people.person[found.a], found.people.person[found.b]
    labels = truth_of(data, a, b)
    sure, ask = verdict == 2, verdict == 1
    right = labels["kind"].is_not_null().to_numpy()
    lines = [
        f"{len(found.a):,} candidate pairs; {int(sure.sum()):,} sure, of which {right[sure].mean():.4f} "
        f"right; {int(ask.sum()):,} for people to look at, of which {right[ask].mean():.2f} are one person.",
        f"Of the planted pairs {right[verdict > 0].sum() / data.pairs.height:.4f} are shown to somebody.",
    ]
    traps = truth_of(data, a, b).select("a", "b").with_columns(pl.Series("sure", sure))
    fooled = traps.filter("sure").join(data.traps, on=["a", "b"]).group_by("kind").len().sort("kind")
    lines.append(
        "Traps taken for one person: "
        + (", ".join(f"{k} {n}" for k, n in fooled.iter_rows()) or "none")
        + "."
    )
    return split(data, a, b, found.score), took, lines


def levenshtein(data: Labelled) -> tuple[dict[str, list[str]], float]:
    """The simplest thing: edit distance of name, birth date and place written one after another."""
    from rapidfuzz.distance import Levenshtein

    started = time.perf_counter()
    people = people_of(data.people)
    a, b = candidate_pairs(people)
    text = data.people.select(
        pl.concat_str(
            "name", pl.col("birth_year"), pl.col("birth_month"), pl.col("birth_day"), "village",
            ignore_nulls=True, separator=" ",
        )
    ).to_series().to_list()  # fmt: skip
    number = people["id_key"]
    score = np.array(
        [-Levenshtein.distance(text[i], text[j]) for i, j in zip(a.tolist(), b.tolist(), strict=True)]
    )
    score = score + 100 * (lv.plain_level(people, "id_key", a, b) == lv.Plain.SAME)
    score = score - 100 * ((number[a] >= 0) & (number[b] >= 0) & (number[a] != number[b]))
    return split(data, people.person[a], people.person[b], score), time.perf_counter() - started


def splink(data: Labelled) -> tuple[dict[str, list[str]], float]:
    """Splink on the same columns, with the names' sounds given to it too; trained as its guide says."""
    import splink.comparison_level_library as level
    import splink.comparison_library as compare
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    logging.getLogger("splink").setLevel(logging.ERROR)
    started = time.perf_counter()
    two = pl.lit("00")
    frame = data.people.with_columns(
        pl.Series("sound", sound_numbers(people_of(data.people), "name")).cast(pl.String),
        pl.col("name").str.slice(0, 1).alias("surname"),
        pl.col("name").str.slice(1).alias("given"),
        pl.concat_str(
            pl.col("birth_year").cast(pl.String),
            pl.col("birth_month").cast(pl.String).str.zfill(2).fill_null(two),
            pl.col("birth_day").cast(pl.String).str.zfill(2).fill_null(two),
        ).alias("born"),
    ).rename({"person": "unique_id"})

    def kin(column: str) -> object:
        return compare.CustomComparison(output_column_name=column, comparison_levels=[
            level.NullLevel(column), level.ExactMatchLevel(column), level.LevenshteinLevel(column, 1),
            level.ElseLevel(),
        ])  # fmt: skip

    rules = (
        ("id_key",), ("born", "surname"), ("born", "given"), ("born", "township", "sex"),
        ("sound", "birth_year", "birth_month"), ("sound", "birth_year", "birth_day"),
        ("sound", "birth_month", "birth_day"), ("sound", "village"), ("sound", "township", "birth_year"),
        ("phone_key", "surname"), ("sound", "father"), ("sound", "mother"), ("sound", "spouse"),
    )  # fmt: skip
    settings = SettingsCreator(
        link_type="dedupe_only",
        blocking_rules_to_generate_predictions=[block_on(*rule) for rule in rules],
        comparisons=[
            compare.CustomComparison(output_column_name="name", comparison_levels=[
                level.NullLevel("name"), level.ExactMatchLevel("name", term_frequency_adjustments=True),
                level.ExactMatchLevel("sound"), level.LevenshteinLevel("name", 1),
                level.ExactMatchLevel("surname"), level.ElseLevel(),
            ]),
            compare.CustomComparison(output_column_name="born", comparison_levels=[
                level.NullLevel("born"), level.ExactMatchLevel("born"),
                level.DamerauLevenshteinLevel("born", 1), level.DamerauLevenshteinLevel("born", 2),
                level.ExactMatchLevel("birth_year"), level.ElseLevel(),
            ]),
            compare.CustomComparison(output_column_name="place", comparison_levels=[
                level.NullLevel("county"), level.ExactMatchLevel("household"),
                level.ExactMatchLevel("village"), level.ExactMatchLevel("township"),
                level.ExactMatchLevel("county"), level.ElseLevel(),
            ]),
            *(compare.ExactMatch(one) for one in ("sex", "id_key", "phone_key", "ethnicity", "education")),
            *(kin(one) for one in ("father", "mother", "spouse")),
        ],
    )  # fmt: skip
    database = DuckDBAPI()
    linker = Linker(database.register(frame.to_arrow()), settings)
    train = linker.training
    train.estimate_probability_two_random_records_match(
        [block_on("id_key"), block_on("name", "born", "father", "mother")], recall=0.6
    )
    train.estimate_u_using_random_sampling(max_pairs=5e6, seed=1)
    train.estimate_parameters_using_expectation_maximisation(block_on("id_key"))
    train.estimate_parameters_using_expectation_maximisation(block_on("born", "sound"))
    found = pl.from_arrow(linker.inference.predict(threshold_match_weight=-10).as_pyarrow_table())
    took = time.perf_counter() - started
    assert isinstance(found, pl.DataFrame)
    return split(
        data,
        found["unique_id_l"].to_numpy(),
        found["unique_id_r"].to_numpy(),
        found["match_weight"].to_numpy(),
    ), took


def main() -> None:
    chosen = parser.parse_args()
    if chosen.fit:
        fit(chosen.fit)
        return
    data = table(chosen.people, *UNSEEN[1:])
    results = {}
    mine, took, lines = ours(data)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    results["Tongchou"] = (mine, took)
    if not chosen.no_peers:
        results["Splink 5"] = splink(data)
        results["Levenshtein"] = levenshtein(data)
    print(f"## The same person twice: {data.people.height:,} records, {data.pairs.height:,} planted pairs\n")
    print("Seeds not used in fitting; the recipe is in docs/methods/matching.md. Precision at each recall.\n")
    for part in ("without number", "with number"):
        print(f"| Pairs {part} | " + " | ".join(f"{r:.2f}" for r in RECALLS) + " | seconds |")
        print("|---" * (len(RECALLS) + 2) + "|")
        for name, (curves, seconds) in results.items():
            print(f"| {name} | " + " | ".join(curves[part]) + f" | {seconds:.1f} |")
        print()
    print("\n".join(f"- {line}" for line in lines))
    print(f"- Limit: 600 s; ours takes {took / 600:.2f} of it, with {memory:.1f} GB at the most.\n")


if __name__ == "__main__":
    main()
