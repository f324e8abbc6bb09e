"""The second step of signing in, the rules of sessions, and the proof asked again before sensitive acts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pyotp
import pytest
from axes.models import AccessAttempt
from django.test import Client
from django.urls import reverse

from tongchou.core import actions, clock, factors, sessions
from tongchou.core.account_models import Session
from tongchou.core.models import Account, Assignment, AuditEntry

Make = Callable[..., Account]
BACKEND = "django.contrib.auth.backends.ModelBackend"

pytestmark = pytest.mark.django_db


def enrol(account: Account, at: dt.datetime) -> tuple[str, list[str]]:
    secret = factors.new_secret()
    code = pyotp.TOTP(secret).at(at)
    return secret, factors.add_app(account=account, secret=secret, code=code, name="手机", at=at)


def give_password(client: Client, username: str, password: str, **more: str) -> Any:
    sent = {"username": username, "password": password, **more}
    return client.post(reverse("console:sign-in"), sent, REMOTE_ADDR="127.0.0.1")


def give_code(client: Client, code: str) -> Any:
    return client.post(reverse("console:second-factor"), {"code": code}, REMOTE_ADDR="127.0.0.1")


def is_in(client: Client) -> bool:
    return client.get(reverse("console:account")).status_code == 200


def test_the_password_alone_opens_nothing_once_there_is_a_factor(
    make_account: Make, password: str, client: Client, frozen_clock: dt.datetime
) -> None:
    one = make_account("one")
    secret, _codes = enrol(one, frozen_clock)
    answer = give_password(client, "one", password, next="/population")
    assert answer["Location"] == reverse("console:second-factor")
    assert not is_in(client)
    later = frozen_clock + dt.timedelta(minutes=1)
    with clock.frozen(later):
        answer = give_code(client, pyotp.TOTP(secret).at(later))
        assert answer["Location"] == "/population" and is_in(client)
    row = AuditEntry.objects.filter(action="account.sign_in").latest("pk")
    assert (row.actor_id, row.detail) == (one.pk, {"factor": "totp"})


def test_the_second_step_waits_five_minutes(
    make_account: Make, password: str, client: Client, frozen_clock: dt.datetime
) -> None:
    one = make_account("one")
    secret, _codes = enrol(one, frozen_clock)
    give_password(client, "one", password)
    later = frozen_clock + dt.timedelta(minutes=6)
    with clock.frozen(later):
        assert give_code(client, pyotp.TOTP(secret).at(later))["Location"] == reverse("console:sign-in")
        assert not is_in(client)


def test_five_wrong_codes_lock_the_account_and_keep_no_code(
    make_account: Make, password: str, client: Client, frozen_clock: dt.datetime
) -> None:
    one = make_account("one")
    secret, codes = enrol(one, frozen_clock)
    give_password(client, "one", password)
    for _attempt in range(5):
        answer = give_code(client, "123456" if pyotp.TOTP(secret).at(frozen_clock) != "123456" else "654321")
    assert "尝试次数过多" in answer.content.decode()
    assert "尝试次数过多" in give_code(client, codes[0]).content.decode(), "the right code does not open it"
    assert not is_in(client)
    assert "尝试次数过多" in give_password(Client(), "one", password).content.decode()
    kept = repr(list(AccessAttempt.objects.values()))
    assert "one" in kept and "123456" not in kept and codes[0] not in kept
    refused = AuditEntry.objects.filter(action="account.sign_in_refused", subject=f"account:{one.pk}")
    assert refused.count() >= 5


def test_wrong_codes_are_not_forgiven_by_the_right_password(
    make_account: Make, password: str, frozen_clock: dt.datetime
) -> None:
    """Whoever knows the password must not get five tries after each sign-in."""
    enrol(make_account("one"), frozen_clock)
    for _attempt in range(5):
        client = Client()
        give_password(client, "one", password)
        answer = give_code(client, "000000")
    assert "尝试次数过多" in answer.content.decode()


def test_an_account_closed_between_the_steps_stays_out(
    make_account: Make, password: str, client: Client, frozen_clock: dt.datetime
) -> None:
    one = make_account("one")
    _secret, codes = enrol(one, frozen_clock)
    give_password(client, "one", password)
    actions.set_active(account=one, active=False, by=None, at=frozen_clock)
    assert give_code(client, codes[0])["Location"] == reverse("console:sign-in")


@pytest.mark.parametrize(
    "junk", ["", "{}", "[]", "null", "{", '{"id": 1}', '{"rawId": "AA", "response": {}}']
)
def test_a_junk_answer_of_a_key_opens_nothing(
    make_account: Make, password: str, client: Client, frozen_clock: dt.datetime, junk: str
) -> None:
    enrol(make_account("one"), frozen_clock)
    give_password(client, "one", password)
    answer = client.post(reverse("console:second-factor"), {"answer": junk}, REMOTE_ADDR="127.0.0.1")
    assert answer.status_code == 422 and not is_in(client)


def test_who_has_to_enrol_reaches_nothing_else_before(
    make_account: Make, county: Any, settings: Any, client: Client
) -> None:
    settings.SECOND_FACTOR = "keepers"
    client.force_login(make_account("one", "county_reviewer", county.county), backend=BACKEND)
    for name in ("home", "search", "worklist", "population", "intake", "jobs"):
        assert client.get(reverse(f"console:{name}"))["Location"] == reverse("console:account-security"), name
    for name in ("account", "account-security", "factor-app", "factor-key"):
        assert client.get(reverse(f"console:{name}")).status_code == 200, name
    client.get(reverse("console:factor-app"))
    page = client.get(reverse("console:factor-app"))
    secret = page.context["secret"].replace(" ", "")
    sent = {"code": pyotp.TOTP(secret).at(clock.now()), "name": "手机"}
    shown = client.post(reverse("console:factor-app"), sent)
    assert len(shown.context["codes"]) == 10 and "no-store" in shown["Cache-Control"]
    assert client.get(reverse("console:home")).status_code == 200
    client.force_login(make_account("two", "township_officer", county.township), backend=BACKEND)
    assert client.get(reverse("console:home")).status_code == 200


def test_a_session_ends_when_nobody_is_there(
    make_account: Make, county: Any, frozen_clock: dt.datetime
) -> None:
    worker = make_account("one", "village_worker", county.village)
    keeper = make_account("two", "auditor", county.county)
    for account, minutes in ((worker, 30), (keeper, 15)):
        client = Client()
        client.force_login(account, backend=BACKEND)
        at = frozen_clock
        for _click in range(4):
            at += dt.timedelta(minutes=minutes - 1)
            with clock.frozen(at):
                assert is_in(client), "a click in time keeps it"
        with clock.frozen(at + dt.timedelta(minutes=minutes + 1)):
            assert client.get(reverse("console:home")).status_code == 302
            assert "长时间无操作" in client.get(reverse("console:sign-in")).content.decode()


def test_a_page_that_asks_by_itself_keeps_nobody_signed_in(
    make_account: Make, county: Any, frozen_clock: dt.datetime
) -> None:
    client = Client()
    client.force_login(make_account("one", "township_officer", county.township), backend=BACKEND)
    with clock.frozen(frozen_clock + dt.timedelta(minutes=20)):
        client.get(reverse("console:job-row", args=[1]), headers={"HX-Request": "true"})
    with clock.frozen(frozen_clock + dt.timedelta(minutes=31)):
        assert not is_in(client)


def test_a_session_ends_after_eight_hours_of_clicks(make_account: Make, frozen_clock: dt.datetime) -> None:
    client = Client()
    client.force_login(make_account("one"), backend=BACKEND)
    for minutes in range(20, 8 * 60 + 1, 20):
        with clock.frozen(frozen_clock + dt.timedelta(minutes=minutes)):
            assert is_in(client), minutes
    with clock.frozen(frozen_clock + sessions.LONGEST + dt.timedelta(minutes=1)):
        assert not is_in(client)


def test_own_sessions_are_listed_and_ended(make_account: Make, frozen_clock: dt.datetime) -> None:
    one, two = make_account("one"), make_account("two")
    here, there, other = Client(), Client(), Client()
    for client, account in ((here, one), (there, one), (other, two)):
        client.force_login(account, backend=BACKEND)
    page = here.get(reverse("console:account-security"))
    assert [line.this for line in page.context["sessions"]].count(True) == 1
    assert len(page.context["sessions"]) == 2
    kept = {field.name for field in Session._meta.get_fields()}
    assert kept == {"session_key", "session_data", "expire_date", "account", "since", "last_seen", "device"}
    here.post(reverse("console:end-sessions"))
    assert is_in(here) and not is_in(there) and is_in(other)
    assert AuditEntry.objects.latest("pk").detail == {"ended": 1}


def test_all_other_sessions_end_with_the_password(
    make_account: Make, password: str, frozen_clock: dt.datetime
) -> None:
    one = make_account("one")
    here, there = Client(), Client()
    for client in (here, there):
        client.force_login(one, backend=BACKEND)
    sent = {"old_password": password, "new_password1": "Another-one-9", "new_password2": "Another-one-9"}
    here.post(reverse("console:password"), sent)
    assert is_in(here) and not is_in(there)
    assert Session.objects.filter(account=one).count() == 1
    actions.set_active(account=one, active=False, by=None, at=frozen_clock)
    assert not is_in(here) and not Session.objects.filter(account=one).exists()


def test_a_sensitive_act_asks_again_after_ten_minutes_and_then_goes_on(
    make_account: Make, county: Any, password: str, frozen_clock: dt.datetime
) -> None:
    client = Client()
    client.force_login(make_account("one", "system_admin", county.county), backend=BACKEND)
    worker = make_account("worker", "village_worker", county.village)
    held, address = (
        Assignment.objects.get(account=worker),
        reverse("console:account-end-role", args=[worker.pk]),
    )
    with clock.frozen(frozen_clock + dt.timedelta(minutes=11)):
        asked = client.post(address, {"role": held.pk}, REMOTE_ADDR="127.0.0.1")
        assert asked.status_code == 200 and ("role", str(held.pk)) in asked.context["sent"]
        held.refresh_from_db()
        assert held.valid_to is None, "nothing was done"
        wrong = client.post(address, {"role": held.pk, "again_password": "no"}, REMOTE_ADDR="127.0.0.1")
        assert wrong.status_code == 422
        held.refresh_from_db()
        assert held.valid_to is None
        sent = {"role": held.pk, "again_password": password}
        client.post(address, sent, REMOTE_ADDR="127.0.0.1")
        held.refresh_from_db()
        assert held.valid_to is not None
    with clock.frozen(frozen_clock + dt.timedelta(minutes=20)):
        page = client.post(reverse("console:account-active", args=[worker.pk]), {"active": "0"})
        assert page.status_code == 302, "the proof holds for ten minutes"


def test_guessing_the_password_there_locks_and_signs_out(
    make_account: Make, county: Any, frozen_clock: dt.datetime
) -> None:
    client = Client()
    client.force_login(make_account("one", "system_admin", county.county), backend=BACKEND)
    worker = make_account("worker", "village_worker", county.village)
    address = reverse("console:account-active", args=[worker.pk])
    with clock.frozen(frozen_clock + dt.timedelta(minutes=11)):
        for attempt in range(5):
            sent = {"active": "0", "again_password": f"guess-{attempt}"}
            client.post(address, sent, REMOTE_ADDR="127.0.0.1")
        assert not is_in(client)
    worker.refresh_from_db()
    assert worker.is_active
    assert "guess" not in repr(list(AccessAttempt.objects.values()))
