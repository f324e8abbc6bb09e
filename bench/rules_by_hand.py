"""The four programmes of the rules benchmark written by hand: NumPy for complete facts, Polars for any."""

from __future__ import annotations

import numpy as np
import polars as pl

YEAR = 2026
KINDS = ("agricultural", "non_agricultural", "unified")
CHILDCARE, REWARD, BEREAVED, TRANSITION = PROGRAMMES = (
    "childcare_subsidy",
    "elderly_reward",
    "bereaved_assistance",
    "transition",
)

# ── by hand: NumPy ──


def by_numpy(facts: dict[str, np.ndarray]) -> list[np.ndarray]:
    """Three amounts in fen, and whether rural rules apply; in closed form for complete facts."""
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

    own = rural("")
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
        & own
        & (~facts["has_spouse"] | rural("spouse_"))
        & family
    )
    married_man = (facts["sex"] != 2) & facts["has_spouse"]
    counted = np.where(married_man, facts["spouse_birth_year"], born)
    none_left = (sons == 0) & (daughters == 0) & (facts["children_ever"] >= 1)
    bereaved = (born >= 1933) & (counted + 49 <= YEAR) & alive & none_left
    return [childcare, np.where(reward, 96_000, 0), np.where(bereaved, 708_000, 0), own]


#: What the four programmes read: OpenFisca is given no more.
READ = (
    "birth_year", "birth_month", "sex", "deceased", "death_year", "chinese_national", "has_spouse",
    "living_sons", "living_daughters", "children_ever", "spouse_birth_year",
    *(
        prefix + name
        for prefix in ("", "spouse_")
        for name in (
            "hukou_kind", "determined_rural", "converted", "converted_year", "urban_pension",
            "urban_pension_year", "urban_medical", "urban_medical_year",
        )
    ),
)  # fmt: skip


def as_arrays(frame: pl.DataFrame) -> dict[str, np.ndarray]:
    kinds = dict(zip(KINDS, range(3), strict=True))
    return {
        name: (frame[name].replace_strict(kinds) if name.endswith("hukou_kind") else frame[name]).to_numpy()
        for name in ("person_id", *READ)
    }


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


def _when_alike(one: pl.Expr, other: pl.Expr) -> pl.Expr:
    return pl.when((one == other).fill_null(False)).then(one)


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
        "bereaved_assistance": {
            "born_from_1933": born >= 1933,
            "age_reached": pl.when((col("sex") == 2).fill_null(False))
            .then(born + 49 <= YEAR)
            .when(((col("sex") != 2) & ~col("has_spouse")).fill_null(False) | ~col("has_spouse"))
            .then(born + 49 <= YEAR)
            .when(((col("sex") != 2) & col("has_spouse")).fill_null(False))
            .then(col("spouse_birth_year") + 49 <= YEAR)
            .otherwise(_when_alike(born + 49 <= YEAR, col("spouse_birth_year") + 49 <= YEAR)),
            "alive": alive,
            "child": (sons == 0) & (daughters == 0) & (ever >= 1),
        },
        "transition": {"rural": _rural("")},
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
        "bereaved_assistance": pl.lit(708_000, dtype=pl.Int64),
        "transition": pl.lit(0, dtype=pl.Int64),
    }


def by_polars(frame: pl.DataFrame) -> pl.DataFrame:
    """``outcome:…`` (its place in the list of outcomes) and ``amount_fen:…`` of each, in one query."""
    named, results = {}, {}
    for programme, conditions in polars_conditions().items():
        amount = polars_amounts()[programme]
        named |= {f"~{programme}~{name}": value for name, value in conditions.items()}
        every = pl.all_horizontal(f"~{programme}~{name}" for name in conditions)
        results[f"outcome:{programme}"] = (
            pl.when(every & amount.is_not_null())
            .then(pl.lit(1 if programme == REWARD else 0, dtype=pl.Int8))
            .when(~every)
            .then(pl.lit(3, dtype=pl.Int8))
            .otherwise(pl.lit(2, dtype=pl.Int8))
        )
        if programme != TRANSITION:
            results[f"amount_fen:{programme}"] = pl.when(every).then(amount)
    return frame.lazy().with_columns(**named).select("person_id", **results).collect()
