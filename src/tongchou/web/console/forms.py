"""Forms of the console: what a person types, checked before an action sees it."""

from __future__ import annotations

from django import forms
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.utils.translation import gettext_lazy as _

from tongchou.apps.registry import api as registry


class DescribedErrors:
    """Ties each wrong field to its message for screen readers."""

    def described(self) -> None:
        for name in self.errors:  # type: ignore[attr-defined]
            if name in self.fields:  # type: ignore[attr-defined]
                bound = self[name]  # type: ignore[index]
                widget = bound.field.widget
                known = [f"{bound.id_for_label}_helptext"] if bound.help_text else []
                widget.attrs["aria-describedby"] = " ".join([*known, f"{bound.id_for_label}_error"])
                widget.attrs["aria-invalid"] = "true"


#: Each language under its own name: whoever cannot read the page must still find theirs.
OWN_NAMES = (("zh-hans", "简体中文"), ("en", "English"))


class ChineseNames(forms.Select):
    """A choice of names that are Chinese on every page, and marked so for screen readers."""

    def create_option(self, name: str, value: str, *args: object, **kwargs: object) -> dict:
        option = super().create_option(name, value, *args, **kwargs)
        if value:
            option["attrs"]["lang"] = "zh-Hans"
        return option


class ConsoleForm(DescribedErrors, forms.Form):
    """A form whose errors are tied to their fields."""

    def full_clean(self) -> None:
        super().full_clean()
        self.described()


class SignInForm(DescribedErrors, AuthenticationForm):
    """User name and password."""

    error_messages = {
        **AuthenticationForm.error_messages,
        "invalid_login": _("The user name or the password is not right. Please try again."),
    }

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("User name")
        self.fields["password"].label = _("Password")


class SearchForm(ConsoleForm):
    """What to look for. At least two characters, so that nobody browses the whole register."""

    text = forms.CharField(
        label=_("Name, initials, ID number, phone or household number"),
        max_length=40,
        error_messages={
            "required": _("Type at least 2 characters."),
            "max_length": _("Type at most 40 characters."),
        },
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off", "autofocus": True}),
    )

    def clean_text(self) -> str:
        text = " ".join(self.cleaned_data["text"].split())
        if len(text.replace(" ", "")) < 2:
            raise forms.ValidationError(_("Type at least 2 characters."))
        return text


class UploadForm(ConsoleForm):
    """One village's register. The choices are the villages in the account's areas.

    A file above the limit never reaches the form, as none is put on disk: ``too_large`` is set from outside.
    """

    too_large = False

    village = forms.ChoiceField(
        label=_("Village"),
        help_text=_("The village this register belongs to. It is compared with the title of the sheet."),
        error_messages={
            "required": _("Choose the village."),
            "invalid_choice": _("Choose a village from the list."),
        },
        widget=ChineseNames,
    )
    file = forms.FileField(
        label=_("Register file"),
        help_text=_("An Excel workbook (.xlsx) as the village keeps it, up to 20 MB, one village a file."),
        error_messages={
            "required": _("Choose a file."),
            "empty": _("This file is empty."),
        },
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
    )

    def __init__(self, *args: object, villages: list, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["village"].choices = [("", _("Choose a village")), *villages]

    def full_clean(self) -> None:
        if self.too_large:
            self.fields["file"].error_messages["required"] = _("This file is larger than 20 MB.")
        super().full_clean()


class UnmaskForm(ConsoleForm):
    """The purpose of looking at a full number."""

    purpose = forms.ChoiceField(
        label=_("Why do you need the full number?"),
        choices=[("", _("Choose a purpose")), *registry.Purpose.choices],
        error_messages={
            "required": _("Choose a purpose first."),
            "invalid_choice": _("Choose a purpose from the list."),
        },
    )


class PreferencesForm(ConsoleForm):
    """Language and type size."""

    language = forms.ChoiceField(
        label=_("Language"), choices=OWN_NAMES, widget=forms.Select(attrs={"translate": "no"})
    )
    large_type = forms.BooleanField(label=_("Large type"), required=False)


class PasswordForm(DescribedErrors, PasswordChangeForm):
    """The old password and twice the new one; it shares a page, so it takes no focus by itself."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["old_password"].widget.attrs.pop("autofocus", None)

    def full_clean(self) -> None:
        super().full_clean()
        self.described()
