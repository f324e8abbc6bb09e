"""The form above lines in question: why, and by which document the file is taken."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tongchou.apps.intake import api as intake
from tongchou.web.console.act_forms import evidence_fields
from tongchou.web.console.forms import ConsoleForm


class DecideForm(ConsoleForm):
    """The reason goes with every decision; the document only with taking the file."""

    ground = forms.ChoiceField(
        label=_("Reason"),
        required=False,
        choices=[("", _("Choose a reason")), *intake.Ground.choices],
        error_messages={"invalid_choice": _("Choose a reason from the list.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in evidence_fields().items():
            field.required = False
            self.fields[name] = field
        self.fields["evidence"].help_text = _("Needed to take the file. No copy is kept.")

    def said(self, verdict: str) -> intake.Said:
        """What the reader says, as far as it could be read."""
        found = getattr(self, "cleaned_data", {})
        return intake.Said(
            verdict,
            found.get("ground", ""),
            found.get("evidence_kind", ""),
            found.get("evidence", ""),
        )
