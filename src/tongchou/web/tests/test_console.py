"""What every console page promises: sign-in first, no names in addresses, nothing from other areas."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import get_resolver, reverse

from tongchou.apps.places import api as places
from tongchou.core import actions, clock
from tongchou.core.models import Account
from tongchou.web.console import urls

OPEN = {
    *("sign-in", "sign-out", "language", "rights", "notice", "programmes", "programme", "programme-ask"),
    *("public-notices", "public-notice", "public-objection", "apply", "apply-follow"),
    *("public-commitments", "public-commitment", "complain", "complain-follow", "integrity"),
    *("public-guarantees", "supervision-commitments"),
    *("public-bulletins", "public-bulletin", "public-bulletin-pdf", "public-bulletin-workbook"),
    *("certificate-check", "certificate-check-offline", "certificate-keys", "certificate-status"),
    *("open-data", "open-data-catalogue", "open-data-table", "open-data-file", "methods"),
    # Nobody has an account yet: a secret printed at the machine opens these, and only before the first one.
    *("setup", "setup-enter", "setup-unit", "setup-accounts", "setup-parameters", "setup-end"),
}
ARGUMENTS: dict[str, object] = dict.fromkeys(
    (
        "household_id",
        "person_id",
        "file_id",
        "job_id",
        "account_id",
        "area_id",
        "change_id",
        "token_id",
        "batch_id",
        "word_id",
        "list_id",
        "newborn_id",
        "event_id",
        "correction_id",
        "pair_id",
        "task_id",
        "volume_id",
        *("case_id", "notice_id", "proof_id", "objection_id", "naming_id"),
        *(
            "grievance_id",
            "export_id",
            "row_no",
            "certificate_id",
            "paper_id",
            "application_id",
            "wish_id",
            "letter_id",
            "promise_id",
        ),
        *("fund_id", "appropriation_id", "entry_id", "payment_id", "answer_id", "overpayment_id"),
        "release_id",
        "return_id",
        *("complaint_id", "question_id", "breach_id"),
        *("meeting_id", "plan_task_id", "group_id", "assembly_id", "bundle_id"),
        *("post_id", "target_id", "agreement_id", "hand_over_id"),
        *("issue_id", "alert_id", "proposed_id", "tenure_id"),
        *("draw_id", "item_id", "inspection_id", "rectification_id", "evidence_id"),
    ),
    1,
)
ARGUMENTS |= {"kind": "rename", "act": "apply", "code": "hukou_unknown", "month": "2026-06", "term": "births"}
ARGUMENTS |= {"ending": "csv", "period": "2025", "version": "v1"}


def every_address() -> list[tuple[str, str]]:
    found = []
    for pattern in urls.urlpatterns:
        needed = {name: ARGUMENTS[name] for name in pattern.pattern.converters}
        found.append((pattern.name, reverse(f"console:{pattern.name}", kwargs=needed)))
    return found


@pytest.fixture
def account(db: None) -> Account:
    return actions.create_account(
        username="officer", display_name="李红梅", password="green-hill-7-x", by=None, at=clock.now()
    )


@pytest.fixture
def officer(account: Account) -> Account:
    at = clock.now()
    places.load_reference(by=None, at=at)
    county = places.area_by_code("520521")
    actions.assign_role(
        account=account, role="township_officer", area_id=county.pk, scope_no=county.scope_no,
        scope_end=county.scope_end, by=None, at=at,
    )  # fmt: skip
    return account


@pytest.mark.parametrize(("name", "address"), [pair for pair in every_address() if pair[0] not in OPEN])
@pytest.mark.parametrize("method", ["get", "post"])
def test_pages_ask_to_sign_in_first(client: Client, db: None, name: str, address: str, method: str) -> None:
    answer = getattr(client, method)(address)
    assert answer.status_code in (302, 405), (name, answer.status_code)
    if answer.status_code == 302:
        assert answer["Location"].startswith(reverse("console:sign-in"))


def test_a_part_of_a_page_asks_to_sign_in_as_a_whole(client: Client, db: None) -> None:
    answer = client.post(reverse("console:search"), {"text": "罗德贵"}, headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Redirect"]) == (204, reverse("console:sign-in"))


@pytest.mark.parametrize(("name", "address"), [pair for pair in every_address() if pair[0] not in OPEN])
def test_an_account_without_area_is_shown_nothing(
    client: Client, account: Account, name: str, address: str
) -> None:
    client.force_login(account)
    answer = client.get(address)
    own = dict.fromkeys(
        (
            "home",
            "account",
            "account-security",
            "factor-app",
            "factor-key",
            "help",
            "tokens",
            "api-reference",
        ),
        200,
    )
    expected = (own | {"second-factor": 302}).get(name, 403)
    assert answer.status_code in (expected, 405), (name, answer.status_code)


def test_what_is_searched_is_in_no_address(client: Client, officer: Account) -> None:
    client.force_login(officer)
    page = client.get(reverse("console:search") + "?text=罗德贵")
    assert "罗德贵" not in page.content.decode()
    assert "hits" not in page.context or page.context["hits"] is None
    assert client.post(reverse("console:search"), {"text": "罗"}).status_code == 422


def test_things_elsewhere_and_nowhere_are_not_found(client: Client, officer: Account) -> None:
    client.force_login(officer)
    for name, arguments in (("household", [7]), ("person-unmask", [7]), ("intake-file", [7])):
        answer = client.get(reverse(f"console:{name}", args=arguments))
        assert answer.status_code == 404
        assert "没有找到" in answer.content.decode()


def test_pages_are_not_cached_and_carry_the_policy(client: Client, officer: Account) -> None:
    client.force_login(officer)
    answer = client.get(reverse("console:home"))
    assert answer["Cache-Control"] == "no-store"
    policy = answer["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'self'" in policy


def test_no_template_has_inline_style_or_script(client: Client, officer: Account) -> None:
    client.force_login(officer)
    for name, address in every_address():
        answer = client.get(address)
        if "attachment" in answer.get("Content-Disposition", ""):
            continue  # a workbook
        text = answer.content.decode()
        assert " style=" not in text, name
        assert " onclick=" not in text and "<style" not in text, name
        assert "<script>" not in text, name


def test_language_is_remembered_and_only_own_addresses_are_followed(client: Client, officer: Account) -> None:
    client.force_login(officer)
    answer = client.post(reverse("console:language"), {"language": "en", "next": "//evil.example/"})
    assert answer["Location"] == reverse("console:home")
    officer.refresh_from_db()
    assert officer.language == "en"
    assert "Find a person" in client.get(reverse("console:home")).content.decode()


def test_sign_in_takes_the_language_of_the_account(client: Client, officer: Account) -> None:
    actions.set_preferences(account=officer, language="en", large_type=True, by=officer, at=clock.now())
    answer = client.post(reverse("console:sign-in"), {"username": "officer", "password": "green-hill-7-x"})
    assert answer.status_code == 302
    home = client.get(answer["Location"]).content.decode()
    assert '<html lang="en" class="large">' in home


def test_a_given_password_must_be_changed_first(client: Client, officer: Account) -> None:
    officer.must_change_password = True
    officer.save()
    client.force_login(officer)
    assert client.get(reverse("console:home"))["Location"] == reverse("console:account")
    new = "mountain-path-9-y"
    sent = {"old_password": "green-hill-7-x", "new_password1": new, "new_password2": new}
    assert client.post(reverse("console:password"), sent).status_code == 302
    assert client.get(reverse("console:home")).status_code == 200


def test_signing_out_needs_a_post(client: Client, officer: Account) -> None:
    client.force_login(officer)
    assert client.get(reverse("console:sign-out")).status_code == 405
    assert client.post(reverse("console:sign-out")).status_code == 302
    assert client.get(reverse("console:home")).status_code == 302


@pytest.mark.parametrize(("handler", "status"), [(400, 400), (403, 403), (404, 404), (500, 500)])
def test_error_pages_are_ours(handler: int, status: int, rf: object) -> None:
    view = get_resolver().resolve_error_handler(handler)
    request = rf.get("/")
    answer = view(request) if handler == 500 else view(request, exception=Exception())
    assert answer.status_code == status
    assert "<main" in answer.content.decode()


def test_a_form_without_token_is_refused_in_words(db: None) -> None:
    answer = Client(enforce_csrf_checks=True).post(reverse("console:sign-in"), {"username": "officer"})
    assert answer.status_code == 403
    assert "<main" in answer.content.decode()


def test_a_file_above_the_limit_is_named_so(client: Client, officer: Account, settings: object) -> None:
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 1000
    client.force_login(officer)
    upload = SimpleUploadedFile("520521901201.xlsx", b"0" * 5000)
    answer = client.post(reverse("console:intake-new"), {"file": upload})
    assert answer.status_code == 422
    assert "文件合计超过20兆。" in answer.content.decode()


def test_what_is_no_workbook_is_refused_in_words(client: Client, officer: Account) -> None:
    client.force_login(officer)
    names = ("code", "name", "level", "parent_code", "valid_from")
    rows = [
        ("520521901", "云岭镇（示例）", "township", "520521", "2020-01-01"),
        ("520521901201", "青山村（示例）", "village", "520521901", "2020-01-01"),
    ]
    places.load_areas([dict(zip(names, row, strict=True)) for row in rows], by=None, at=clock.now())
    village = places.area_by_code("520521901201")
    upload = SimpleUploadedFile("register.xlsx", b"%PDF-1.7 not a workbook")
    answer = client.post(reverse("console:intake-new"), {"village": village.pk, "file": upload})
    assert answer.status_code == 422
    assert "这既不是工作簿，也不是文本表格。" in answer.content.decode()
    assert "没有保存任何内容。" in answer.content.decode()
