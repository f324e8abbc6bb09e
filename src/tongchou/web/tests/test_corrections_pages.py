"""The pages of corrections: who asks, who decides, what both see, and what becomes of the record."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tongchou.apps.corrections import api as corrections
from tongchou.apps.corrections.models import Correction
from tongchou.apps.registry import api as registry
from tongchou.apps.registry.models import Event, EventKind, Person
from tongchou.core.roles import Role
from tongchou.domain import identity
from tongchou.domain.dates import PartialDate
from tongchou.domain.register.row import RegisterRow

LIST = reverse("console:corrections")
NUMBER = identity.compose("520599", dt.date(1985, 1, 2), 111)
SAID = {
    "name": "赵强", "sex": "1", "birth": "1985-02-01", "reason": "mistyped", "evidence_kind": "id_card",
    "evidence": "2020年签发",
}  # fmt: skip


def rows() -> list[RegisterRow]:
    shared: dict[str, Any] = {"household_no": "001", "hukou_kind": "agricultural"}
    return [
        RegisterRow(row_no=5, name="赵大山", relation="02", sex=1, birth=PartialDate(1960, 3, 12), **shared),
        RegisterRow(row_no=6, name="赵强", relation="21", sex=1, birth=PartialDate(1985, 1, 2), **shared),
    ]


@pytest.fixture
def person(county: Any, county_reviewer: Any, frozen_clock: dt.datetime) -> Callable[[str], int]:
    """``person("赵强")``: the number of a person of a small family in 青山村."""
    registry.apply_register(
        rows(), village_id=county.village.pk, source="a" * 64, by=county_reviewer, at=frozen_clock
    )
    return lambda name: Person.objects.get(name=name).pk


@pytest.fixture
def signed_in() -> Callable[[Any], Client]:
    def sign_in(account: Any, language: str = "") -> Client:
        client = Client(headers={"accept-language": language} if language else {})
        client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in


@pytest.fixture
def asked(person: Any, village_worker: Any, frozen_clock: dt.datetime) -> Callable[..., Correction]:
    """A request of the village worker about 赵强."""

    def ask(**new: str) -> Correction:
        return corrections.ask_correction(
            person_id=person("赵强"), new=new or {"birth": "1985-02-01"}, reason="mistyped",
            evidence_kind="id_card", evidence_words="2020年签发", by=village_worker, at=frozen_clock,
        )  # fmt: skip

    return ask


def page_of(one: Correction) -> str:
    return reverse("console:correction", args=[one.pk])


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def test_one_asks_another_approves_and_the_history_tells_it(
    person: Any, signed_in: Any, village_worker: Any, county_reviewer: Any
) -> None:
    worker, reviewer = signed_in(village_worker), signed_in(county_reviewer)
    pk = person("赵强")
    page, form = reverse("console:person", args=[pk]), reverse("console:correction-ask", args=[pk])
    assert form in text_of(worker.get(page))
    assert 'value="1985-01-02"' in text_of(worker.get(form))
    told = worker.post(form, SAID, follow=True)
    assert told.status_code == 200 and told.request["PATH_INFO"] == page
    one = Correction.objects.get()
    assert page_of(one) in text_of(told)
    assert Person.objects.get(pk=pk).birth_month == 1
    assert page_of(one) in text_of(worker.get(LIST))  # one's own
    assert 'name="seen"' not in text_of(worker.get(page_of(one)))

    shown = reviewer.get(page_of(one))
    text = text_of(shown)
    assert (
        "1985年1月2日" in text and "1985年2月1日" in text and "2020年签发" in text and "王芳（示例）" in text
    )
    decide = reverse("console:correction-decide", args=[one.pk, "approve"])
    done = reviewer.post(decide, {"seen": shown.context["page"].seen}, follow=True)
    assert done.status_code == 200 and page_of(one) not in text_of(done)
    assert page_of(one) in text_of(reviewer.get(f"{LIST}?show=decided"))
    assert Person.objects.get(pk=pk).birth_month == 2
    for reader in (worker, reviewer):
        text = text_of(reader.get(page))
        for word in ("1985年1月2日", "1985年2月1日", "当时写错了", "王芳（示例）", "周敏（示例）"):
            assert word in text, word
    assert "周敏（示例）" in text_of(reviewer.get(page_of(one)))
    again = reviewer.post(decide, {"seen": "x"}, follow=True)
    assert again.request["PATH_INFO"] == page_of(one)


def test_nobody_decides_on_the_own_request(
    person: Any, signed_in: Any, township_officer: Any, frozen_clock: dt.datetime
) -> None:
    officer = signed_in(township_officer)
    officer.post(reverse("console:correction-ask", args=[person("赵强")]), SAID)
    one = Correction.objects.get()
    text = text_of(officer.get(page_of(one)))
    assert "/approve" not in text and "/refuse" not in text and "/withdraw" in text
    mark = corrections.open_correction(one.pk, by=township_officer, at=frozen_clock).seen
    for act, sent in (("approve", {"seen": mark}), ("refuse", {"refusal": "evidence"})):
        answer = officer.post(reverse("console:correction-decide", args=[one.pk, act]), sent)
        assert answer.status_code == 403
    assert Person.objects.get(name="赵强").birth_month == 1
    officer.post(reverse("console:correction-decide", args=[one.pk, "withdraw"]))
    assert not Correction.objects.get().waiting


@pytest.mark.parametrize("role", Role.values)
def test_each_role_asks_or_decides_or_neither(
    asked: Any, person: Any, signed_in: Any, make_account: Any, county: Any, role: str
) -> None:
    one = asked()
    reader = signed_in(make_account("reader", role, county.county))
    asks = role in {"village_worker", "township_officer", "county_reviewer"}
    decides = role in {"township_officer", "county_reviewer"}
    pk = person("赵强")
    event = Event.objects.filter(person_id=pk).latest("pk").pk
    assert reader.get(LIST).status_code == (200 if asks else 403)
    assert reader.get(reverse("console:correction-ask", args=[pk])).status_code == (200 if asks else 403)
    assert reader.get(reverse("console:person", args=[pk])).status_code == (200 if asks else 403)
    # A worker reads what they asked themselves, and no other request.
    assert reader.get(page_of(one)).status_code == (200 if decides else 404 if asks else 403)
    for address in (
        reverse("console:entry-take-back", args=[event]),
        reverse("console:person-act", args=[pk, "marriage"]),
    ):
        assert reader.get(address).status_code == (200 if decides else 403)
    refuse = reverse("console:correction-decide", args=[one.pk, "refuse"])
    assert reader.post(refuse, {"refusal": "evidence"}).status_code == (302 if decides else 403)
    assert Correction.objects.get().waiting is not decides
    assert (reverse("console:correction-ask", args=[pk]) in text_of(reader.get(LIST, follow=True))) is False


def test_other_areas_see_nothing(
    asked: Any, signed_in: Any, make_account: Any, county: Any, person: Any
) -> None:
    one = asked()
    elsewhere = signed_in(make_account("elsewhere", "township_officer", county.other_village))
    assert page_of(one) not in text_of(elsewhere.get(LIST))
    assert elsewhere.get(page_of(one)).status_code == 404
    for address in (
        reverse("console:correction-decide", args=[one.pk, "refuse"]),
        reverse("console:correction-ask", args=[person("赵强")]),
    ):
        assert elsewhere.post(address, SAID | {"refusal": "evidence"}).status_code == 404
    assert Correction.objects.get().waiting


def test_the_list_is_narrowed_to_an_area(
    asked: Any, signed_in: Any, county: Any, county_reviewer: Any
) -> None:
    one = asked()
    reviewer = signed_in(county_reviewer)
    assert page_of(one) in text_of(reviewer.get(LIST, {"area": county.village.pk}))
    assert page_of(one) not in text_of(reviewer.get(LIST, {"area": county.other_village.pk}))
    assert page_of(one) in text_of(reviewer.get(LIST, {"area": "999999"}))  # unknown: not narrowed


def test_everything_missing_is_told_at_once(person: Any, signed_in: Any, village_worker: Any) -> None:
    worker = signed_in(village_worker)
    form = reverse("console:correction-ask", args=[person("赵强")])
    answer = worker.post(form, {"name": "", "birth": "1985-33", "reason": ""})
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"birth", "reason", "evidence_kind", "evidence"}
    # What the registry says against a value stands at its field.
    answer = worker.post(form, SAID | {"birth": "2027"})
    assert answer.status_code == 422 and set(answer.context["form"].errors) == {"birth"}
    answer = worker.post(form, SAID | {"birth": "1985-01-02"})  # nothing new
    assert answer.status_code == 422 and not answer.context["form"].errors and answer.context["refusal"]
    worker.post(form, SAID)
    answer = worker.post(form, SAID)
    assert answer.status_code == 422 and Correction.objects.count() == 1


def test_a_refusal_needs_its_reason_and_is_told(
    asked: Any, person: Any, signed_in: Any, county_reviewer: Any, village_worker: Any
) -> None:
    one = asked()
    reviewer = signed_in(county_reviewer)
    refuse = reverse("console:correction-decide", args=[one.pk, "refuse"])
    answer = reviewer.post(refuse, {})
    assert answer.status_code == 422 and "refusal" in answer.context["form"].errors
    assert reviewer.post(refuse, {"refusal": "evidence"}).status_code == 302
    text = text_of(signed_in(village_worker).get(reverse("console:person", args=[person("赵强")])))
    assert "材料不能证明" in text and Person.objects.get(name="赵强").birth_month == 1


def test_what_changed_meanwhile_is_compared_once_more(
    asked: Any, signed_in: Any, county_reviewer: Any, township_officer: Any, frozen_clock: dt.datetime
) -> None:
    one = asked()
    reviewer = signed_in(county_reviewer)
    seen = reviewer.get(page_of(one)).context["page"].seen
    registry.correct_identity(
        person_id=one.person_id, old={}, new={"name": "赵壮"}, reason="mistyped", correction=9, asked_by=0,
        by=township_officer, at=frozen_clock,
    )  # fmt: skip
    approve = reverse("console:correction-decide", args=[one.pk, "approve"])
    answer = reviewer.post(approve, {"seen": seen})
    assert answer.status_code == 409 and answer.context["refusal"].code == "corrections.seen"
    assert reviewer.post(approve, {"seen": answer.context["page"].seen}).status_code == 302


def test_numbers_are_shown_once_to_compare(asked: Any, signed_in: Any, county_reviewer: Any) -> None:
    one = asked(id_number=NUMBER)
    reviewer = signed_in(county_reviewer)
    assert NUMBER not in text_of(reviewer.get(page_of(one)))
    answer = reviewer.post(reverse("console:correction-decide", args=[one.pk, "numbers"]))
    assert NUMBER in text_of(answer) and answer["Cache-Control"] == "no-store"
    assert NUMBER not in text_of(reviewer.get(page_of(one)))


def test_an_entry_is_taken_back_by_two(
    person: Any, signed_in: Any, township_officer: Any, county_reviewer: Any, frozen_clock: dt.datetime
) -> None:
    pk = person("赵强")
    registry.record_death(person_id=pk, died=PartialDate(2026, 6, 1), by=county_reviewer, at=frozen_clock)
    event = Event.objects.get(kind=EventKind.DEATH_RECORDED).pk
    officer, reviewer = signed_in(township_officer), signed_in(county_reviewer)
    form = reverse("console:entry-take-back", args=[event])
    assert form in text_of(officer.get(reverse("console:person", args=[pk])))
    assert "2026年6月1日" in text_of(officer.get(form))
    assert officer.post(form, {"reason": ""}).status_code == 422
    answer = officer.post(form, {"reason": "other"})  # another reason needs words
    assert answer.status_code == 422 and set(answer.context["form"].errors) == {"words"}
    assert officer.post(form, {"reason": "other_person"}).status_code == 302
    one = Correction.objects.get()
    shown = reviewer.get(page_of(one), headers={"accept-language": "en"})
    assert [(c.label, c.before, c.after) for c in shown.context["page"].changes] == [
        ("Death", "1 June 2026", "nothing recorded")
    ]
    approve = reverse("console:correction-decide", args=[one.pk, "approve"])
    assert reviewer.post(approve, {"seen": shown.context["page"].seen}).status_code == 302
    assert not Person.objects.get(pk=pk).deceased
    text = text_of(officer.get(reverse("console:person", args=[pk])))
    assert "<del>" in text and form not in text
    told = text_of(officer.get(reverse("console:person", args=[pk]), headers={"accept-language": "en"}))
    assert (
        "to be taken back" in told
        and "<td>—</td>" not in told.partition('id="decided"')[2].partition("</table>")[0]
    )
    assert officer.get(page_of(one)).status_code == 200


def test_what_stands_in_the_way_is_told_before_asking(
    person: Any, signed_in: Any, township_officer: Any
) -> None:
    entered = Event.objects.get(kind=EventKind.PERSON_ENROLLED, person_id=person("赵大山")).pk
    page = signed_in(township_officer).get(reverse("console:entry-take-back", args=[entered]))
    assert page.status_code == 200 and page.context["obstacles"] and 'name="reason"' not in text_of(page)
    (kin,) = [one for one in page.context["obstacles"] if one.people]
    assert kin.people == [("赵强", reverse("console:person", args=[person("赵强")]))] and not kin.elsewhere
    assert kin.people[0][1] in text_of(page)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_both_languages_render(
    asked: Any, person: Any, signed_in: Any, county_reviewer: Any, language: str
) -> None:
    one = asked()
    reviewer = signed_in(county_reviewer, language)
    pk = person("赵强")
    event = Event.objects.filter(person_id=pk).latest("pk").pk
    words = {"zh-hans": "更正", "en": "orrection"}[language]
    for address in (
        LIST, f"{LIST}?show=decided", page_of(one), reverse("console:person", args=[pk]),
        reverse("console:correction-ask", args=[pk]), reverse("console:entry-take-back", args=[event]),
    ):  # fmt: skip
        answer = reviewer.get(address)
        assert answer.status_code == 200 and words in text_of(answer), address


def test_lists_take_a_fixed_number_of_queries(
    asked: Any, person: Any, signed_in: Any, county_reviewer: Any, village_worker: Any,
    frozen_clock: dt.datetime,
) -> None:  # fmt: skip
    reviewer = signed_in(county_reviewer)

    def counted(address: str) -> int:
        with CaptureQueriesContext(connection) as caught:
            assert reviewer.get(address).status_code == 200
        return len(caught)

    page = reverse("console:person", args=[person("赵强")])
    first, second = asked(), None
    one = counted(LIST)
    second = corrections.ask_correction(
        person_id=person("赵大山"), new={"name": "赵大川"}, reason="mistyped", evidence_kind="id_card",
        evidence_words="x", by=village_worker, at=frozen_clock,
    )  # fmt: skip
    assert counted(LIST) == one
    for request in (first, second):
        corrections.refuse(correction_id=request.pk, refusal="evidence", by=county_reviewer, at=frozen_clock)
    two, small = counted(f"{LIST}?show=decided"), counted(page)
    for _time in range(3):
        corrections.refuse(correction_id=asked().pk, refusal="evidence", by=county_reviewer, at=frozen_clock)
    assert (counted(f"{LIST}?show=decided"), counted(page)) == (two, small)


def test_the_home_says_what_waits(asked: Any, signed_in: Any, county_reviewer: Any) -> None:
    reviewer = signed_in(county_reviewer)
    assert LIST in text_of(reviewer.get("/"))
    asked()
    cards = {card.key: card for card in reviewer.get("/").context["home"].cards}
    assert cards["corrections"].waits and cards["corrections"].figure == "1"


def ticked(client: Client, *chosen: Correction, **sent: str) -> Any:
    """Tick requests of the list and press a button, with what stands hidden beside them."""
    hidden = dict(re.findall(r'name="(seen-\d+)" value="([^"]*)"', text_of(client.get(LIST))))
    return client.post(
        reverse("console:corrections-decide"),
        {**hidden, "correction": [one.pk for one in chosen], "act": "approve", **sent},
        follow=True,
    )


def test_the_chosen_are_approved_from_the_list(asked: Any, signed_in: Any, county_reviewer: Any) -> None:
    one = asked()
    reviewer = signed_in(county_reviewer)
    text = text_of(reviewer.get(LIST))
    assert f'name="correction" value="{one.pk}"' in text and "choose.js" in text
    assert "1985" in text and "2020年签发" in text
    assert ticked(reviewer).status_code == 200  # nothing chosen: said, and nothing done
    one.refresh_from_db()
    assert one.waiting
    assert ticked(reviewer, one).status_code == 200
    assert Person.objects.get(name="赵强").birth_month == 2


def test_the_chosen_are_refused_for_a_reason(asked: Any, signed_in: Any, county_reviewer: Any) -> None:
    one, reviewer = asked(), signed_in(county_reviewer)
    ticked(reviewer, one, act="refuse")
    one.refresh_from_db()
    assert one.waiting  # without a reason nothing happens
    ticked(reviewer, one, act="refuse", refusal="evidence")
    one.refresh_from_db()
    assert (one.waiting, one.decision.refusal) == (False, "evidence")


def test_what_could_not_be_decided_is_named_with_its_reason(
    asked: Any, signed_in: Any, county_reviewer: Any, person: Any, frozen_clock: dt.datetime
) -> None:
    one = asked()
    own = corrections.ask_correction(
        person_id=person("赵大山"), new={"name": "赵太山"}, reason="mistyped", evidence_kind="id_card",
        evidence_words="1", by=county_reviewer, at=frozen_clock,
    )  # fmt: skip
    reviewer = signed_in(county_reviewer, "en")
    assert f'value="{own.pk}"' not in text_of(reviewer.get(LIST))
    text = text_of(ticked(reviewer, one, own))
    assert "赵大山" in text and "Who asks for a correction does not approve it." in text
    own.refresh_from_db()
    one.refresh_from_db()
    assert own.waiting and not one.waiting


def test_whoever_may_not_decide_sees_no_boxes(asked: Any, signed_in: Any, village_worker: Any) -> None:
    one, worker = asked(), signed_in(village_worker)
    assert 'name="correction"' not in text_of(worker.get(LIST))
    assert worker.post(reverse("console:corrections-decide"), {"correction": one.pk}).status_code == 403


def test_the_list_with_boxes_takes_queries_that_do_not_grow(
    asked: Any, signed_in: Any, county_reviewer: Any, village_worker: Any, person: Any,
    frozen_clock: dt.datetime,
) -> None:  # fmt: skip
    reviewer = signed_in(county_reviewer)
    used = []
    for whom in ("赵强", "赵大山"):
        corrections.ask_correction(
            person_id=person(whom), new={"name": whom + "云"}, reason="mistyped", evidence_kind="id_card",
            evidence_words="1", by=village_worker, at=frozen_clock,
        )  # fmt: skip
        reviewer.get(LIST)
        with CaptureQueriesContext(connection) as captured:
            reviewer.get(LIST)
        used.append(len(captured))
    assert used[0] == used[1]
