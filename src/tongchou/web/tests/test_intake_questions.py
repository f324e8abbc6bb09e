"""The pages on which lines in question are decided, and people are answered for whom a register lacks."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tongchou.apps.corrections import api as corrections
from tongchou.apps.corrections.models import Correction
from tongchou.apps.intake import api as intake
from tongchou.apps.intake.tests.workbooks import demo_people, workbook
from tongchou.apps.registry import api as registry
from tongchou.core.scope import Scope

pytestmark = pytest.mark.django_db
ALL = Scope.everything()
NOT_LISTED = reverse("console:not-listed")


@pytest.fixture
def stage(county: Any, township_officer: Any, frozen_clock: Any) -> Any:
    def act(content: bytes) -> intake.RegisterFile:
        return intake.stage_register(
            content=content, file_name="x.xlsx", village_id=county.village.pk,
            by=township_officer, at=frozen_clock, hold=True,
        )  # fmt: skip

    intake.apply_file(file_id=act(workbook(demo_people())).pk, by=township_officer, at=frozen_clock)
    return act


@pytest.fixture
def waiting(stage: Any) -> intake.RegisterFile:
    people = demo_people()
    people[1]["姓名"], people[3]["姓名"] = "李秀瑛", "陈虹"
    people[5]["姓名"] = "钱万里"
    return stage(workbook(people))


@pytest.fixture
def officer(client: Client, township_officer: Any) -> Client:
    client.force_login(township_officer)
    return client


def page_of(client: Client, file: intake.RegisterFile) -> str:
    answer = client.get(reverse("console:intake-file", args=[file.pk]))
    assert answer.status_code == 200
    return answer.content.decode()


def numbers_in(text: str) -> list[str]:
    """Identity numbers written in a page; the digits inside a fingerprint of letters and digits are none."""
    return re.findall(r"(?<![0-9A-Za-z])\d{17}[\dXx](?![0-9A-Za-z])", text)


def say(client: Client, file: intake.RegisterFile, what: str, **more: str) -> Any:
    """Press a button of the page with what stands hidden on it."""
    text = page_of(client, file)
    hidden = dict(re.findall(r'name="(seen-\d+|compared|page)" value="([^"]*)"', text))
    return client.post(
        reverse("console:intake-decide", args=[file.pk]),
        {**hidden, "say": what, "ground": "paper", **more},
        follow=True,
    )


def test_both_sides_stand_beside_each_other(officer: Client, waiting: Any) -> None:
    text = page_of(officer, waiting)
    assert "李秀瑛" in text and "李秀英" in text and "钱万里" in text and "赵桂芳" in text
    assert 'value="take:all:name_differs"' in text and 'value="take:all:other_name"' not in text
    assert not numbers_in(text)


def test_a_row_is_decided_on_the_page(officer: Client, waiting: Any) -> None:
    row = intake.questions(waiting, scope=ALL)[0].row_no
    answer = say(officer, waiting, f"keep:{row}")
    assert answer.status_code == 200 and answer.redirect_chain[0][0].endswith("reason=paper#questions")
    assert intake.question_counts(waiting)["keep"] == 1
    without = say(officer, waiting, f"ask:{row}", ground="")
    assert without.status_code == 422 and "field-error" in without.content.decode()
    assert intake.question_counts(waiting)["ask"] == 0


def test_taking_the_file_needs_the_document_and_asks_for_a_correction(officer: Client, waiting: Any) -> None:
    row = intake.questions(waiting, scope=ALL)[0].row_no
    lacking = say(officer, waiting, f"take:{row}")
    assert lacking.status_code == 422 and not Correction.objects.exists()
    done = say(officer, waiting, f"take:{row}", evidence_kind="id_card", evidence="2026-06-29")
    made = Correction.objects.get()
    text = done.content.decode()
    assert reverse("console:correction", args=[made.pk]) in text and f'value="keep:{row}"' not in text
    assert "2026-06-29" not in str(done.redirect_chain)


def test_all_rows_of_a_kind_together(officer: Client, waiting: Any) -> None:
    say(officer, waiting, "take:all:name_differs", evidence_kind="id_card", evidence="1")
    assert Correction.objects.count() == 2
    refused = say(officer, waiting, "take:all:other_name", evidence_kind="id_card", evidence="1")
    assert refused.status_code == 200 and Correction.objects.count() == 2
    say(officer, waiting, "ask:all:other_name")
    assert intake.question_counts(waiting) == {"": 0, "keep": 0, "take": 2, "ask": 1}
    text = page_of(officer, waiting)
    assert reverse("console:intake-problems", args=[waiting.pk]) in text
    assert reverse("console:intake-returned", args=[waiting.pk]) in text
    workbook_answer = officer.get(reverse("console:intake-returned", args=[waiting.pk]))
    assert workbook_answer.status_code == 200


def test_what_the_page_says_of_rows_in_question(client: Client, township_officer: Any, waiting: Any) -> None:
    """No sentence that all is well stands beside a row in question; decided rows ask for nothing."""
    client = Client(headers={"accept-language": "en"})
    client.force_login(township_officer)
    text = page_of(client, waiting)
    assert "3 rows are in question and wait for a decision" in text and "Every cell could be read." in text
    assert "No problems found" not in text
    headings = re.findall(r"<h2[^>]*>(.*?)</h2>", text)
    assert len(headings) == len(set(headings))
    for kind in ("name_differs", "other_name"):
        say(client, waiting, f"keep:all:{kind}")
    text = page_of(client, waiting)
    assert "all of them decided" in text and 'id="deciding"' not in text and "?again=1" in text
    assert "No problems found" not in text and "wait for a decision" not in text
    again = client.get(reverse("console:intake-file", args=[waiting.pk]) + "?again=1").content.decode()
    row = intake.questions(waiting, scope=ALL)[0].row_no
    assert 'id="deciding"' in again and f'value="ask:{row}"' in again


def test_what_was_shown_is_what_is_decided(officer: Client, waiting: Any) -> None:
    row = intake.questions(waiting, scope=ALL)[0].row_no
    for what, more in ((f"keep:{row}", {f"seen-{row}": "x"}), ("keep:all:name_differs", {"compared": "7"})):
        assert say(officer, waiting, what, **more).status_code == 200
    for what in ("keep:9999", "keep", "", "keep:all:nothing"):
        assert say(officer, waiting, what).status_code in (200, 422)
    assert set(intake.question_counts(waiting).values()) == {0, 3}


def test_who_may_not_store_is_shown_the_door(client: Client, waiting: Any, village_worker: Any) -> None:
    client.force_login(village_worker)
    address = reverse("console:intake-decide", args=[waiting.pk])
    assert client.post(address, {"say": "keep:all:name_differs", "ground": "paper"}).status_code == 403
    assert intake.question_counts(waiting)[""] == 3


def test_the_page_takes_a_number_of_queries_that_does_not_grow(officer: Client, stage: Any) -> None:
    used = []
    for changed in (1, 4):
        people = demo_people()
        for at in range(changed):
            people[at]["姓名"] = people[at]["姓名"].replace(" ", "")[:-1] + "云"
        file = stage(workbook(people))
        page_of(officer, file)
        with CaptureQueriesContext(connection) as captured:
            page_of(officer, file)
        used.append(len(captured))
    assert used[0] == used[1]


@pytest.fixture
def left(waiting: Any, township_officer: Any, frozen_clock: Any) -> intake.RegisterFile:
    """Stored with its rows still in question."""
    intake.apply_file(file_id=waiting.pk, by=township_officer, at=frozen_clock)
    waiting.refresh_from_db()
    return waiting


def test_what_a_stored_file_left_open_is_decided_on_its_page(officer: Client, left: Any) -> None:
    address = reverse("console:intake-file", args=[left.pk])
    assert f"{address}#questions" in officer.get(reverse("console:intake")).content.decode()
    assert reverse("console:intake") + "#left-open" in officer.get(reverse("console:home")).content.decode()
    text = page_of(officer, left)
    assert "李秀瑛" in text and 'value="take:all:name_differs"' in text
    assert not numbers_in(text)
    assert say(officer, left, "keep:all:name_differs").status_code == 200
    assert "李秀瑛" not in page_of(officer, left)
    say(officer, left, "keep:all:other_name")
    assert f"{address}#questions" not in officer.get(reverse("console:intake")).content.decode()


def test_a_row_nothing_contradicts_any_more_has_a_button_to_store_it(
    officer: Client, left: Any, make_account: Any, county: Any, township_officer: Any, frozen_clock: Any
) -> None:
    question = next(one for one in intake.questions(left, scope=ALL) if one.name == "钱万里")
    answer = say(officer, left, f"store:{question.row_no}")  # it is in question still
    assert answer.status_code == 200 and intake.to_decide(left).count() == 3
    given = {
        "file_id": left.pk,
        "row_no": question.row_no,
        "seen": question.seen,
        "said": intake.Said("take", "paper", "id_card", "1"),
    }
    made = intake.decide_row(**given, by=township_officer, at=frozen_clock)
    second = make_account("second", "township_officer", county.township)
    seen = corrections.open_correction(made.correction, by=second, at=frozen_clock).seen
    corrections.approve(correction_id=made.correction, seen=seen, by=second, at=frozen_clock)
    people = {one.name: one for one in intake.questions(left, scope=ALL)}
    assert "钱万里" in people
    text = page_of(officer, left)  # compared anew: the same by now, or to be stored
    assert f'value="keep:{question.row_no}"' not in text


def test_whoever_may_not_store_sees_no_rows_to_decide(client: Client, left: Any, village_worker: Any) -> None:
    client.force_login(village_worker)
    address = reverse("console:intake-decide", args=[left.pk])
    assert client.post(address, {"say": "store:6", "ground": "paper"}).status_code == 403


def test_a_newer_register_is_named_on_the_page_of_the_older(
    officer: Client, left: Any, stage: Any, township_officer: Any, frozen_clock: Any
) -> None:
    people = demo_people()
    people[1]["姓名"] = "李秀云"
    newer = stage(workbook(people))
    intake.apply_file(file_id=newer.pk, by=township_officer, at=frozen_clock)
    text = page_of(officer, left)
    assert "李秀瑛" not in text and 'name="say"' not in text


def test_the_pages_of_what_was_left_open_take_queries_that_do_not_grow(
    officer: Client, stage: Any, township_officer: Any, frozen_clock: Any
) -> None:
    used = []
    for changed in (1, 4):
        people = demo_people()
        for at in range(changed):
            people[at]["姓名"] = people[at]["姓名"].replace(" ", "")[:-1] + "云"
        file = stage(workbook(people))
        intake.apply_file(file_id=file.pk, by=township_officer, at=frozen_clock)
        page_of(officer, file)
        with CaptureQueriesContext(connection) as captured:
            page_of(officer, file)
        with CaptureQueriesContext(connection) as listing:
            officer.get(reverse("console:intake"))
        used.append((len(captured), len(listing)))
    assert used[0] == used[1]


@pytest.fixture
def lacking(stage: Any, township_officer: Any, frozen_clock: Any) -> intake.RegisterFile:
    people = [one for one in demo_people() if one["姓名"] != "赵桂芳"]
    file = stage(workbook(people))
    intake.apply_file(file_id=file.pk, by=township_officer, at=frozen_clock)
    return file


def test_the_village_worker_answers_and_the_township_records(
    client: Client, lacking: Any, village_worker: Any, township_officer: Any, frozen_clock: Any
) -> None:
    client.force_login(village_worker)
    assert NOT_LISTED in client.get(reverse("console:home")).content.decode()
    text = client.get(NOT_LISTED).content.decode()
    assert "赵桂芳" in text and "/record/death" not in text
    [one] = intake.not_listed(scope=ALL)
    address = reverse("console:not-listed-answer", args=[one.pk])
    assert client.post(address, {"answer": "died"}, follow=True).status_code == 200
    assert client.post(address, {"answer": "no"}, follow=True).status_code == 200
    client.force_login(township_officer)
    assert NOT_LISTED in page_of(client, lacking)
    act = reverse("console:person-act", args=[one.person.person_id, "death"])
    assert act in client.get(NOT_LISTED).content.decode() and client.get(act).status_code == 200
    registry.record_death(person_id=one.person.person_id, died=None, by=township_officer, at=frozen_clock)
    assert "赵桂芳" not in client.get(NOT_LISTED).content.decode()


def test_other_areas_do_not_see_whom_a_register_lacks(
    client: Client, lacking: Any, make_account: Any, county: Any
) -> None:
    client.force_login(make_account("other", "village_worker", county.other_village))
    assert "赵桂芳" not in client.get(NOT_LISTED).content.decode()
    [one] = intake.not_listed(scope=ALL)
    address = reverse("console:not-listed-answer", args=[one.pk])
    assert client.post(address, {"answer": "here"}).status_code == 404
