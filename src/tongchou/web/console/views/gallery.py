"""The gallery: every component of the pages with its states, for system administrators."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from tongchou.web import errors
from tongchou.web.console import parts
from tongchou.web.console.forms import ConsoleForm
from tongchou.web.console.page import show, staff


class Example(ConsoleForm):
    """Fields of each kind. Nothing that is sent goes anywhere."""

    purpose = forms.ChoiceField(
        label=_("Why do you need the full number?"),
        choices=[("", _("Choose a purpose")), ("visit", _("Prepare a visit"))],
        error_messages={"required": _("Choose a purpose first.")},
    )
    day = forms.DateField(
        label=_("Day of the visit"),
        help_text=_("For example 2026-06-30."),
        widget=forms.DateInput(attrs={"type": "text", "autocomplete": "off"}),
        error_messages={"invalid": _("There is no such day. Write it like 2026-06-30.")},
    )
    remark = forms.CharField(
        label=_("Remark"), required=False, widget=forms.Textarea(attrs={"rows": "3"}), max_length=200
    )


#: Heads of the sortable example: label, direction now ("" for none), figure column.
HEADS = ((_("Village"), "", False), (_("Waiting"), "descending", True), (_("Done"), "", True))


@require_safe
@staff("system.view")
def components(request: HttpRequest) -> HttpResponse:
    """One page with everything, in the language of the reader. It shows no data of anybody."""
    wrong = Example({"purpose": "", "day": "2026-02-30"}, auto_id="wrong_%s")
    wrong.is_valid()
    chips = [
        parts.Chip(str(_("Stored")), "check", "good"),
        parts.Chip(str(_("Waiting for your decision")), "clock", "warn"),
        parts.Chip(str(_("Failed")), "cross", "bad"),
        parts.Chip(str(_("In progress")), "spin", "info"),
        parts.Chip(str(_("Discarded")), "info"),
    ]
    return show(
        request,
        "console/gallery.html",
        form=Example(auto_id="plain_%s"),
        wrong=wrong,
        chips=chips,
        heads=HEADS,
        rows=((1, 36, 12), (2, 8, 140), (3, 0, 57)),
        pages=parts.Pages(number=2, count=5, total=117, previous="?page=1", next="?page=3"),
        steps=parts.steps([str(_("Choose the file")), str(_("Check and confirm")), str(_("Stored"))], 1),
        problem=errors.Problem(
            _("Someone was here before you"),
            _("The record has changed in the meantime. Nothing was overwritten."),
            _("Please look at it again, then decide."),
            icon="clock",
            code="409",
        ),
    )
