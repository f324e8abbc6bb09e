"""``evaluate --facts``: a file or a folder of facts, and what is told of a run."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tongchou.cli.common import Report, say, show

if TYPE_CHECKING:
    from tongchou.domain.policy.defaults import Default

#: Beside the results of a folder: the defaults they rest on. Readers of Parquet pass over such names.
DEFAULTS = "_defaults.json"


@dataclass(frozen=True, slots=True)
class Run:
    """What a run over facts found: how it is summed up, and the defaults it rests on."""

    summary: dict[str, Any]
    defaults: tuple[Default, ...]


def tell(run: Run, *, as_json: bool) -> None:
    """The sums; the defaults in words beside them, and in them where a program reads them."""
    tell_defaults(run.defaults)
    more = {"defaults": [one.as_dict() for one in run.defaults]} if as_json else {}
    show({**run.summary, **more}, as_json=as_json)


def tell_defaults(defaults: Sequence[Default]) -> None:
    """Say which numbers nobody in the area has set, and how many answers rest on them."""
    if defaults:
        say("Not set for the area, worked out with a default:")
    for one in defaults:
        say(f"  {one.line()}")


def of_file(
    facts: Path,
    out: Path,
    year: int,
    laws: Any,
    chosen: Callable[[Any], list[Any]],
    accept: tuple[str, ...],
) -> Run:
    """Evaluate one file, each person under the law of its place.

    Parameters
    ----------
    chosen
        The programmes asked for, of a law.
    """
    import polars as pl

    from tongchou import policies
    from tongchou.domain.policy.defaults import defaults, together
    from tongchou.domain.policy.settled import concerned, settled
    from tongchou.policies.files import FactsError, read_facts, write_results

    try:
        frame = read_facts(facts)
        asked = [(part, law, chosen(law)) for part, law in laws.split(frame)]
        found, on_defaults = [], []
        overlaps = [
            concerned(law.overlaps, [one.code for one in programmes], year)
            for _part, law, programmes in asked
        ]
        for (part, _law, programmes), groups in zip(asked, overlaps, strict=True):
            results = policies.evaluate_many(part, programmes, year)
            on_defaults += defaults(programmes, year, _counts(results))
            found.append(settled(results, groups) if any(overlaps) else results)
        together_ = pl.concat(found)
        counts = _counts(together_)
        several = {one.code: one for _part, _law, programmes in asked for one in programmes}
        refuse_implausible(counts, list(several.values()), year, accept)
        rest = together(on_defaults)
        write_results(together_, out, source=facts, metadata=_metadata(rest))
    except (FactsError, OSError) as error:
        raise click.ClickException(str(error)) from error
    totals = {f"{programme} {outcome}": number for (programme, outcome), number in counts.items()}
    return Run({"persons": frame.height, "year": year, "out": str(out), **totals, **_unpaid(together_)}, rest)


def _counts(results: Any) -> dict[tuple[str, str], int]:
    rows = results.group_by("programme", "outcome").len().sort("programme", "outcome").iter_rows()
    return {(programme, outcome): number for programme, outcome, number in rows}


def _unpaid(results: Any) -> dict[str, int]:
    """How many entitlements are not paid because another programme is."""
    if "instead" not in results.columns:
        return {}
    lost = results.filter(results["instead"] != "").group_by("programme", "instead").len()
    rows = lost.sort("programme", "instead").iter_rows()
    return {f"{programme} not paid beside {instead}": number for programme, instead, number in rows}


def _metadata(defaults: Sequence[Default]) -> dict[str, str]:
    if not defaults:
        return {}
    return {"tongchou.defaults": json.dumps([one.as_dict() for one in defaults], ensure_ascii=False)}


def of_folder(
    facts: Path,
    out: Path,
    year: int,
    chosen: list[Any],
    accept: tuple[str, ...],
    report: Report,
    *,
    laws: Any,
    engine: str,
    master: str,
) -> Run:
    """Evaluate a folder of parts under the one law that holds."""
    from tongchou.domain.policy.defaults import defaults
    from tongchou.domain.policy.settled import concerned
    from tongchou.policies.files import FactsError

    overlaps = concerned(laws.here.overlaps, [one.code for one in chosen], year)
    try:
        if engine == "spark":
            from tongchou.policies import cluster

            with cluster.session(master) as spark:
                done = cluster.evaluate_parts(spark, facts, out, chosen, year)
            put_aside = cluster.take_back
            if overlaps:
                say("Which of several programmes is paid is not worked out by Spark: see --engine polars.")
        else:
            from tongchou.policies import parts

            done = parts.evaluate_parts(facts, out, chosen, year, overlaps=overlaps, report=report)
            put_aside = parts.put_aside
        try:
            refuse_implausible(done.counts, chosen, year, accept)
        except click.ClickException:
            put_aside(out)
            raise
        found = defaults(chosen, year, done.counts)
        _write_defaults(out / DEFAULTS, found)
    except (FactsError, OSError, ImportError) as error:
        raise click.ClickException(str(error)) from error
    totals = {f"{programme} {outcome}": number for (programme, outcome), number in done.counts.items()}
    return Run({"persons": done.persons, "year": year, "out": str(out), "kept": done.kept, **totals}, found)


def _write_defaults(path: Path, defaults: Sequence[Default]) -> None:
    if defaults:
        text = json.dumps([one.as_dict() for one in defaults], ensure_ascii=False, indent=1)
        path.write_text(text, encoding="utf-8")
    else:
        path.unlink(missing_ok=True)


def refuse_implausible(
    counts: dict[tuple[str, str], int], programmes: list[Any], year: int, accept: tuple[str, ...]
) -> None:
    """Nothing matches everybody by accident, in a file as little as in the registry."""
    from tongchou.domain.policy.plausible import implausible

    found = implausible(counts, programmes, year, accept)
    if found:
        told = "; ".join(
            f"{one.title.en} would go to {one.share} of 1,000 people, outside the {one.least} to {one.most} "
            "its rules call plausible"
            for one in found
        )
        again = " ".join(f"--accept {one.code}" for one in found)
        raise click.ClickException(
            f"{told}. There are no results. Look at the facts and the rules; if it is right, add {again}"
        )
