"""How much each agreement says: one weight a level, added up to the log-odds that two records are one person.

For a pair with levels ``l_f`` of the fields ``f`` the log-odds are

    log(p / (1 - p)) = w_0 + sum_f w_f[l_f],   w_f[silent] = 0,

a logistic model over levels (Fellegi and Sunter 1969 in the form of Jaro 1989, without assuming that fields
are independent given the truth). Four more fields say what single fields cannot: how many people sound like
this name, whether the two could be twins or siblings, and whether others of their households resemble too.

Weights are fitted on labelled synthetic people (docs/methods/matching.md) and packaged; ``fit`` makes them.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Final

import numpy as np
import numpy.typing as npt

from tongchou.domain.matching.blocking import sound_numbers
from tongchou.domain.matching.levels import FIELDS, SIZES, Birth, Kin, Levels, Name, Place, levels_of
from tongchou.domain.matching.people import NONE, People
from tongchou.domain.matching.writing import Ints

Floats = npt.NDArray[np.float64]
#: Most that ``namesakes`` counts: 2 to this power and more.
_MOST_NAMESAKES: Final = 12
#: All fields of the model and their levels.
MODEL_SIZES: Final[dict[str, int]] = SIZES | {
    "namesakes": _MOST_NAMESAKES + 2,
    "twins": 2,
    "siblings": 2,
    "company": 3,
}
MODEL_FIELDS: Final = (*FIELDS, "namesakes", "twins", "siblings", "company")
#: Weight of the pull towards zero when fitting, in pairs.
_RIDGE: Final = 0.3


@dataclass(frozen=True, slots=True)
class Model:
    """``constant`` and, for each field, a weight a level; natural logarithms."""

    constant: float
    weights: Mapping[str, Floats]

    def score(self, levels: Mapping[str, Levels]) -> Floats:
        """The log-odds of pairs."""
        total = np.full(len(levels["name"]), self.constant)
        for field in MODEL_FIELDS:
            total += self.weights[field][levels[field]]
        return total

    def parts(self, levels: Mapping[str, int]) -> list[tuple[str, int, float]]:
        """``(field, level, weight)`` of one pair, the strongest first, without fields that say nothing."""
        told = [
            (field, int(levels[field]), float(self.weights[field][levels[field]])) for field in MODEL_FIELDS
        ]
        return sorted((one for one in told if one[2] != 0.0), key=lambda one: -abs(one[2]))


def model_levels(people: People, a: Ints, b: Ints) -> dict[str, Levels]:
    """The levels of every field of the model for pairs of rows."""
    levels = levels_of(people, a, b)
    name, birth = levels["name"], levels["birth"]
    kin = (levels["father"] >= Kin.CLOSE) | (levels["mother"] >= Kin.CLOSE)
    together = kin | (levels["place"] == Place.HOUSEHOLD)
    unlike = (name != Name.SAME) & (name != Name.SOUND)
    levels["namesakes"] = _namesakes(people, a, b, name)
    levels["twins"] = (together & unlike & (birth == Birth.SAME)).astype(np.int8)
    apart = (birth == Birth.DIFFERENT) | (birth == Birth.YEAR) | (birth == Birth.DIGIT)
    levels["siblings"] = (together & unlike & apart).astype(np.int8)
    levels["company"] = company_level(people, a, b, name, birth)
    return levels


def company_level(people: People, a: Ints, b: Ints, name: Levels, birth: Levels) -> Levels:
    """How many others of the one household resemble somebody of the other: 0, 1, or 2 and more.

    A family that moved stands in both registers together, so its pairs vouch for each other. Others resemble
    when name and birth date both nearly agree.
    """
    alike = (name >= Name.SHORTENED) & (birth >= Birth.DIGIT)
    one, other = people["household"][a].astype(np.int64), people["household"][b].astype(np.int64)
    key = np.minimum(one, other) << 32 | np.maximum(one, other)
    usable = alike & (one != other) & (one != NONE) & (other != NONE)
    _unique, back = np.unique(key, return_inverse=True)
    beside = np.bincount(back, weights=usable)[back] - usable
    return np.where((one == NONE) | (other == NONE) | (one == other), 0, np.minimum(beside, 2)).astype(
        np.int8
    )


def _namesakes(people: People, a: Ints, b: Ints, name: Levels) -> Levels:
    """1 + log2 of how many people sound like the rarer of two names that sound alike, else 0."""
    sound = sound_numbers(people, "name")
    count = np.bincount(np.maximum(sound, 0))[np.maximum(sound, 0)]
    rarer = np.minimum(count[a], count[b])
    grade = 1 + np.minimum(np.log2(np.maximum(rarer, 1)).astype(np.int8), _MOST_NAMESAKES)
    return np.where(name >= Name.SOUND, grade, 0).astype(np.int8)


def fit(levels: Mapping[str, Levels], same: npt.NDArray[np.bool_]) -> Model:
    """The weights under which labelled pairs are likeliest (iteratively reweighted least squares).

    Parameters
    ----------
    levels
        Of all candidate pairs of a labelled table.
    same
        Whether each is one person.
    """
    offsets = np.cumsum([1, *(MODEL_SIZES[field] for field in MODEL_FIELDS)])
    code = np.zeros(len(same), dtype=np.uint64)
    for field in MODEL_FIELDS:
        code = code * np.uint64(MODEL_SIZES[field]) + levels[field].astype(np.uint64)
    unique, first, back = np.unique(code, return_index=True, return_inverse=True)
    total = np.bincount(back, minlength=len(unique)).astype(float)
    yes = np.bincount(back, weights=same, minlength=len(unique)).astype(float)
    design = np.zeros((len(unique), int(offsets[-1])))
    design[:, 0] = 1.0
    for at, field in enumerate(MODEL_FIELDS):
        chosen = levels[field][first].astype(np.int64)
        seen = chosen > 0
        design[np.flatnonzero(seen), offsets[at] + chosen[seen]] = 1.0
    weights = _solve(design, yes, total)
    return Model(
        float(weights[0]),
        {
            field: weights[offsets[at] : offsets[at] + MODEL_SIZES[field]].copy()
            for at, field in enumerate(MODEL_FIELDS)
        },
    )


def _solve(design: Floats, yes: Floats, total: Floats) -> Floats:
    weights = np.zeros(design.shape[1])
    weights[0] = np.log((yes.sum() + 1) / (total.sum() - yes.sum() + 1))
    ridge = np.full(design.shape[1], _RIDGE)
    ridge[0] = 1e-6
    for _step in range(60):
        odds = np.clip(design @ weights, -30, 30)
        probability = 1 / (1 + np.exp(-odds))
        slope = design.T @ (yes - total * probability) - ridge * weights
        bend = (design * (total * probability * (1 - probability))[:, None]).T @ design
        step = np.linalg.solve(bend + np.diag(ridge), slope)
        weights += np.clip(step, -4, 4)
        if np.abs(step).max() < 1e-6:
            break
    return weights


def packaged() -> Model:
    """The model that ships with the product."""
    constant, weights = 0.0, {field: np.zeros(size) for field, size in MODEL_SIZES.items()}
    text = resources.files("tongchou.reference.matching").joinpath("weights.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(line for line in text.splitlines() if not line.startswith("#")):
        if row["field"] == "constant":
            constant = float(row["weight"])
        else:
            weights[row["field"]][int(row["level"])] = float(row["weight"])
    return Model(constant, weights)
