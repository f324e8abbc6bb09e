"""Certificates by programs: recorded and ended, checked like on the page, and never sent back."""

from __future__ import annotations

import datetime as dt
from typing import Any

from tongchou.apps.registry.models import DisabilityCertificate, Person
from tongchou.domain import identity

V1 = "/api/v1"
JSON = "application/json"


def sent_for(number: str) -> dict[str, Any]:
    return {"category": 4, "grade": 3, "number": f"{number}43", "issued": "2026-02-03", "until": "2036-02-02"}


def test_a_certificate_is_recorded_and_ended(
    township_officer: Any, village_worker: Any, make_program: Any, make_account: Any, seeded: Any
) -> None:
    from tongchou.apps.registry import identifiers

    person = seeded.people["陈小苗"]
    one = Person.objects.get(pk=person)
    number = identifiers.open_id(one.id_cipher, person) or identity.compose(
        "520599", dt.date(2025, 2, 3), 111
    )
    officer = make_program(township_officer)
    address = f"{V1}/people/{person}/certificates"
    sent = sent_for(number)
    made = officer.post(address, sent, content_type=JSON)
    assert (made.status_code, made.json()) == (201, {"person_id": person})
    assert officer.post(address, sent, content_type=JSON).json()["code"] == "registry.nothing_new"
    refused = officer.post(address, sent | {"grade": 1}, content_type=JSON)
    assert (refused.status_code, refused.json()["code"]) == (422, "registry.certificate_disagrees")
    for wrong in ({"grade": 5}, {"issued": "2026-02-31"}, {"category": 0}):
        assert officer.post(address, sent | wrong, content_type=JSON).status_code == 422
    shown = officer.get(f"{V1}/people/{person}").content.decode()
    assert "2026-02-03" not in shown and "2036" not in shown
    ended = {"ended": "2026-06-01", "document": "office_letter", "document_words": "7 号"}
    assert officer.post(f"{address}/end", ended, content_type=JSON).json() == {"person_id": person}
    assert DisabilityCertificate.objects.get().until == "2026-06-01"
    worker = make_program(village_worker)
    assert worker.post(address, sent, content_type=JSON).status_code == 403
    outsider = make_program(make_account("outsider", "township_officer", seeded.county.other_village))
    assert outsider.post(address, sent, content_type=JSON).status_code == 404
    assert outsider.post(f"{address}/end", ended, content_type=JSON).status_code == 404
