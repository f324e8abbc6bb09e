"""Accounts from a workbook: template, check, confirmation, and the passwords once."""

from __future__ import annotations

import hashlib

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from tongchou.core import account_import, clock
from tongchou.core.errors import AppError
from tongchou.web.console import account_sheet, account_workbook
from tongchou.web.console.account_forms import AccountFileForm
from tongchou.web.console.again import confirmed
from tongchou.web.console.keepers import keepers
from tongchou.web.console.page import show
from tongchou.web.console.parts import whole
from tongchou.web.console.table_workbook import attachment


@keepers("accounts.manage")
def page(request: HttpRequest) -> HttpResponse:
    """Takes the workbook and shows every mistake at once, or what would be made. Nothing is made yet."""
    form = AccountFileForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    too_large = int(request.META.get("CONTENT_LENGTH") or 0) > settings.FILE_UPLOAD_MAX_MEMORY_SIZE
    if too_large:
        form.fields["file"].error_messages["required"] = _("This file is larger than 20 MB.")
    checked, staged, refusal = None, None, None
    if request.method == "POST" and form.is_valid():
        content = form.cleaned_data["file"].read()
        digest = hashlib.sha256(content).hexdigest()
        known = account_import.known(digest)
        if known is not None:
            refusal = _("The accounts of this file were made before. Nothing was done twice.")
        else:
            checked = account_sheet.read(content, scope=request.scope)
            if not checked.problems:
                staged = account_import.stage(
                    sha256=digest, lines=checked.lines, by=request.user, at=clock.now()
                )
    wrong = bool(form.errors or refusal or (checked and checked.problems))
    return show(
        request,
        "console/account_import.html",
        status=422 if wrong else 200,
        form=form,
        refusal=refusal,
        problems=checked.problems if checked else [],
        staged=staged,
        rows=checked.shown if checked and staged else [],
    )


@require_safe
@keepers("accounts.manage")
def template(request: HttpRequest) -> HttpResponse:
    """The workbook to fill in, with the reader's areas and the roles."""
    return attachment(account_workbook.template(request.scope), "accounts.xlsx")


@never_cache
@require_POST
@keepers("accounts.manage")
@confirmed
def apply(request: HttpRequest) -> HttpResponse:
    """Makes the accounts; the answer is the workbook with their first passwords, which is kept nowhere."""
    text = request.POST.get("import", "")
    number = whole(text) or 0
    try:
        made = account_import.apply(import_id=number, by=request.user, at=clock.now())
    except AppError as error:
        return show(
            request,
            "console/account_import.html",
            status=error.status,
            form=AccountFileForm(),
            refusal=error.message,
            problems=[],
        )
    return attachment(account_workbook.passwords(made), "first-passwords.xlsx")
