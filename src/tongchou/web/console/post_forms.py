"""Forms of posts: a new post or department, an appointment, the end of a tenure, a name, a telephone."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tongchou.apps.posts import api as posts
from tongchou.core import clock
from tongchou.core.models import Account
from tongchou.web.console.forms import ConsoleForm


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class PostForm(ConsoleForm):
    """A post of the area chosen beside it, or of a department of it."""

    department = forms.ChoiceField(label=pgettext_lazy("of a post", "Of"), required=False)
    duty = forms.ChoiceField(label=_("What it answers for"), choices=posts.Duty.choices)
    title = forms.CharField(label=pgettext_lazy("of a post", "Title"), max_length=60)
    phone = forms.CharField(
        label=pgettext_lazy("of a post", "Telephone of the office"),
        max_length=20,
        required=False,
        help_text=_("Of the office, never a private number."),
    )

    def __init__(self, *args: Any, departments: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = ("", pgettext_lazy("of a post", "The government or committee itself"))
        self.fields["department"].choices = [own, *((str(one.pk), one.name) for one in departments)]


class DepartmentForm(ConsoleForm):
    code = forms.CharField(label=pgettext_lazy("of a department", "Code"), max_length=16)
    name = forms.CharField(label=pgettext_lazy("of a department", "Name"), max_length=60)
    since = forms.DateField(label=pgettext_lazy("of a department", "Since"), widget=_day())


class AppointForm(ConsoleForm):
    """Who comes into the post; whoever held it leaves it on that day."""

    holder = forms.CharField(label=pgettext_lazy("of a post", "Holder"), max_length=40)
    since = forms.DateField(label=pgettext_lazy("of a holder", "Since"), widget=_day())
    account = forms.CharField(
        label=_("User name here"),
        max_length=150,
        required=False,
        help_text=_("Empty where the holder has none."),
    )
    document = forms.CharField(label=_("Number of the paper of appointment"), max_length=80, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["since"].initial = clock.today()

    def clean_account(self) -> int | None:
        name = self.cleaned_data["account"].strip()
        if not name:
            return None
        found = Account.objects.filter(username=name).first()
        if found is None:
            raise forms.ValidationError(_("There is no such account. Leave it empty, or write a user name."))
        return found.pk


class EndForm(ConsoleForm):
    on = forms.DateField(label=_("First day without the post"), widget=_day())
    document = forms.CharField(label=_("Number of the paper"), max_length=80, required=False)


class CorrectForm(ConsoleForm):
    holder = forms.CharField(label=_("Right name"), max_length=40)
    reason = forms.CharField(label=_("Why it was wrong"), max_length=200)


class PhoneForm(ConsoleForm):
    phone = forms.CharField(
        label=pgettext_lazy("of a post", "Telephone of the office"),
        max_length=20,
        required=False,
        help_text=_("Of the office, never a private number."),
    )
