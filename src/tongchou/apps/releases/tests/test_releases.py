"""A public table is computed and checked by one person, sealed by another, and stays what it was."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import DatabaseError

from tongchou import statistics_tables
from tongchou.apps.releases import api as releases
from tongchou.apps.releases.jobs import run
from tongchou.apps.releases.models import Release, Step
from tongchou.apps.releases.tests.conftest import Desk, desk
from tongchou.core import signing
from tongchou.core.errors import Conflict, Invalid, NotAllowed, NotFound
from tongchou.core.jobs import leases
from tongchou.core.jobs.context import JobContext
from tongchou.core.models import AuditEntry
from tongchou.domain.releases.exports import MEDIA
from tongchou.domain.releases.proof import Verdict, verify

__all__ = ["desk"]


def test_from_computing_to_the_public(desk: Desk) -> None:
    one = desk.published()
    assert (one.state, one.version, one.published_at) == ("published", 1, desk.at)
    assert [step.act for step in releases.steps_of(one)] == ["define", "compute", "check", "seal", "publish"]
    assert releases.public("births_and_deaths", "2025") == one
    assert list(releases.catalogue()) == [one]
    acts = list(AuditEntry.objects.filter(action__startswith="releases.").values_list("action", flat=True))
    assert acts == [f"releases.{name}" for name in ("define", "compute", "check", "seal", "publish")]


@pytest.mark.parametrize("code", [one.code for one in statistics_tables.load()])
def test_every_table_that_ships_can_be_computed_and_its_files_verified(desk: Desk, code: str) -> None:
    period = "2025" if statistics_tables.by_code(code).step == "year" else "2026-06"  # type: ignore[union-attr]
    one = desk.checked(code, period)
    table = releases.figures(one)
    # The made-up villages are too small for a life table.
    unknown = code == "life_expectancy"
    assert table.cells and any(each.value or unknown for each in table.cells.values())
    if code in ("births_and_deaths", "migration"):
        values = {int(each.value) for each in table.cells.values()}
        assert all(value % 5 == 0 for value in values)
    assert not releases.refused(one)
    one = releases.publish(release_id=desk.sealed(one).pk, by=desk.sealer, at=desk.at)
    beside = json.loads(releases.file_of(one, "metadata.json"))
    for ending in MEDIA:
        content = releases.file_of(one, ending)
        found = verify(releases.file_name(one, ending), content, keys=signing.public_keys(), beside=beside)
        assert found.verdict is Verdict.GENUINE, (ending, found)
        assert found.says["inputs"]["definition"] == one.inputs["definition"]


def test_life_expectancy_stands_with_its_interval(desk: Desk, make_cubes: Any, monkeypatch: Any) -> None:
    """As the indicator itself says it of the county, where somebody died in the open age group."""
    from dataclasses import replace

    from tongchou.apps.releases import counting
    from tongchou.domain.statistics import compute
    from tongchou.domain.statistics.series import Step

    make_cubes(months=24, people=20000)
    read = counting.statistics.months

    def oldest(*given: Any) -> Any:
        cube = read(*given)
        years, deaths = cube.person_years.copy(), cube.deaths.copy()
        years[:, :, -1] += 0.5
        deaths[:, :, -1] += 1
        return replace(cube, person_years=years, deaths=deaths)

    monkeypatch.setattr(counting.statistics, "months", oldest)
    one = desk.checked("life_expectancy")
    (shown,) = releases.figures(one).cells.values()
    cube = oldest(counting.statistics.latest(), "registered")
    county = cube.grouped([[0, 1]], [desk.county.code])
    made = compute.series(county, "life_expectancy_0", step=Step.YEAR)
    year = [str(each)[:4] for each in made.periods].index("2025")
    assert shown.value == f"{made.figure.value[0, year]:.2f}"
    assert 50 < float(shown.lower) < float(shown.value) < float(shown.upper) < 110


def test_the_same_counts_give_the_same_bytes(desk: Desk) -> None:
    one = desk.checked("population_by_age")
    first = (one.content_sha256, one.hidden_sha256)
    releases.compute(release_id=one.pk, by=desk.maker, at=desk.at)
    one.refresh_from_db()
    assert (one.content_sha256, one.hidden_sha256, one.state) == (*first, "computed")
    assert one.findings == [] and one.checked_by is None


def test_other_counts_give_others(desk: Desk, make_cubes: Any) -> None:
    one = desk.checked("population_by_age")
    before = one.content_sha256
    make_cubes(months=24, people=2000, seed=5)
    releases.compute(release_id=one.pk, by=desk.maker, at=desk.at)
    one.refresh_from_db()
    assert one.content_sha256 != before


def test_the_maker_does_not_seal(desk: Desk, make_account: Any, county: Any) -> None:
    both = make_account("both", "county_reviewer", county.county)
    from tongchou.core import actions

    actions.assign_role(
        account=both,
        role="statistician",
        area_id=county.county.pk,
        scope_no=county.county.scope_no,
        scope_end=county.county.scope_end,
        by=None,
        at=desk.at,
    )
    one = desk.begin()
    releases.compute(release_id=one.pk, by=desk.maker, at=desk.at)
    one = releases.check(release_id=one.pk, by=both, at=desk.at)
    with pytest.raises(NotAllowed, match="maker"):
        releases.seal(
            release_id=one.pk, content_sha256=one.content_sha256, licence="cc0-1.0", by=both, at=desk.at
        )
    with pytest.raises(NotAllowed):
        releases.seal(
            release_id=one.pk, content_sha256=one.content_sha256, licence="cc0-1.0", by=desk.maker, at=desk.at
        )
    for who in (both, desk.maker):
        with pytest.raises(IntegrityError, match="release_sealed_by_another"), transaction.atomic():
            Release.objects.filter(pk=one.pk).update(sealed_by=who)
    with pytest.raises(IntegrityError, match="release_sealed_is_signed"), transaction.atomic():
        Release.objects.filter(pk=one.pk).update(state="published")


def test_what_was_looked_at_is_what_is_sealed(desk: Desk) -> None:
    one = desk.checked()
    with pytest.raises(Conflict, match="state"):
        releases.seal(
            release_id=one.pk, content_sha256="0" * 64, licence="cc0-1.0", by=desk.sealer, at=desk.at
        )
    with pytest.raises(Invalid, match="licence"):
        releases.seal(
            release_id=one.pk, content_sha256=one.content_sha256, licence="?", by=desk.sealer, at=desk.at
        )
    desk.sealed(one)
    with pytest.raises(Conflict, match="state"):
        releases.compute(release_id=one.pk, by=desk.maker, at=desk.at)


def test_a_table_of_the_county_takes_somebody_of_the_whole_county(
    desk: Desk, make_account: Any, county: Any, township_officer: Any
) -> None:
    smaller = make_account("half", "statistician", county.township)
    with pytest.raises(Invalid, match="county"):
        releases.define(code="migration", period="2025", area_id=county.county.pk, by=smaller, at=desk.at)
    with pytest.raises(NotAllowed):
        releases.define(
            code="migration", period="2025", area_id=county.county.pk, by=township_officer, at=desk.at
        )
    one = desk.begin()
    with pytest.raises(NotFound):
        releases.compute(release_id=one.pk, by=smaller, at=desk.at)


def test_a_restatement_is_listed_cell_by_cell_and_the_first_stays(desk: Desk, make_cubes: Any) -> None:
    first = desk.published()
    with pytest.raises(Conflict, match="there"):
        desk.begin()
    make_cubes(months=24, people=2000, seed=2)
    again = desk.restated(first)
    assert (again.version, again.predecessor, again.reason) == (2, first, "迟报补登")
    changed = releases.changed(again)
    assert changed and all(one.before != one.after for one in changed)
    again = releases.publish(release_id=desk.sealed(again).pk, by=desk.sealer, at=desk.at)
    first.refresh_from_db()
    assert first.state == "superseded"
    assert releases.public("births_and_deaths", "2025") == again
    assert releases.public("births_and_deaths", "2025", version=1) == first
    assert "第2版" in again.about["restatement"]["zh"]
    assert releases.versions_left(again) == 1


def test_nothing_changed_states_the_same_figures(desk: Desk) -> None:
    again = desk.restated(desk.published())
    assert releases.changed(again) == ()


def test_the_budget_of_versions_is_kept(desk: Desk) -> None:
    one = desk.published()
    for _version in (2, 3):
        one = releases.publish(release_id=desk.sealed(desk.restated(one)).pk, by=desk.sealer, at=desk.at)
    assert releases.versions_left(one) == 0
    with pytest.raises(Conflict, match="budget"):
        releases.restate(release_id=one.pk, reason="again", by=desk.maker, at=desk.at)


def test_what_would_give_something_away_is_not_sealed(desk: Desk, monkeypatch: Any) -> None:
    one = desk.checked()
    from tongchou.apps.releases import making
    from tongchou.domain.releases.crossing import Finding

    monkeypatch.setattr(
        making, "findings", lambda _one, **_how: (Finding("difference", "x", ("a",), ("b",), 3),)
    )
    with pytest.raises(Conflict, match="refused"):
        desk.sealed(one)
    one = releases.check(release_id=one.pk, by=desk.maker, at=desk.at)
    assert releases.refused(one) and one.findings[0]["number"] == 3


def test_a_table_whose_definition_changed_is_computed_again(desk: Desk, monkeypatch: Any) -> None:
    one = desk.checked()
    monkeypatch.setattr(statistics_tables, "digest", lambda _definition: "0" * 64)
    with pytest.raises(Conflict, match="definition"):
        desk.sealed(one)


def test_a_withdrawn_table_stays_listed_without_its_figures(desk: Desk) -> None:
    one = desk.published()
    with pytest.raises(Invalid, match="reason"):
        releases.withdraw(release_id=one.pk, reason="  ", by=desk.sealer, at=desk.at)
    releases.withdraw(release_id=one.pk, reason="口径有误", by=desk.sealer, at=desk.at)
    one = releases.public("births_and_deaths", "2025")
    assert one.state == "withdrawn"
    with pytest.raises(NotFound):
        releases.file_of(one, "csv")
    again = desk.restated(one)
    assert again.version == 2


def test_a_table_given_up_can_be_begun_again(desk: Desk) -> None:
    one = desk.begin()
    assert desk.begin() == one
    releases.drop(release_id=one.pk, reason="选错了", by=desk.maker, at=desk.at)
    assert desk.begin().pk != one.pk


def test_a_file_that_was_touched_is_refused(desk: Desk, var_folder: Path) -> None:
    one = desk.published()
    path = var_folder / "releases" / one.content_sha256
    content = path.read_bytes()
    path.write_bytes(content.replace(b"deaths", b"deathz", 1))
    with pytest.raises(Conflict, match="damaged"):
        releases.file_of(one, "csv")
    path.write_bytes(content)
    good = releases.file_of(one, "json")
    keys = signing.public_keys()
    assert verify("a.json", good, keys=keys).verdict is Verdict.GENUINE
    figures = json.loads(good)
    at = next(place for place, value in enumerate(figures["value"]) if value)
    figures["value"][at] += 5
    assert verify("a.json", json.dumps(figures).encode(), keys=keys).verdict is Verdict.CHANGED
    words = json.loads(good)
    words["extension"]["tongchou"]["title"]["zh"] = "别的表"
    assert verify("a.json", json.dumps(words).encode(), keys=keys).verdict is Verdict.CHANGED
    assert verify("a.json", good, keys={"keys": []}).verdict is Verdict.UNKNOWN_KEY
    assert verify("a.json", good[:-30], keys=keys).verdict is Verdict.UNREADABLE


def test_steps_are_never_changed(desk: Desk) -> None:
    desk.begin()
    with pytest.raises(DatabaseError), transaction.atomic():
        Step.objects.update(note="other")


def test_a_period_that_is_not_whole_is_refused(desk: Desk) -> None:
    one = desk.begin(period="2026")
    with pytest.raises(Invalid, match="period"):
        releases.compute(release_id=one.pk, by=desk.maker, at=desk.at)
    with pytest.raises(Invalid, match="unknown"):
        desk.begin(code="nothing")


def test_the_job_computes_and_checks(desk: Desk) -> None:
    one = desk.begin()
    job = releases.ask_to_compute(release_id=one.pk, by=desk.maker, at=desk.at)
    assert releases.ask_to_compute(release_id=one.pk, by=desk.maker, at=desk.at) == job
    held = leases.claim(["releases.compute"], at=desk.at)
    assert held is not None
    told = run(JobContext(held, at=desk.at, stop=threading.Event()))
    one.refresh_from_db()
    assert (one.state, told) == ("checked", {"release": one.pk, "findings": len(one.findings)})


def test_the_list_takes_the_same_queries_for_many(desk: Desk, django_assert_num_queries: Any) -> None:
    from tongchou.core.scope import Scope

    for period in ("2026-01", "2026-02", "2026-03"):
        desk.begin("population_by_township", period)
    with django_assert_num_queries(2):
        assert len(releases.releases(scope=Scope.of_area(desk.county))) == 3
    assert not releases.releases(scope=Scope.nothing())
    assert connection.vendor


def test_every_act_ends_with_its_audit_row(desk: Desk, audited: Any) -> None:
    with audited():
        one = desk.begin()
    with audited():
        releases.compute(release_id=one.pk, by=desk.maker, at=desk.at)
    with audited():
        one = releases.check(release_id=one.pk, by=desk.maker, at=desk.at)
    with audited():
        desk.sealed(one)
    with audited():
        releases.publish(release_id=one.pk, by=desk.sealer, at=desk.at)
    with audited():
        releases.restate(release_id=one.pk, reason="x", by=desk.maker, at=desk.at)
    with audited():
        releases.withdraw(release_id=one.pk, reason="x", by=desk.sealer, at=desk.at)
