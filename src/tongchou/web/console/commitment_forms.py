"""Forms of commitments: a new letter, its promises, each move of it, and what becomes of a promise."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tongchou.apps.commitments import api as commitments
from tongchou.core import clock
from tongchou.domain.commitments.letters import LEAST_DAYS, Item, Vote
from tongchou.web.console.forms import ConsoleForm


def _day() -> forms.DateInput:
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


def _lines(rows: int = 2) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class BeginForm(ConsoleForm):
    """A new letter; the unit is chosen beside it."""

    title = forms.CharField(label=_("Title of the letter"), max_length=80)
    department = forms.CharField(
        label=_("Department"),
        max_length=60,
        required=False,
        help_text=_(
            "By its name or code in the list of posts; empty for the village committee or the "
            "government itself."
        ),
    )


class ItemForm(ConsoleForm):
    """One promise. All but its words and last day may wait until residents are asked."""

    promise = forms.CharField(
        label=_("What you promise"),
        max_length=300,
        widget=_lines(),
        help_text=_("Something you can do with what you have. It binds you, never the families."),
    )
    measure = forms.CharField(
        label=_("How it is seen"), max_length=300, required=False, help_text=_("A number or a day.")
    )
    means = forms.CharField(label=_("With what"), max_length=300, required=False)
    owner = forms.CharField(label=_("Who answers for it"), max_length=80, required=False)
    proof = forms.CharField(label=_("What will show it"), max_length=300, required=False)
    remedy = forms.CharField(
        label=_("What you do when it is broken"), max_length=300, required=False, widget=_lines()
    )
    due = forms.DateField(label=_("Last day"), widget=_day())

    def item(self) -> Item:
        return Item(**self.cleaned_data)


class HearForm(ConsoleForm):
    days = forms.IntegerField(
        label=_("Days for comments"), min_value=LEAST_DAYS, max_value=commitments.MOST_DAYS, initial=10
    )


class VoteForm(ConsoleForm):
    """What the assembly decided."""

    entitled = forms.IntegerField(label=_("How many may vote"), min_value=1)
    present = forms.IntegerField(label=_("How many came"), min_value=0)
    in_favour = forms.IntegerField(label=_("How many agreed"), min_value=0)
    by_households = forms.BooleanField(label=_("Households sent one person each"), required=False)
    said = forms.CharField(label=_("Day and place of the assembly"), max_length=200, required=False)

    def vote(self) -> Vote:
        return Vote(**{name: self.cleaned_data[name] for name in Vote.__slots__})


class ReviewForm(ConsoleForm):
    lawful = forms.ChoiceField(
        label=_("Lawful and within its means?"),
        choices=[("", _("Choose")), ("yes", _("Yes, it may be signed")), ("no", _("No, back to the draft"))],
    )
    said = forms.CharField(label=_("Reasons"), max_length=500, required=False, widget=_lines())


class PublishForm(ConsoleForm):
    signed_by = forms.CharField(
        label=_("Who signs, with the post"), max_length=80, help_text=_("It stands under the letter.")
    )

    def among(self, known: Sequence[str]) -> Self:
        """The same form with those who may sign by the list of posts, where there are any."""
        if known:
            self.fields["signed_by"].widget = forms.Select(choices=[(one, one) for one in known])
            self.fields["signed_by"].help_text = _("By the list of posts. It stands under the letter.")
        else:
            self.fields["signed_by"].help_text = _(
                "It stands under the letter, and that the person stands in no list of posts. Enter the post "
                "first to sign as its holder."
            )
        return self


class RedateForm(ConsoleForm):
    due = forms.DateField(label=_("New last day"), widget=_day())
    said = forms.CharField(label=_("Why its last day changes"), max_length=300)


class WithdrawForm(ConsoleForm):
    said = forms.CharField(label=pgettext_lazy("of withdrawing", "Reason"), max_length=500)


class AnnulForm(ConsoleForm):
    said = forms.CharField(
        label=_("Which promise may not stand, and why"), max_length=500, widget=_lines(),
        help_text=_("The note stays with the letter. You may quote the promise; name nobody."),
    )  # fmt: skip


class ReportForm(ConsoleForm):
    said = forms.CharField(label=_("What shows that it is done"), max_length=500, widget=_lines())


class BrokenForm(ConsoleForm):
    said = forms.CharField(
        label=_("What was found"), max_length=500, widget=_lines(), help_text=_("Name no family.")
    )


class CommentForm(ConsoleForm):
    said = forms.CharField(label=_("Your comment"), max_length=500, widget=_lines(4))


class ReplyForm(ConsoleForm):
    said = forms.CharField(label=_("What you made of it"), max_length=500)


class DeliverForm(ConsoleForm):
    """When and how the chosen households were reached."""

    on = forms.DateField(label=pgettext_lazy("of handing over", "Day"), widget=_day())
    how = forms.ChoiceField(label=pgettext_lazy("of handing over", "How"), choices=commitments.How.choices)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = clock.today()


class PartForm(ConsoleForm):
    """What a household agrees to, of its own will."""

    contact = forms.ChoiceField(
        label=_("How the family would like to be told"), choices=commitments.Contact.choices
    )
    shares = forms.BooleanField(
        label=_("Departments may be told of it where a benefit the family asks for needs that"),
        required=False,
    )
    wishes = forms.MultipleChoiceField(
        label=_("Services it wishes to hear of"),
        choices=commitments.Wish.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
