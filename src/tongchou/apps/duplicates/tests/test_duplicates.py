"""Found once, decided by two, remembered, opened again when a fact changes."""

from __future__ import annotations

import datetime as dt
import json
import threading
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from tongchou.apps.duplicates import api as duplicates
from tongchou.apps.duplicates.finding import _band
from tongchou.apps.duplicates.jobs import find as find_job
from tongchou.apps.duplicates.models import Judgement, Pair, Side, State
from tongchou.apps.registry import api as registry
from tongchou.apps.registry.models import Person
from tongchou.apps.registry.tests.acts import correct
from tongchou.core.errors import Conflict, Invalid, NotAllowed, NotFound
from tongchou.core.jobs import api as jobs
from tongchou.core.jobs import leases
from tongchou.core.jobs.context import JobContext
from tongchou.domain.matching import model
from tongchou.domain.matching.levels import Birth, Kin, Name, Place


def seen(pair: Pair, by: Any, at: dt.datetime) -> str:
    return duplicates.open_pair(pair.pk, by=by, at=at).seen


def test_a_second_run_adds_nothing(pair: Pair, find: Any) -> None:
    assert pair.state == State.OPEN
    assert pair.sides.count() == 2
    kept = list(Pair.objects.order_by("pk").values())
    done = find()
    assert (done.new, done.reopened, done.gone) == (0, 0, 0)
    assert list(Pair.objects.order_by("pk").values()) == kept


def test_why_is_told_by_clause_and_nothing_of_a_person_is_kept(pair: Pair) -> None:
    speaks_for, _against = duplicates.clauses(pair)
    assert ("name", Name.SAME) in speaks_for and ("birth", Birth.SAME) in speaks_for
    said = json.dumps(Pair.objects.values()[0], default=str, ensure_ascii=False)
    assert "赵" not in said and "1960" not in said and "520599" not in said
    assert not {"score", "odds"} & {field.name for field in Pair._meta.get_fields()}


def test_twins_are_never_sure(pair: Pair) -> None:
    one, other = Person.objects.filter(name__in=("赵远", "赵近")).order_by("pk").values_list("pk", flat=True)
    assert not Pair.objects.filter(a_id=one, b_id=other, band="sure").exists()
    row = dict.fromkeys(model.MODEL_FIELDS, 0) | {"verdict": "sure", "birth": Birth.SAME}
    assert _band(row | {"name": Name.SAME, "father": Kin.SAME}) == "sure"
    assert _band(row | {"name": Name.SOUND, "father": Kin.SAME}) == "ask"
    assert _band(row | {"name": Name.SOUND, "place": Place.HOUSEHOLD}) == "ask"
    assert _band(row | {"name": Name.DIFFERENT, "twins": 1}) == "ask"


def test_one_says_another_approves_and_it_is_taken_apart_again(
    pair: Pair, choice: Any, township_officer: Any, second_officer: Any, frozen_clock: dt.datetime
) -> None:
    officer, second, at = township_officer, second_officer, frozen_clock
    duplicates.propose(choice=choice(pair, officer), by=officer, at=at)
    with pytest.raises(NotAllowed, match="needs_two"):
        duplicates.approve(pair_id=pair.pk, seen=seen(pair, officer, at), by=officer, at=at)
    assert duplicates.waiting(by=second, on=at.date())[1] == 1
    assert duplicates.waiting(by=officer, on=at.date())[1] == 0
    with pytest.raises(Conflict, match=r"duplicates\.seen"):
        duplicates.approve(pair_id=pair.pk, seen="other", by=second, at=at)
    duplicates.approve(pair_id=pair.pk, seen=seen(pair, second, at), by=second, at=at)
    assert Person.objects.filter(name="赵大山").count() == 1
    assert registry.check_state().ok
    view = duplicates.open_pair(pair.pk, by=officer, at=at)
    assert (view.pair.state, len(view.sides)) == (State.JOINED, 1)
    assert [one.act for one in view.judgements] == ["propose", "approve"]
    with pytest.raises(Conflict, match="settled"):
        duplicates.approve(pair_id=pair.pk, seen=view.seen, by=second, at=at)

    duplicates.propose_apart(pair_id=pair.pk, by=officer, at=at)
    with pytest.raises(NotAllowed, match="needs_two"):
        duplicates.approve(pair_id=pair.pk, seen=seen(pair, officer, at), by=officer, at=at)
    duplicates.approve(pair_id=pair.pk, seen=seen(pair, second, at), by=second, at=at)
    assert Person.objects.filter(name="赵大山").count() == 2
    assert registry.check_state().ok
    pair.refresh_from_db()
    assert (pair.state, pair.batch_id, pair.keep_id) == (State.OPEN, None, None)
    assert Side.objects.filter(registered_scope=None).count() == 0


