"""What a person says of a new token."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from tongchou.web.console.forms import ConsoleForm
from tongchou.web.console.presenters.tokens import LIVES, choices


class TokenForm(ConsoleForm):
    """Name, life, permissions, and the password: an open browser alone makes no token."""

    name = forms.CharField(
        label=_("What is it for?"),
        help_text=_("For example the name of the program. No names of people."),
        max_length=60,
        error_messages={"required": _("Give the token a name.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    days = forms.TypedChoiceField(label=_("How long is it valid?"), choices=LIVES, coerce=int, initial=90)
    permissions = forms.MultipleChoiceField(
        label=_("What may it do?"),
        error_messages={
            "required": _("Choose what the token may do."),
            "invalid_choice": _("Choose only what your own roles allow."),
        },
        widget=forms.CheckboxSelectMultiple,
    )
    password = forms.CharField(
        label=_("Your password"),
        error_messages={"required": _("Type your password.")},
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args: object, offered: frozenset[str], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["permissions"].choices = choices(offered)
