"""Numbers in an address or a form that can be of nothing: the page answers, it never breaks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

pytestmark = pytest.mark.django_db
#: Longer than a database counts, the longest it counts, signs that only look like digits, nothing.
ODD = ("9" * 40, "9" * 18, "１２", "²", "-1", "1.5", "0", "")
#: Pages turned or narrowed by a number that is sent, with the role that opens them.
PAGES = {
    "township_officer": (
        ("worklist", "page"), ("worklist", "area"), ("intake", "page"), ("jobs", "before"),
        ("not-listed", "page"), ("corrections", "page"), ("population", "area"),
    ),
    "county_reviewer": (
        ("lists", "page"), ("areas", "before"), ("duplicates", "page"), ("newborns", "page"),
    ),
    "system_admin": (("accounts", "page"), ("accounts", "area")),
    "auditor": (("audit", "before"), ("audit", "actor")),
}  # fmt: skip


def signed_in(account: Any) -> Client:
    client = Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.mark.parametrize("role", PAGES)
def test_a_page_answers_whatever_number_was_sent(
    role: str, county: Any, make_account: Callable[..., Any]
) -> None:
    client = signed_in(make_account("somebody", role, county.county))
    for page, name in PAGES[role]:
        for text in ODD:
            answer = client.get(reverse(f"console:{page}"), {name: text})
            assert answer.status_code in (200, 404), (page, name, text, answer.status_code)


def test_odd_numbers_of_proposals_are_no_choice(county: Any, make_account: Callable[..., Any]) -> None:
    client = signed_in(make_account("guard", "security_admin", county.county))
    answer = client.post(
        reverse("console:grants-decide"), {"proposal": list(ODD), "act": "grant"}, follow=True
    )
    assert answer.status_code == 200