def test_a_request_is_refused_or_withdrawn(
    pair: Pair, choice: Any, township_officer: Any, second_officer: Any, frozen_clock: dt.datetime
) -> None:
    officer, second, at = township_officer, second_officer, frozen_clock
    duplicates.propose(choice=choice(pair, officer), by=officer, at=at)
    with pytest.raises(NotAllowed):
        duplicates.withdraw(pair_id=pair.pk, by=second, at=at)
    with pytest.raises(Invalid):
        duplicates.refuse(pair_id=pair.pk, refusal="no", by=second, at=at)
    duplicates.refuse(pair_id=pair.pk, refusal="unclear", by=second, at=at)
    pair.refresh_from_db()
    assert pair.state == State.OPEN
    duplicates.propose(choice=choice(pair, officer), by=officer, at=at)
    duplicates.withdraw(pair_id=pair.pk, by=officer, at=at)
    assert Person.objects.filter(name="赵大山").count() == 2


def test_two_people_stay_two_until_a_fact_changes(
    pair: Pair, find: Any, township_officer: Any, frozen_clock: dt.datetime
) -> None:
    officer, at = township_officer, frozen_clock
    duplicates.two_people(pair_id=pair.pk, seen=seen(pair, officer, at), by=officer, at=at)
    assert find().reopened == 0
    pair.refresh_from_db()
    assert pair.state == State.TWO
    registry.record_phones(person_id=pair.b_id, phones=["13900005678"], by=officer, at=at)
    assert find().reopened == 1
    pair.refresh_from_db()
    assert (pair.state, pair.changed) == (State.OPEN, "phone_key")
    assert duplicates.open_pair(pair.pk, by=officer, at=at).changed == ("phone_key",)


def test_who_decides_must_have_seen_the_records_as_they_are(
    pair: Pair, choice: Any, township_officer: Any, frozen_clock: dt.datetime
) -> None:
    chosen = choice(pair, township_officer)
    correct(person_id=pair.b_id, name="赵大三", reason="x", by=township_officer, at=frozen_clock)
    with pytest.raises(Conflict, match=r"duplicates\.seen"):
        duplicates.propose(choice=chosen, by=township_officer, at=frozen_clock)


def test_what_is_no_longer_alike_waits_for_nobody(
    pair: Pair, find: Any, township_officer: Any, frozen_clock: dt.datetime
) -> None:
    correct(
        person_id=pair.b_id, name="孙五", birth="1999-09-09", reason="x", by=township_officer, at=frozen_clock
    )
    registry.record_phones(person_id=pair.b_id, phones=["13900005678"], by=township_officer, at=frozen_clock)
    assert find().gone == 1
    pair.refresh_from_db()
    assert pair.state == State.GONE


def test_the_village_is_asked_and_answers(
    pair: Pair, make_account: Any, county: Any, township_officer: Any, village_worker: Any,
    frozen_clock: dt.datetime,
) -> None:  # fmt: skip
    at = frozen_clock
    duplicates.ask_village(pair_id=pair.pk, by=township_officer, at=at)
    with pytest.raises(NotFound):  # the other record is in another village
        duplicates.answer(pair_id=pair.pk, said="same", by=village_worker, at=at)
    both = make_account("both", "village_worker", county.township)
    assert duplicates.waiting(by=both, on=at.date()) == (1, 0)
    with pytest.raises(NotAllowed):
        duplicates.two_people(pair_id=pair.pk, seen="", by=both, at=at)
    duplicates.answer(pair_id=pair.pk, said="same", by=both, at=at)
    pair.refresh_from_db()
    assert (pair.state, pair.answer) == (State.OPEN, "same")
    with pytest.raises(NotFound):
        duplicates.open_pair(pair.pk, by=both, at=at)


