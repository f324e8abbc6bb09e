"""A letter goes its whole way, judged by the level above, and stays as it was signed."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tongchou.apps.commitments import api as commitments
from tongchou.apps.commitments.models import Letter, Promise, Step
from tongchou.apps.posts import api as posts
from tongchou.core.errors import Conflict, Invalid, NotAllowed, NotFound
from tongchou.core.models import AuditEntry
from tongchou.domain.commitments.letters import Vote

pytestmark = pytest.mark.django_db


def test_the_whole_way_leaves_every_step_and_an_audit_row(letter: Any, office: Any) -> None:
    one = letter()
    assert (one.stage, len(one.sha256), one.signed_by) == ("published", 64, "村主任 王大山（示例）")
    acts = list(one.steps.order_by("pk").values_list("act", flat=True))
    assert acts == ["hear", "assemble", "adopt", "clear", "publish"]
    logged = AuditEntry.objects.filter(subject=f"letter:{one.pk}").values_list("action", flat=True)
    assert {f"commitments.{act}" for act in ("draft", "write", *acts)} == set(logged)


def test_the_same_words_give_the_same_hash(letter: Any) -> None:
    one = letter()
    assert hashlib.sha256(commitments.content(one).encode()).hexdigest() == one.sha256
    Promise.objects.filter(letter=one).update(measure="别的")
    assert hashlib.sha256(commitments.content(one).encode()).hexdigest() != one.sha256


def test_everything_missing_is_said_at_once(letter: Any, words: Any, frozen_clock: Any, office: Any) -> None:
    one = letter("write", (words(owner="", proof=" "), words(), words(due_in=1)))
    with pytest.raises(Invalid) as refused:
        commitments.hear(letter_id=one.pk, days=7, by=office.village, at=frozen_clock + dt.timedelta(days=2))
    assert {number: len(said) for number, said in refused.value.data["items"].items()} == {0: 2, 2: 1}


def test_a_word_law_has_closed_is_not_even_kept_in_a_draft(
    letter: Any, words: Any, frozen_clock: Any, office: Any
) -> None:
    one = letter("write")
    for text in ("组织孕检", "以签承诺书为前提"):
        with pytest.raises(Invalid):
            commitments.write(
                letter_id=one.pk, items=(words(promise=text),), by=office.village, at=frozen_clock
            )
    assert one.promises.get().promise.startswith("育儿补贴")


def test_a_published_letter_that_presses_families_is_taken_back_by_the_level_above(
    letter: Any, frozen_clock: Any, office: Any
) -> None:
    one = letter("publish")
    given = {"letter_id": one.pk, "said": "第一项以签字为条件，违反权利规定", "at": frozen_clock}
    with pytest.raises(Conflict) as told:  # its words may stand: it is owed
        commitments.annul(**given, by=office.township)
    assert told.value.code == "commitments.stands"
    # As it was published before the check.
    one.promises.update(promise="签订参与书的家庭优先办理低保")
    assert commitments.view(one.pk, by=office.township, on=frozen_clock.date()).annul
    assert not commitments.view(one.pk, by=office.village, on=frozen_clock.date()).annul
    with pytest.raises(NotAllowed):
        commitments.annul(**given, by=office.village)
    with pytest.raises(Invalid):
        commitments.annul(**(given | {"said": " "}), by=office.township)
    after = commitments.annul(**given, by=office.township)
    step = after.steps.latest("pk")
    assert (after.stage, after.sha256, step.act) == ("withdrawn", "", "annul")
    assert step.numbers["sha256"] == one.sha256 and step.said.startswith("第一项")
    with pytest.raises(NotFound):
        commitments.open_public(one.pk, on=frozen_clock.date())


@pytest.mark.parametrize(
    ("said", "taken"),
    [
        ("隔壁王小明家超生了，应该罚款", False),
        ("我的身份证520599196003121237，电话13800001234", False),
        ("张三家已经三个孩子了，还领低保，应该取消", False),
        ("我家三个孩子没有领到补贴，请写进承诺", True),
        ("不要再要求孕检", True),
        ("希望补贴十天内发到卡上", True),
    ],
)
def test_a_comment_tells_on_no_family(letter: Any, frozen_clock: Any, said: str, taken: bool) -> None:
    one = letter("hear")
    if taken:
        commitments.comment(letter_id=one.pk, said=said, at=frozen_clock)
    else:
        with pytest.raises(Invalid) as refused:
            commitments.comment(letter_id=one.pk, said=said, at=frozen_clock)
        assert refused.value.code == "commitments.said"
    assert one.comments.count() == taken


def test_a_day_that_has_passed_is_refused_when_it_is_written(
    letter: Any, words: Any, frozen_clock: Any, office: Any
) -> None:
    one = letter("write")
    given = {"letter_id": one.pk, "by": office.village, "at": frozen_clock}
    with pytest.raises(Invalid) as refused:
        commitments.write(items=(words(), words(due_in=-1)), **given)
    assert list(refused.value.data["items"]) == [1] and one.promises.count() == 1
    commitments.write(items=(words(due_in=0),), **given)


def test_a_promise_due_before_the_residents_were_heard_is_refused_before_it_is_stuck(
    letter: Any, words: Any, frozen_clock: Any, office: Any
) -> None:
    one = letter("write", (words(due_in=7), words(due_in=8)))
    given = {"letter_id": one.pk, "by": office.village, "at": frozen_clock}
    with pytest.raises(Invalid) as refused:
        commitments.hear(days=7, **given)
    assert list(refused.value.data["items"]) == [0]
    commitments.redate(
        position=1, due=frozen_clock.date() + dt.timedelta(days=8), said="留足听意见的日子", **given
    )
    assert commitments.hear(days=7, **given).stage == "comments"


def test_another_last_day_stays_in_the_history_and_the_assembly_decides_anew(
    letter: Any, words: Any, frozen_clock: Any, office: Any
) -> None:
    one = letter("review", (words(due_in=8),))
    late = frozen_clock + dt.timedelta(days=9)
    given = {"letter_id": one.pk, "by": office.village, "at": late}
    with pytest.raises(Invalid):
        commitments.publish(signed_by="村主任", **given)
    day = late.date() + dt.timedelta(days=20)
    for due, said in ((late.date() - dt.timedelta(days=1), "x"), (frozen_clock.date(), "x"), (day, " ")):
        with pytest.raises(Invalid):
            commitments.redate(position=1, due=due, said=said, **given)
    with pytest.raises(NotFound):
        commitments.redate(position=2, due=day, said="x", **given)
    assert commitments.redate(position=1, due=day, said="审查用去了时间", **given).stage == "assembly"
    step = one.steps.get(act="redate")
    assert step.numbers["due"] == day.isoformat() and step.said == "审查用去了时间"
    commitments.decide(vote=Vote(100, 70, 60), said="", **given)
    commitments.review(letter_id=one.pk, lawful=True, said="", by=office.township_two, at=late)
    assert commitments.publish(signed_by="村主任", **given).stage == "published"
    with pytest.raises(Conflict):
        commitments.redate(position=1, due=day + dt.timedelta(days=1), said="x", **given)


def test_residents_have_their_days_and_their_answers(letter: Any, office: Any, frozen_clock: Any) -> None:
    one = letter("hear")
    said = commitments.comment(letter_id=one.pk, said="请写明在哪个窗口办", at=frozen_clock)
    for at, code in ((frozen_clock, "still_open"), (frozen_clock + dt.timedelta(days=8), "unanswered")):
        with pytest.raises(Conflict) as refused:
            commitments.assemble(letter_id=one.pk, by=office.village, at=at)
        assert refused.value.code == f"commitments.{code}"
    later = frozen_clock + dt.timedelta(days=8)
    with pytest.raises(NotFound):
        commitments.comment(letter_id=one.pk, said="迟了一天", at=later)
    commitments.reply(comment_id=said.pk, said="已写进第一条", by=office.village, at=later)
    assert commitments.assemble(letter_id=one.pk, by=office.village, at=later).stage == "assembly"


def test_an_assembly_without_a_majority_sends_it_back(letter: Any, office: Any, frozen_clock: Any) -> None:
    one = letter("assemble")
    commitments.decide(letter_id=one.pk, vote=Vote(100, 50, 50), said="", by=office.village, at=frozen_clock)
    one.refresh_from_db()
    assert one.stage == "draft"
    with pytest.raises(Conflict):
        commitments.decide(
            letter_id=one.pk, vote=Vote(100, 90, 90), said="", by=office.village, at=frozen_clock
        )


def test_nobody_judges_the_own_unit_or_the_own_letter(
    letter: Any, office: Any, county: Any, words: Any, frozen_clock: Any
) -> None:
    one = letter("decide")
    given = {"letter_id": one.pk, "lawful": True, "said": "", "at": frozen_clock}
    with pytest.raises(NotAllowed):
        commitments.review(by=office.village, **given)
    # A township officer who recorded the vote had a hand in it.
    Step.objects.create(letter=one, act="adopt", by=office.township, at=frozen_clock)
    with pytest.raises(NotAllowed) as refused:
        commitments.review(by=office.township, **given)
    assert refused.value.code == "commitments.maker"
    assert commitments.review(by=office.township_two, **given).stage == "cleared"
    # The township's own letter is judged by the county, not by the township.
    own = commitments.begin(area_id=county.township.pk, title="镇承诺书", by=office.township, at=frozen_clock)
    commitments.write(letter_id=own.pk, items=(words(),), by=office.township, at=frozen_clock)
    Letter.objects.filter(pk=own.pk).update(stage="legality")
    with pytest.raises(NotAllowed) as refused:
        commitments.review(**{**given, "letter_id": own.pk}, by=office.township_two)
    assert refused.value.code == "commitments.own_level"
    assert commitments.review(**{**given, "letter_id": own.pk}, by=office.county).stage == "cleared"


def test_returned_without_reasons_it_is_not(letter: Any, office: Any, frozen_clock: Any) -> None:
    one = letter("decide")
    with pytest.raises(Invalid):
        commitments.review(letter_id=one.pk, lawful=False, said=" ", by=office.township, at=frozen_clock)


def test_a_published_letter_is_neither_written_nor_withdrawn(
    letter: Any, office: Any, words: Any, frozen_clock: Any
) -> None:
    one = letter()
    later = frozen_clock + dt.timedelta(days=9)
    with pytest.raises(Conflict):
        commitments.write(letter_id=one.pk, items=(words(),), by=office.village, at=later)
    with pytest.raises(Conflict):
        commitments.withdraw(letter_id=one.pk, said="不想办了", by=office.village, at=later)


def test_a_unit_has_one_letter_in_the_making(
    letter: Any, office: Any, county: Any, frozen_clock: Any
) -> None:
    letter("write")
    given = {"area_id": county.village.pk, "title": "又一份", "by": office.village, "at": frozen_clock}
    with pytest.raises(Conflict):
        commitments.begin(**given)
    with pytest.raises(Invalid) as refused:
        commitments.begin(**given, department="卫生室")
    assert refused.value.code == "commitments.department"
    posts.add_department(
        area_id=county.village.pk, code="ws", name="卫生室", since=frozen_clock.date(), by=office.township,
        at=frozen_clock,
    )  # fmt: skip
    for named in ("卫生室", "ws"):
        own = commitments.begin(**given, department=named)
        assert own.department == "卫生室" and own.department_id is not None
        commitments.withdraw(letter_id=own.pk, said="改日再写", by=office.village, at=frozen_clock)
    with pytest.raises(IntegrityError), transaction.atomic():
        Letter.objects.create(
            area_id=county.village.pk, scope_no=county.village.scope_no, area_name="", title="第二份",
            drafted_at=frozen_clock, drafted_by=office.village,
        )  # fmt: skip


def test_steps_are_never_changed(letter: Any) -> None:
    one = letter()
    with pytest.raises(Exception, match="never changed"), transaction.atomic():
        Step.objects.filter(letter=one).update(said="别的")


def test_a_letter_elsewhere_is_as_good_as_none(
    letter: Any, make_account: Any, county: Any, frozen_clock: Any
) -> None:
    one = letter()
    stranger = make_account("stranger", "village_worker", county.villages[1])
    with pytest.raises(NotFound):
        commitments.view(one.pk, by=stranger, on=frozen_clock.date())
    assert not commitments.found(by=stranger, on=frozen_clock.date()).exists()


def test_a_list_costs_the_same_however_long(letter: Any, office: Any, frozen_clock: Any) -> None:
    one = letter()
    today = frozen_clock.date()
    for number in range(5):
        Letter.objects.create(
            area_id=one.area_id, scope_no=one.scope_no, area_name="x", department=f"d{number}", title="t",
            drafted_at=frozen_clock, drafted_by=office.village,
        )  # fmt: skip
    counts = []
    for size in (1, 6):
        with CaptureQueriesContext(connection) as caught:
            rows = list(commitments.found(by=office.township, on=today)[:size])
            assert len(commitments.lines_of(rows, today)) == size
        counts.append(len(caught))
    assert counts[0] == counts[1] <= 3


def test_the_level_above_sends_back_and_moves_nothing(
    letter: Any, county: Any, office: Any, frozen_clock: dt.datetime
) -> None:
    one, at = letter("decide"), frozen_clock + dt.timedelta(days=8)
    given = {"letter_id": one.pk, "by": office.township, "at": at}
    due = one.promises.get().due + dt.timedelta(days=9)
    # Nobody of the other village has an account: the township writes for it.
    other = commitments.begin(area_id=county.villages[1].pk, title="代拟", by=office.township, at=at)
    assert other.stage == "draft"
    for act in (
        lambda: commitments.redate(position=1, due=due, said="上级改", **given),
        lambda: commitments.withdraw(said="上级撤", **given),
    ):
        with pytest.raises(NotAllowed) as refused:
            act()
        assert refused.value.code == "commitments.not_the_unit"
    seen = commitments.view(one.pk, by=office.township, on=at.date())
    assert seen.judges and not seen.drafts
    assert commitments.review(lawful=False, said="期限太短", **given).stage == "draft"
