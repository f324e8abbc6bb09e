"""The forms of a disability certificate: asked, looked at, recorded, and seen on no page afterwards."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tongchou.apps.registry import api as registry
from tongchou.apps.registry.models import DisabilityCertificate, Person
from tongchou.domain.dates import PartialDate
from tongchou.domain.register.row import RegisterRow

pytestmark = pytest.mark.django_db

NUMBER = "520599196003121237"
SAID = {
    "category": "4", "grade": "3", "number": f"{NUMBER}43", "day": "2021-02-03", "until": "2031-02-02",
}  # fmt: skip
ENDED = {"day": "2026-05-01", "evidence_kind": "office_letter", "evidence": "7 号"}


@pytest.fixture
def person(county: Any, county_reviewer: Any, frozen_clock: dt.datetime) -> int:
    row = RegisterRow(
        row_no=5, household_no="001", name="赵大山", relation="02", sex=1, birth=PartialDate(1960, 3, 12),
        id_number=NUMBER,
    )  # fmt: skip
    registry.apply_register(
        [row], village_id=county.village.pk, source="a" * 64, by=county_reviewer, at=frozen_clock
    )
    return Person.objects.get(name="赵大山").pk


@pytest.fixture
def officer(person: int, township_officer: Any) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(township_officer, backend="django.contrib.auth.backends.ModelBackend")
    return client


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def send(client: Client, person: int, act: str, said: dict[str, str], **more: str) -> Any:
    return client.post(reverse("console:person-act", args=[person, act]), said | more, follow=True)


def test_it_is_looked_at_then_recorded_and_shown_nowhere(officer: Client, person: int) -> None:
    page = reverse("console:person", args=[person])
    assert reverse("console:person-act", args=[person, "certificate"]) in text_of(officer.get(page))
    looked = text_of(send(officer, person, "certificate", SAID))
    assert f"{NUMBER}43" in looked and "Grade 3" in looked and 'value="record"' in looked
    assert not DisabilityCertificate.objects.exists()
    done = send(officer, person, "certificate", SAID, step="record")
    assert done.status_code == 200 and DisabilityCertificate.objects.count() == 1
    for text in (text_of(done), text_of(officer.get(page))):
        assert "Grade 3" not in text and "Limbs" not in text and "2031" not in text
        assert f"{NUMBER}43" not in text


def test_every_mistake_is_shown_at_its_field(officer: Client, person: int) -> None:
    empty = send(officer, person, "certificate", dict.fromkeys(SAID, ""))
    assert empty.status_code == 422
    for words in ("Choose the kind", "Choose the grade", "Write the number", "Write the date"):
        assert words in text_of(empty)
    for more, words in (
        ({"grade": "1"}, "another grade"),
        ({"number": NUMBER}, "not the number of a certificate"),
        ({"day": "1950-01-01"}, "before the date of birth"),
        ({"until": "2020-01-01"}, "before the day of issue"),
    ):
        refused = send(officer, person, "certificate", SAID | more, step="record")
        assert refused.status_code == 422 and words in text_of(refused)
        assert "field-error" in text_of(refused)
    assert not DisabilityCertificate.objects.exists()


def test_another_entry_of_the_day_is_replaced_after_comparing(officer: Client, person: int) -> None:
    send(officer, person, "certificate", SAID, step="record")
    other = SAID | {"grade": "2", "number": f"{NUMBER}42"}
    asked = send(officer, person, "certificate", other, step="record")
    assert asked.status_code == 422 and 'name="compared"' in text_of(asked)
    before = DisabilityCertificate.objects.get().cipher
    send(officer, person, "certificate", other, step="record", compared="on")
    assert DisabilityCertificate.objects.get().cipher != before


def test_it_ends_by_a_document(officer: Client, person: int) -> None:
    nothing = send(officer, person, "certificate-ended", ENDED, step="record")
    assert nothing.status_code == 422
    send(officer, person, "certificate", SAID, step="record")
    assert send(officer, person, "certificate-ended", ENDED | {"evidence": ""}).status_code == 422
    assert 'value="record"' in text_of(send(officer, person, "certificate-ended", ENDED))
    assert send(officer, person, "certificate-ended", ENDED, step="record").status_code == 200
    assert DisabilityCertificate.objects.get().until == "2026-05-01"


def test_others_do_not_record_it(
    client: Client, person: int, village_worker: Any, make_account: Any, county: Any
) -> None:
    address = reverse("console:person-act", args=[person, "certificate"])
    client.force_login(village_worker)
    assert client.post(address, SAID | {"step": "record"}).status_code == 403
    client.force_login(make_account("other", "township_officer", county.other_village))
    assert client.post(address, SAID | {"step": "record"}).status_code == 404
    assert not DisabilityCertificate.objects.exists()
