"""Recalculation in the background: sums by programme, year and unit are kept with the job, people never.

Whom a sum is of is worked out anew for one unit when somebody looks, from the same two snapshots.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tongchou.apps.places import api as places
from tongchou.apps.registry import api as registry
from tongchou.apps.snapshot import api as snapshots
from tongchou.core import access, audit, clock
from tongchou.core.errors import Conflict, Invalid, NotFound
from tongchou.core.jobs import api as jobs
from tongchou.core.scope import Scope
from tongchou.domain.notice import masked_name

if TYPE_CHECKING:
    from tongchou.core.models import Account
    from tongchou.domain.policy.explanation import Explanation

KIND = "entitlements.recalculate"
PERMISSION = "entitlements.evaluate"
#: The first year whose law is here, and the most years of one recalculation.
FIRST_YEAR, MOST_YEARS = 2004, 10
READING, SUMMING, _ALL = "snapshot", "rules", 100
_LONGEST_PURPOSE = 200
#: Days of records that are offered to choose from.
MOST_DAYS = 12
#: Differences a workbook holds; who needs more takes a smaller unit.
MOST_LINES = 5_000


@dataclass(frozen=True, slots=True)
class Total:
    """A sum of a recalculation, of those who claimed; ``fen`` is None where the answer is open."""

    unit: int  # number of the area, ``places.REST`` outside all units
    programme: str
    year: int
    kind: str
    people: int
    fen: int | None


@dataclass(frozen=True, slots=True)
class Records:
    """The records of now that a recalculation reads, and whether the register has gone on since.

    ``behind``: entries of the register are in no snapshot yet, so that the lists are to be brought up to
    date first. ``newer``: a later snapshot is there already, so that asking again is enough.
    """

    as_of: dt.date
    read_at: dt.datetime
    behind: bool
    newer: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """What a job compared."""

    since: dt.date
    years: tuple[int, ...]
    then_as_of: dt.date
    now_as_of: dt.date
    totals: tuple[Total, ...]
    current: bool  # the rules are still those of the job, so that people can be shown
    records: Records | None = None  # None when the snapshot is gone
    same: bool = False  # the records of then are those of now: only law made known since can differ


@dataclass(frozen=True, slots=True)
class Difference:
    """One person's answers of then and now, side by side."""

    person_id: int
    household_id: int | None
    name: str
    village: str
    scope_no: int
    programme: str
    programme_title: str
    year: int
    kind: str
    before: str  # the answer of then in a sentence
    after: str
    reasons: tuple[str, ...]  # what does not hold or is missing now
    withheld: bool  # and what stands on the page of the household alone
    difference_fen: int | None
    law_fen: int | None
    facts_fen: int | None
    claimed: bool


@jobs.job(KIND, label=_("Work out past years again"), permission=PERMISSION)
def run(context: jobs.JobContext) -> dict[str, Any]:
    """Every try works everything out anew; nothing is written but the sums beside the job."""
    from tongchou import policies
    from tongchou.apps.entitlements import recalculating  # brings Polars along

    assert context.by is not None  # the kind has a permission
    since, years = _asked(context.payload)
    with translation.override(settings.LANGUAGE_CODE):  # it stays, whoever reads it
        purpose = gettext("Recalculation of past years, job %(number)s") % {"number": context.job_id}
    context.progress(0, _ALL, READING)
    found = recalculating.recalculate_since(
        since=since, years=years, by=context.by, at=context.at, purpose=purpose
    )
    context.progress(_ALL - 10, _ALL, SUMMING)
    reach = access.require(context.by, PERMISSION, on=clock.date_of(context.at))
    unit_of = _units(reach)
    sums: dict[tuple[int, str, int, str], list[int]] = defaultdict(lambda: [0, 0])
    for row in found.rows.filter(found.rows["claimed"]).iter_rows(named=True):
        key = (unit_of.get(row["area_code"], places.REST), row["programme"], row["year"], row["kind"])
        sums[key][0] += 1
        sums[key][1] += row["difference_fen"] or 0
    return {
        "then": found.then.pk,
        "now": found.now.pk,
        "then_as_of": found.then_as_of.isoformat(),
        "now_as_of": found.now_as_of.isoformat(),
        "rules": policies.laws().version(),
        "sums": [[*key, people, fen] for key, (people, fen) in sorted(sums.items())],
    }


