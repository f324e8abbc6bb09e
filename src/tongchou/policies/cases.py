"""The cases of a programme, as a person wrote them in ``cases.yaml``.

.. code-block:: yaml

    overlay: |            # optional: what an imagined province or county sets
      level: county …
    base: {birth_year: 1960, deceased: false}
    cases:
      - {zh: …, en: …, year: 2026, facts: {birth_year: 1966}, expect: {outcome: entitled, yuan: 960}}
    survivors:            # optional: changes of the rule that change nothing
      - {mutant: "children: *", zh: 理由, en: reason}
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache, partial
from importlib import resources
from typing import Any

import yaml

from tongchou.domain.policy.certify import Answer, Certificate, Example, Survivor, certify
from tongchou.domain.policy.errors import LoadError
from tongchou.domain.policy.overlays import apply, read_overlay
from tongchou.domain.policy.programme import Programme
from tongchou.domain.policy.words import Text
from tongchou.policies.law import build_one, codes, national

_KEYS = {"overlay", "base", "cases", "survivors"}
_CASE = {"zh", "en", "year", "facts", "expect"}
_SURVIVOR = {"mutant", "zh", "en"}
_EXPECT = {"outcome", "yuan", "service", "failing", "missing", "claim_by"}


@dataclass(frozen=True, slots=True)
class Cases:
    """The cases of one programme, and the programme as they mean it: with the overlay beside them."""

    programme: Programme
    base: Mapping[str, Any]
    examples: tuple[Example, ...]
    survivors: tuple[Survivor, ...]


@cache
def read(code: str) -> Cases:
    """The cases of a programme, read once in a process.

    Raises
    ------
    LoadError
        When the file or its overlay is wrong.
    KeyError
        When there is no such programme.
    """
    if code not in codes():
        raise KeyError(code)
    name = f"{code}/cases.yaml"
    file = resources.files("tongchou.policies.national") / code / "cases.yaml"
    content = yaml.safe_load(file.read_text(encoding="utf-8"))
    _only(content, _KEYS, name, needed={"base", "cases"})
    overlays = (read_overlay(content["overlay"], name, national()),) if "overlay" in content else ()
    base = {"person_id": 1, **content["base"]}
    return Cases(
        programme=build_one(code, apply(national(), overlays)[code]),
        base=base,
        examples=tuple(_example(one, base, name) for one in content["cases"]),
        survivors=tuple(_survivor(one, name) for one in content.get("survivors", ())),
    )


@cache
def certificate(code: str) -> Certificate:
    """What the cases of a programme prove; see :func:`~tongchou.domain.policy.certify.certify`.

    Worked out once in a process; the longest takes seconds. Raises as :func:`read`.
    """
    cases = read(code)
    return certify(cases.programme, cases.examples, cases.survivors, partial(build_one, code))


def _example(one: Mapping[str, Any], base: Mapping[str, Any], name: str) -> Example:
    _only(one, _CASE, name, needed=_CASE)
    name = f"{name}, {one['en']!r}"
    expect = one["expect"]
    _only(expect, _EXPECT, name, needed={"outcome"})
    return Example(
        text=_text(one, name),
        year=one["year"],
        facts={**base, **one["facts"]},
        expect=Answer(
            expect["outcome"],
            expect["yuan"] * 100 if "yuan" in expect else None,
            tuple(expect.get("failing", ())),
            tuple(expect.get("missing", ())),
            expect.get("claim_by"),
        ),
    )


def _survivor(one: Mapping[str, Any], name: str) -> Survivor:
    _only(one, _SURVIVOR, name, needed=_SURVIVOR)
    return Survivor(one["mutant"], _text(one, f"{name}, survivor {one['mutant']!r}"))


def _text(one: Mapping[str, Any], name: str) -> Text:
    if not one["zh"] or not one["en"]:
        raise LoadError(f"{name}: both the Chinese and the English words are needed")
    return Text(str(one["zh"]), str(one["en"]))


def _only(mapping: Mapping[str, Any], known: set[str], name: str, needed: Collection[str] = ()) -> None:
    """Refuse what is no mapping, has other keys or lacks one: a comma in words makes a key of the rest."""
    if not isinstance(mapping, Mapping):
        raise LoadError(f"{name}: names with values are expected, not {mapping!r}")
    if strange := set(mapping) - known:
        raise LoadError(f"{name}: unknown {', '.join(sorted(strange))}; known: {', '.join(sorted(known))}")
    if lacking := set(needed) - set(mapping):
        raise LoadError(f"{name}: {', '.join(sorted(lacking))} is missing")
