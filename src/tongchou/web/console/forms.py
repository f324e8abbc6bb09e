"""Forms of the console: what a person types, checked before an action sees it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.utils.html import strip_tags
from django.utils.translation import gettext_lazy as _

from tongchou.apps.intake import api as intake
from tongchou.apps.places import api as places
from tongchou.apps.registry import api as registry
from tongchou.core.errors import AppError
from tongchou.core.scope import Scope
from tongchou.web.console.area_picker import AreaField


def _by_default(field: forms.Field, code: str) -> bool:
    """True when a message of a field is the framework's own, which names nothing."""
    message = field.error_messages.get(code)
    return message is not None and any(
        message is kind.__dict__.get("default_error_messages", {}).get(code)
        for kind in type(field).__mro__
        if kind.__module__.startswith("django.")
    )


class DescribedErrors:
    """Says in one wording what a field lacks, and ties each wrong one to its message for screen readers."""

    def worded(self) -> None:
        """The messages of fields that have none of their own: they name the field."""
        for name, field in self.fields.items():  # type: ignore[attr-defined]
            label = {"label": strip_tags(str(self[name].label))}  # type: ignore[index]
            chosen = isinstance(field, forms.ChoiceField)
            if _by_default(field, "required"):
                text = _("Choose: %(label)s.") if chosen else _("Fill in: %(label)s.")
                if isinstance(field, forms.BooleanField):
                    text = _("Tick: %(label)s.")
                field.error_messages["required"] = text % label
            if chosen and _by_default(field, "invalid_choice"):
                text = _("%(label)s: choose from the list.") % label
                field.error_messages["invalid_choice"] = text.replace("%", "%%")
            most = getattr(field, "max_length", None)
            if most and isinstance(field, forms.CharField) and "max_length" not in field.error_messages:
                text = _("%(label)s: at most %(most)s characters.") % (label | {"most": most})
                field.error_messages["max_length"] = text.replace("%", "%%")

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


class ConsoleForm(DescribedErrors, forms.Form):
    """A form whose errors are tied to their fields."""

    #: Names the layers below use for what has another name here.
    elsewhere: ClassVar[Mapping[str, str]] = {}

    def full_clean(self) -> None:
        self.worded()
        super().full_clean()
        self.described()

    def refused(self, error: AppError) -> AppError | None:
        """Ties a refusal of an act to the fields it speaks of; gives it back when it speaks of others too.

        It names one ``field``, or of each what is wrong with it (``problems``).
        """
        told = error.data.get("problems")
        if not isinstance(told, dict):
            told = {str(error.data.get("field", "")): [error.message]}
        left = False
        for name, texts in told.items():
            target = self.elsewhere.get(name, name)
            if target in self.fields:
                self.add_error(target, [str(text) for text in texts])
            else:
                left = True
        self.described()
        return error if left else None


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

    def full_clean(self) -> None:
        self.worded()
        super().full_clean()


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


class UndoForm(ConsoleForm):
    """Why a file is to be taken back."""

    reason = forms.ChoiceField(
        label=_("Reason"), error_messages={"required": _("Choose a reason from the list.")}
    )

    def __init__(self, *sent: Any, reasons: Iterable[intake.UndoReason]) -> None:
        super().__init__(*sent)
        listed = [(reason.value, reason.label) for reason in reasons]
        self.fields["reason"].choices = [("", _("Choose a reason")), *listed]  # type: ignore[attr-defined]


class FilesInput(forms.FileInput):
    """One field, several files."""

    allow_multiple_selected = True

    def value_from_datadict(self, data: object, files: Any, name: str) -> list[Any]:
        return list(files.getlist(name)) if hasattr(files, "getlist") else []


class FilesField(forms.FileField):
    """At least one file; each is checked like a single one."""

    widget = FilesInput

    def clean(self, data: Any, initial: object = None) -> list[Any]:
        return [super(FilesField, self).clean(one, initial) for one in data or [None]]


class UploadForm(ConsoleForm):
    """Registers, one or many. The village is for a single file alone, and for one that does not tell it.

    A file above the limit never reaches the form, as none is put on disk: ``too_large`` is set from outside.
    """

    too_large = False

    file = FilesField(
        label=_("Register files"),
        help_text=_(
            "Workbooks (.xlsx, .xls, .et), text tables (.csv) or an archive (.zip) of them, up to 20 MB "
            "altogether, one village a file."
        ),
        error_messages={
            "required": _("Choose a file."),
            "empty": _("This file is empty."),
        },
        widget=FilesInput(attrs={"accept": ".xlsx,.xls,.et,.csv,.txt,.zip", "multiple": True}),
    )
    village = AreaField(
        permission="intake.upload",
        level=places.Level.VILLAGE,
        empty=_("As the file tells"),
        required=False,
        label=_("Village"),
        help_text=_(
            "Needed only when neither the file's name nor its title tells the village. It is compared with "
            "the title of the sheet."
        ),
        error_messages={"invalid_choice": _("Choose a village from the list.")},
    )

    def __init__(self, *args: object, scope: Scope, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["village"].scope = scope

    def full_clean(self) -> None:
        if self.too_large:
            self.fields["file"].error_messages["required"] = _("These files are larger than 20 MB.")
        super().full_clean()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("village") and len(cleaned.get("file") or ()) > 1:
            self.add_error(
                "village", _("A village can be chosen for a single file. Leave it as the files tell.")
            )
        return cleaned


class ItemVillageForm(ConsoleForm):
    """Which village a file of an upload belongs to."""

    item = forms.ChoiceField(
        label=_("File"),
        error_messages={"required": _("Choose a file."), "invalid_choice": _("Choose a file from the list.")},
        widget=forms.Select(attrs={"translate": "no"}),
    )
    village = AreaField(
        permission="intake.upload",
        level=places.Level.VILLAGE,
        label=_("Village"),
        error_messages={
            "required": _("Choose the village."),
            "invalid_choice": _("Choose a village from the list."),
        },
    )

    def __init__(self, *args: object, scope: Scope, files: list[tuple[str, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["village"].scope = scope
        self.fields["item"].choices = files


class WordsForm(ConsoleForm):
    """What each of a few unknown headers means; a header without an answer stays as it is."""

    LEAVE_OUT = "-"

    def __init__(
        self, *args: object, headers: Sequence[str], meanings: list[tuple[str, str]], **kwargs: object
    ) -> None:
        super().__init__(*args, **kwargs)
        self.headers = dict(enumerate(headers))
        choices = [("", _("Not said yet")), (self.LEAVE_OUT, _("Leave it out")), *meanings]
        for number, header in self.headers.items():
            self.fields[f"word_{number}"] = forms.ChoiceField(
                label=header,
                required=False,
                choices=choices,
                error_messages={"invalid_choice": _("Choose a meaning from the list.")},
            )

    def meanings(self) -> dict[str, str]:
        """Header → canonical column, or empty where it is left out; those without an answer are not there."""
        said = {
            header: self.cleaned_data.get(f"word_{number}", "") for number, header in self.headers.items()
        }
        return {word: "" if answer == self.LEAVE_OUT else answer for word, answer in said.items() if answer}


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
        self.worded()
        super().full_clean()
        self.described()