def ask_to_recalculate(
    *, since: dt.date, years: Collection[int], purpose: str, by: Account, at: dt.datetime
) -> jobs.Job:
    """The job that works some years out again; the one that is there when the same was asked already.

    Raises
    ------
    NotAllowed
        When the account may not evaluate.
    Invalid
        ``entitlements.recalculation`` with everything wrong by name in ``problems``.
    Conflict
        ``entitlements.no_then``: no snapshot of that day or before.
    """
    on = clock.date_of(at)
    access.require(by, PERMISSION, on=on)
    wanted = sorted(set(years))
    wrong: dict[str, Any] = {}
    if since > on:
        wrong["since"] = gettext("This day is still to come.")
    if not wanted or len(wanted) > MOST_YEARS or wanted[0] < FIRST_YEAR or wanted[-1] > on.year:
        wrong["years"] = gettext("Choose up to %(most)s years, from %(first)s to this one.") % {
            "most": MOST_YEARS,
            "first": FIRST_YEAR,
        }
    if not purpose.strip():
        wrong["purpose"] = gettext("Say what the recalculation is for.")
    if wrong:
        raise Invalid("entitlements.recalculation", " ".join(wrong.values()), problems=wrong)
    then, now = snapshots.latest(on=since), snapshots.latest(on=on)
    if then is None or now is None:
        raise Conflict("entitlements.no_then", _nothing_then())
    from tongchou import policies

    held = jobs.holding(KIND, by, on)
    span = ",".join(map(str, wanted))
    key = f"{KIND}:{held.area_id}:{since}:{span}:{then.pk}:{now.pk}:{policies.laws().version()[:16]}"
    with transaction.atomic():
        known = jobs.Job.objects.filter(key=key).exists()
        job = jobs.enqueue(
            kind=KIND,
            payload={"since": since.isoformat(), "years": wanted},
            key=key,
            by=by,
            at=at,
            area_id=held.area_id,
            scope_no=held.scope_no,
        )
        if not known:
            audit.append(
                by=by,
                action="entitlements.ask_to_recalculate",
                subject=f"job:{job.pk}",
                purpose=purpose.strip()[:_LONGEST_PURPOSE],
                detail={"since": since.isoformat(), "years": wanted},
                at=at,
                scope_no=held.scope_no,
            )
    return job


def _nothing_then() -> str:
    first = snapshots.Snapshot.objects.order_by("as_of").values_list("as_of", flat=True).first()
    if first is None:
        return gettext("There is no snapshot of that day or before to compare with.")
    return gettext(
        "There is no snapshot of that day or before to compare with; the first is of %(day)s. Choose that "
        "day or a later one."
    ) % {"day": first.isoformat()}


def recalculations(*, by: Account, on: dt.date, limit: int = 20) -> list[jobs.Job]:
    """The recalculations of the account's areas, the newest first."""
    access.require(by, PERMISSION, on=on)
    return jobs.list_for(by, on=on, kind_names=[KIND], limit=limit)


def recalculation(job_id: int, *, by: Account, on: dt.date) -> tuple[jobs.Job, Question | None]:
    """A recalculation, and what it found once it has ended well.

    Raises
    ------
    NotAllowed, NotFound
        When the account may not evaluate, or does not see the job.
    """
    access.require(by, PERMISSION, on=on)
    job = jobs.get(job_id, by=by, on=on)
    if job.kind != KIND:
        raise NotFound("job.unknown", _("There is no such job among yours."))
    if not job.result.get("now"):
        return job, None
    from tongchou import policies

    since, years = _asked(job.payload)
    return job, Question(
        since=since,
        years=years,
        then_as_of=dt.date.fromisoformat(job.result["then_as_of"]),
        now_as_of=dt.date.fromisoformat(job.result["now_as_of"]),
        totals=tuple(
            Total(unit, programme, year, kind, people, None if kind == "open" else fen)
            for unit, programme, year, kind, people, fen in job.result["sums"]
        ),
        current=job.result["rules"] == policies.laws().version(),
        records=_records(snapshots.Snapshot.objects.filter(pk=job.result["now"]).first(), on),
        same=job.result["then"] == job.result["now"],
    )


def records_of_now(*, by: Account, on: dt.date) -> Records | None:
    """What a recalculation asked for on a day would read; None before the first snapshot. Two queries.

    Raises
    ------
    NotAllowed
        When the account may not evaluate.
    """
    access.require(by, PERMISSION, on=on)
    return _records(snapshots.latest(on=on), on)


def days_of_records(*, by: Account, on: dt.date) -> list[dt.date]:
    """The last days of whose records there are answers to compare with, the newest first. Two queries.

    Raises
    ------
    NotAllowed
        When the account may not evaluate.
    """
    access.require(by, PERMISSION, on=on)
    return snapshots.days(on=on, limit=MOST_DAYS)


def _records(read: snapshots.Snapshot | None, on: dt.date) -> Records | None:
    newest = snapshots.latest(on=on)
    if read is None or newest is None:
        return None
    return Records(
        as_of=read.as_of,
        read_at=read.taken_at,
        behind=newest.last_entry is None or newest.last_entry < registry.last_entry(),
        newer=newest.pk != read.pk,
    )