def test_both_records_must_be_in_the_areas_of_the_reader(
    pair: Pair, make_account: Any, county: Any, choice: Any, township_officer: Any, frozen_clock: dt.datetime
) -> None:
    narrow = make_account("narrow", "township_officer", county.village)
    on = frozen_clock.date()
    assert not duplicates.pairs(by=narrow, on=on, show="sure").exists()
    chosen = choice(pair, township_officer)
    for act in (
        lambda: duplicates.open_pair(pair.pk, by=narrow, at=frozen_clock),
        lambda: duplicates.propose(choice=chosen, by=narrow, at=frozen_clock),
        lambda: duplicates.two_people(pair_id=pair.pk, seen="", by=narrow, at=frozen_clock),
    ):
        with pytest.raises(NotFound):
            act()
    told = duplicates.people_elsewhere(duplicates.elsewhere(by=narrow, on=on), by=narrow, on=on)
    assert [hit.person_id for hit in told] == [pair.a_id]


def test_many_together(
    pair: Pair, choice: Any, township_officer: Any, second_officer: Any, frozen_clock: dt.datetime
) -> None:
    officer, second, at = township_officer, second_officer, frozen_clock
    good = choice(pair, officer)
    stale = duplicates.Choice(pair.pk + 100, 1, 1, "")
    result = duplicates.propose_many(choices=[good, stale], by=officer, at=at)
    assert (result.done, result.not_done, len(result.reasons)) == (1, 1, 1)
    result = duplicates.approve_many(choices=[good], by=second, at=at)
    assert result.done == 0  # another mark: the choice is part of what was shown
    line = duplicates.lines([Pair.objects.get(pk=pair.pk)], by=second, on=at.date())[0]
    result = duplicates.approve_many(
        choices=[duplicates.Choice(pair.pk, line.keep_id, 0, line.seen)], by=second, at=at
    )
    assert result.done == 1
    with pytest.raises(Invalid):
        duplicates.propose_many(choices=[], by=officer, at=at)


def test_the_database_itself_wants_two_people_and_forgets_nothing(
    pair: Pair, township_officer: Any, frozen_clock: dt.datetime
) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Judgement.objects.create(
            pair=pair, act="approve", asked_by=township_officer, by=township_officer, at=frozen_clock
        )
    made = Judgement.objects.create(pair=pair, act="two", by=township_officer, at=frozen_clock)
    with pytest.raises(DatabaseError), transaction.atomic():
        made.delete()


def test_queries_do_not_grow(
    pair: Pair, township_officer: Any, frozen_clock: dt.datetime, django_assert_max_num_queries: Any
) -> None:
    on = frozen_clock.date()
    with django_assert_max_num_queries(20):
        found = list(duplicates.pairs(by=township_officer, on=on, show="sure"))
        found += list(duplicates.pairs(by=township_officer, on=on, show="ask"))
        duplicates.lines(found, by=township_officer, on=on)
    with django_assert_max_num_queries(64):
        duplicates.open_pair(pair.pk, by=township_officer, at=frozen_clock)


def test_the_job_looks_and_ends_early_when_asked(
    recorded: None, county_reviewer: Any, township_officer: Any, frozen_clock: dt.datetime
) -> None:
    with pytest.raises(NotAllowed):
        duplicates.ask_to_find(by=township_officer, at=frozen_clock)
    job = duplicates.ask_to_find(by=county_reviewer, at=frozen_clock)
    assert duplicates.ask_to_find(by=county_reviewer, at=frozen_clock).pk == job.pk
    taken = leases.claim(["duplicates.find"], at=frozen_clock)
    result = find_job(JobContext(taken, at=frozen_clock, stop=threading.Event()))
    assert result["new"] == Pair.objects.count() > 0
    jobs.cancel(job_id=job.pk, by=county_reviewer, at=frozen_clock)
    with pytest.raises(jobs.Cancelled):
        context = JobContext(taken, at=frozen_clock, stop=threading.Event())
        context.beat()
        find_job(context)
