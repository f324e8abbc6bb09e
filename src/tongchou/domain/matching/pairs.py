"""Pairs of records that are, or may be, one person: found, scored, and sorted for the people who decide.

``sure`` pairs agree so well that they can be decided many at once; ``ask`` pairs are for somebody who looks
at both. Whatever is left says nothing. Two usable numbers that differ are never ``sure``, nor are pairs that
could be twins, nor a record that resembles two others nearly as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from tongchou.domain.matching.blocking import candidate_pairs
from tongchou.domain.matching.levels import Birth, Levels, Name, Plain
from tongchou.domain.matching.model import MODEL_FIELDS, Floats, Model, model_levels
from tongchou.domain.matching.people import People, people_of
from tongchou.domain.matching.writing import Ints

SURE, ASK = "sure", "ask"
#: Log-odds from which a pair is sure, and from which it is worth somebody's look.
SURE_FROM: Final = 0.5
ASK_FROM: Final = -2.0
#: Log-odds of all but the numbers from which two different numbers may be one person's.
TWO_NUMBERS_FROM: Final = 2.0
#: A second candidate this close to the best leaves the choice to people.
MARGIN: Final = 2.0


@dataclass(frozen=True, slots=True)
class Scored:
    """Candidate pairs as rows ``a < b`` of ``people`` with their levels and log-odds."""

    people: People
    a: Ints
    b: Ints
    levels: Mapping[str, Levels]
    score: Floats
    #: What two different numbers weigh in the score.
    against: float


def scored_pairs(frame: pl.DataFrame, model: Model) -> Scored:
    """All candidate pairs of a table with the columns of ``people.SCHEMA``."""
    people = people_of(frame)
    a, b = candidate_pairs(people)
    levels = model_levels(people, a, b)
    against = float(model.weights["id_key"][Plain.DIFFERENT])
    return Scored(people, a, b, levels, model.score(levels), against)


def find_pairs(frame: pl.DataFrame, model: Model) -> pl.DataFrame:
    """The pairs worth deciding, the strongest first.

    Returns
    -------
    DataFrame
        ``a`` and ``b`` (person numbers, ``a < b``), ``score`` (log-odds), ``verdict`` (``sure`` or ``ask``)
        and a column of levels for each field of the model.
    """
    found = scored_pairs(frame, model)
    verdict = verdicts(found)
    kept = np.flatnonzero(verdict > 0)
    one, other = found.people.person[found.a[kept]], found.people.person[found.b[kept]]
    table = pl.DataFrame(
        {
            "a": np.minimum(one, other),
            "b": np.maximum(one, other),
            "score": found.score[kept],
            "verdict": np.where(verdict[kept] == 2, SURE, ASK),
            **{field: found.levels[field][kept] for field in MODEL_FIELDS},
        }
    )
    return table.sort(["score", "a", "b"], descending=[True, False, False])


def verdicts(found: Scored) -> npt.NDArray[np.int8]:
    """2 for sure, 1 to ask, 0 for nothing, a pair an element."""
    score, levels = found.score, found.levels
    verdict = np.zeros(len(score), dtype=np.int8)
    verdict[score >= ASK_FROM] = 1
    # One number on two records asks for a look, whatever else they say: one of them may be mistyped.
    shared = levels["id_key"] == Plain.SAME
    verdict[shared] = np.maximum(verdict[shared], 1)
    # So alike in all the rest that one person may have been given two numbers.
    apart = levels["id_key"] == Plain.DIFFERENT
    verdict[apart & (levels["twins"] == 0) & (score - found.against >= TWO_NUMBERS_FROM)] = 1
    sure = (score >= SURE_FROM) & ~apart & (shared | (levels["twins"] == 0))
    disagree = (levels["name"] <= Name.SURNAME) & (levels["birth"] <= Birth.YEAR)
    verdict[sure & ~disagree & _best(found)] = 2
    return verdict


def _best(found: Scored) -> npt.NDArray[np.bool_]:
    """True where neither record has another candidate nearly as good.

    Records of one number are not rivals: a person may stand in three registers.
    """
    numbered = found.levels["id_key"] == Plain.SAME
    rows = np.concatenate([found.a, found.b])
    score = np.tile(found.score, 2)
    size = len(found.people)
    best = np.full(size, -np.inf)
    np.maximum.at(best, rows, score)
    own = score >= best[rows]
    second = np.full(size, -np.inf)
    np.maximum.at(second, rows[~own], score[~own])
    ties = np.bincount(rows[own], minlength=size) > 1
    clear = np.where(own & ~ties[rows], score - second[rows] >= MARGIN, False)
    half = len(found.a)
    best_of_both: npt.NDArray[np.bool_] = numbered | (clear[:half] & clear[half:])
    return best_of_both