def people_of(
    job: jobs.Job, *, unit: int, by: Account, at: dt.datetime, language: str, page: int = 1, size: int = 50
) -> tuple[list[Difference], int]:
    """A page of the people of one unit whose answer differs, and how many there are. Constant in queries.

    Raises
    ------
    NotAllowed, NotFound
        When the account may not evaluate in the unit, or there is none.
    """
    from tongchou import policies
    from tongchou.apps.entitlements import recalculating

    reach = access.require(by, PERMISSION, on=clock.date_of(at))
    found = next((one for one in places.units(reach) if one.area_id == unit), None)
    if found is None:
        raise NotFound("places.none", _("There is no such area among yours."))
    here = reach.meets(Scope(((found.low, found.high),)))
    since, years = _asked(job.payload)
    held = {one.pk: one for one in snapshots.Snapshot.objects.filter(pk__in=_pair(job))}
    then, now = (held[number] for number in _pair(job))
    rows = recalculating.differences(then, now, since, years, here)
    chosen = rows.sort("household_id", "person_id", "programme", "year").slice((page - 1) * size, size)
    numbers = chosen["person_id"].unique().to_list()
    before, after = (
        {row["person_id"]: row for row in _only(snapshots.read(one), numbers)} for one in (then, now)
    )
    people = registry.people(set(numbers), scope=here)
    laws = policies.laws()
    law_then = policies.known_on(since)
    return [
        _difference(row, people[row["person_id"]], before, after, law_then, laws, language)
        for row in chosen.iter_rows(named=True)
        if row["person_id"] in people
    ], rows.height


@transaction.atomic
def export_people(
    job: jobs.Job, *, unit: int, by: Account, at: dt.datetime, language: str
) -> tuple[list[Difference], int]:
    """The people of one unit as :func:`people_of` has them, ``MOST_LINES`` at most, and how many there are.

    That it was done is noted. People are named as a public notice would name them: the file goes where no
    role looks after it.

    Raises
    ------
    NotAllowed, NotFound
        As :func:`people_of`.
    Conflict
        ``entitlements.rules_changed``: the rules are no longer those of the job.
    """
    from tongchou import policies

    if job.result.get("rules") != policies.laws().version():
        raise Conflict(
            "entitlements.rules_changed",
            _("The rules have changed since. Work the years out again to see whom it concerns."),
        )
    found, total = people_of(job, unit=unit, by=by, at=at, language=language, size=MOST_LINES)
    audit.append(
        by=by,
        action="entitlements.export_recalculation",
        subject=f"job:{job.pk}",
        at=at,
        detail={"rows": len(found), "unit": unit},
        scope_no=job.scope_no,
    )
    return [replace(one, name=masked_name(one.name)) for one in found], total


def _difference(
    row: dict[str, Any], person: Any, before: Any, after: Any, law_then: Any, laws: Any, language: str
) -> Difference:
    number, code, year = row["person_id"], row["programme"], row["year"]
    old = _answer(law_then, before.get(number), code, year)
    new = _answer(laws, after.get(number), code, year)
    reasons, withheld = _reasons(new, language)
    return Difference(
        person_id=number,
        household_id=person.household_id,
        name=person.name,
        village=person.village_name,
        scope_no=person.registered_scope,
        programme=code,
        programme_title=new.rules.listed_title(language) if new else code,
        year=year,
        kind=row["kind"],
        before=_told(old, language),
        after=_told(new, language),
        reasons=reasons,
        withheld=withheld,
        difference_fen=row["difference_fen"],
        law_fen=row["law_fen"],
        facts_fen=row["facts_fen"],
        claimed=row["claimed"],
    )


def _told(answer: Explanation | None, language: str) -> str:
    """Outcome and amount; what is missing is told apart, and never where it is about the family."""
    if answer is None:
        return ""
    from tongchou.domain.policy.outcomes import OUTCOME_WORDS
    from tongchou.domain.policy.words import number

    words = OUTCOME_WORDS[answer.outcome].of(language)
    if answer.amount_fen is None:
        return words
    return f"{words}{'，' if language.startswith('zh') else ', '}{number(answer.amount_fen, language, 'fen')}"


def _reasons(answer: Explanation | None, language: str) -> tuple[tuple[str, ...], bool]:
    if answer is None:
        return (), False
    from tongchou.apps.entitlements.discretion import told_missing, withheld

    kept_back = withheld(answer)
    failing = [node for node in answer.conditions if node.state is False]
    open_facts = dict(answer.missing_labels(language))
    told = [node.label(language) for node in failing if node.code not in kept_back]
    told += [open_facts[name] for name in told_missing(answer)]
    more = any(node.code in kept_back for node in failing) or len(told_missing(answer)) < len(answer.missing)
    return tuple(told), more


def _answer(laws: Any, facts: dict[str, Any] | None, code: str, year: int) -> Explanation | None:
    if facts is None:
        return None
    rules = next((one for one in laws.of(facts.get("area_code")).listed if one.code == code), None)
    answer: Explanation | None = rules.evaluate_one(facts, year) if rules else None
    return answer


def _only(facts: Any, numbers: list[int]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = facts.filter(facts["person_id"].is_in(numbers)).to_dicts()
    return found


def _pair(job: jobs.Job) -> tuple[int, int]:
    return job.result["then"], job.result["now"]


def _asked(payload: dict[str, Any]) -> tuple[dt.date, tuple[int, ...]]:
    return dt.date.fromisoformat(payload["since"]), tuple(payload["years"])


def _units(reach: Scope) -> dict[str, int]:
    """The unit of each place by its code."""
    units = places.units(reach)
    codes = places.Area.objects.within(reach).values_list("code", "scope_no")
    return {
        code: next((one.area_id for one in units if one.holds(scope_no)), places.REST)
        for code, scope_no in codes
    }
