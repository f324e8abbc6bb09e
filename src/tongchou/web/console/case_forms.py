"""Forms of cases: beginning one, its acts, the account, and who decides for whom."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tongchou.apps.casework import api as casework
from tongchou.core import clock
from tongchou.web.console import apply_years
from tongchou.web.console.forms import ConsoleForm

_OFF = {"autocomplete": "off"}
RELATIONS = (
    ("self", _("the person's own")),
    ("child", _("the child's own")),
    ("spouse", _("the spouse's")),
    ("parent", _("a parent's")),
    ("guardian", _("a guardian's")),
    ("household", _("somebody's of the household")),
    ("institution", _("an institution's")),
    ("other", _("somebody else's, with a mandate")),
)
PROOFS = (
    ("death_records", _("Compared with the records of deaths: no entry")),
    ("home_visit", _("Seen on a visit at home")),
)
VERDICTS = (
    ("uphold", _("The decision stands")),
    ("overturn", _("Approve")),
    ("send_back", _("Send back, to be decided anew by others")),
)


#: Said of words, by whether the letter to the family has them.
_ON_PAGE = _("It is stored encrypted and stands on this case's page.")
_IN_LETTER = _("It is stored encrypted and stands in the letter to the family.")


def _words(*, required: bool = False, label: Any = None, letter: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label or _("In words"),
        required=required,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_IN_LETTER if letter else _ON_PAGE,
    )


class YuanField(forms.DecimalField):
    """An amount in yuan; the cleaned value is fen."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=12, decimal_places=2, min_value=0, **kwargs)
        self.widget = forms.TextInput(attrs={"inputmode": "decimal", **_OFF})

    def clean(self, value: Any) -> Any:
        amount = super().clean(value)
        return None if amount is None else int(amount * 100)


class OpenForm(ConsoleForm):
    """An application. What is on record is not asked; who applies is filled in as far as it is known."""

    year = forms.TypedChoiceField(label=_("For the year"), coerce=int)
    channel = forms.ChoiceField(label=_("How it came"), choices=casework.Channel.choices)
    applicant = forms.ChoiceField(label=_("Who applies"), choices=casework.Applicant.choices)
    name = forms.CharField(
        label=_("Name of who applies"),
        required=False,
        max_length=60,
        help_text=_("When it is not the person."),
        widget=forms.TextInput(attrs=_OFF),
    )
    phone = forms.CharField(label=_("Telephone"), required=False, max_length=60)
    mandate = forms.CharField(
        label=_("Mandate of the proxy"),
        required=False,
        max_length=60,
        help_text=_("Kind, date and who signed it; for a proxy alone."),
    )
    external = forms.CharField(
        label=_("Number elsewhere"),
        required=False,
        max_length=60,
        help_text=_("Of 12345, of a petition, or of a national system."),
    )
    situation = forms.CharField(
        label=_("What the family needs help with"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    statement = forms.BooleanField(label="", required=False)

    def __init__(
        self, *args: Any, asks_situation: bool, statement: str, programme: str = "", **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        apply_years.offer(self.fields["year"], programme, clock.today())
        if not asks_situation:
            del self.fields["situation"]
        if statement:
            self.fields["statement"].label = statement
        else:
            del self.fields["statement"]


class PayeeForm(ConsoleForm):
    """The account the money goes to."""

    relation = forms.ChoiceField(label=_("Whose account"), choices=[("", _("Choose")), *RELATIONS])
    name = forms.CharField(label=_("Holder's name"), max_length=60, widget=forms.TextInput(attrs=_OFF))
    id_number = forms.CharField(
        label=_("Holder's identity number"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs=_OFF),
        help_text=_("Not for an institution."),
    )
    bank = forms.CharField(label=_("Bank and branch"), max_length=60)
    account = forms.CharField(label=_("Account number"), max_length=40, widget=forms.TextInput(attrs=_OFF))
    mandate = forms.CharField(
        label=_("Mandate or reason"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs=_OFF),
        help_text=_(
            "Only where the register does not show that it is the person's or the family's: kind of paper, "
            "date, who signed it. A second person then confirms the account."
        ),
    )

    def payee(self) -> casework.PayTo:
        return casework.PayTo(**self.cleaned_data)


class RefusePayeeForm(ConsoleForm):
    """Why another account is not taken; whoever asked for it takes it back without words."""

    words = _words(label=_("Reason in words"))


class PassForm(ConsoleForm):
    """Passing a stage: an amount where no rule says it, a proof where being alive is checked."""

    amount = YuanField(label=_("Amount in yuan"), required=False)
    proof = forms.ChoiceField(
        label=_("How it was seen"), required=False, choices=[("", _("Choose")), *PROOFS]
    )
    words = _words(letter=False)

    def __init__(self, *args: Any, asks_amount: bool, asks_proof: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not asks_amount:
            del self.fields["amount"]
        if not asks_proof:
            del self.fields["proof"]


class AskForm(ConsoleForm):
    """What the family is to bring; all of it at once."""

    asked = forms.MultipleChoiceField(
        label=_("What the family is to bring"),
        choices=casework.Asked.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose what the family is to bring.")},
    )
    words = _words()


class BroughtForm(ConsoleForm):
    """The family's answer: what it brought of what was asked for, its statement, or why there is nothing."""

    given = forms.MultipleChoiceField(
        label=_("What the family has brought"), required=False, widget=forms.CheckboxSelectMultiple
    )
    statement = forms.BooleanField(label="", required=False)
    words = _words(label=_("What the family says, or why the case goes on without"))

    def __init__(self, *args: Any, statement: str = "", asked: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if statement:
            self.fields["statement"].label = signed(statement)
        else:
            del self.fields["statement"]
        # The statement is ticked with its own words; what was not asked for may be brought all the same.
        codes = [one for one in casework.Asked.choices if not (statement and one[0] == "statement")]
        wanted = [one for one in codes if one[0] in asked]
        self.fields["given"].choices = wanted or codes


def signed(statement: str) -> Any:
    """What is ticked when the applicant has signed the programme's statement."""
    return _("Signed by the applicant: %(text)s") % {"text": statement}


class RefuseForm(ConsoleForm):
    """Why it is refused, of a closed list; the clauses stand in the answer of the rules."""

    reason = forms.ChoiceField(label=_("Reason"), choices=[("", _("Choose")), *casework.Refusal.choices])
    words = _words()


class WordsForm(ConsoleForm):
    """Words that have to be given."""

    words = _words(required=True, label=_("Reason in words"))


class AppealForm(ConsoleForm):
    words = _words(label=_("What the family says"))


class HearForm(ConsoleForm):
    verdict = forms.ChoiceField(label=_("Result"), choices=[("", _("Choose")), *VERDICTS])
    words = _words(required=True, label=_("Reason; it stands in the letter"))

    def __init__(self, *args: Any, may_approve: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_approve:
            self.fields["verdict"].choices = [
                ("", _("Choose")),
                *(one for one in VERDICTS if one[0] != "overturn"),
            ]
            self.fields["verdict"].help_text = _(
                "What was refused was no approval yet: an appeal cannot approve it, but send it back."
            )


class ExternalForm(ConsoleForm):
    """The number of the case elsewhere; empty takes it away."""

    number = forms.CharField(
        label=_("Number elsewhere"),
        required=False,
        max_length=60,
        help_text=_("Of 12345, of a petition, or of a national system."),
        widget=forms.TextInput(attrs=_OFF),
    )


class PaperForm(ConsoleForm):
    """A copy of a paper the family brought, of those the kind of case names or that were asked for."""

    code = forms.ChoiceField(label=_("What it shows"))
    copy = forms.FileField(
        label=_("Copy"),
        help_text=_("A JPEG or PNG picture or a PDF, at most 5 MB. Encrypted; each opening is noted."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,application/pdf"}),
    )

    def __init__(self, *args: Any, kind: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].choices = [("", _("Choose")), *paper_choices(kind)]


def paper_choices(kind: Any) -> list[tuple[str, str]]:
    """What a copy of this kind of case can show, in the reader's language."""
    language = "zh" if (get_language() or "").startswith("zh") else "en"
    named = {one.code: one.title.of(language) for one in kind.papers}
    asked = {code: str(label) for code, label in casework.Asked.choices}
    return [(code, named.get(code) or asked[code]) for code in casework.paper_codes(kind)]


class EndForm(ConsoleForm):
    ending = forms.ChoiceField(label=_("Why it ends"), choices=[("", _("Choose")), *casework.Ending.choices])
    words = _words()


class NumbersForm(ConsoleForm):
    """Identity numbers of oneself and of relatives, one a line."""

    numbers = forms.CharField(
        label=_("Identity numbers, one a line"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3, **_OFF}),
        help_text=_(
            "Your own, and those of relatives the register may not show as such. Encrypted, never shown."
        ),
    )


class DelegateForm(ConsoleForm):
    """Who acts for an officer, and when."""

    taker = forms.CharField(label=_("User name of the other officer"), max_length=40)
    first_day = forms.DateField(
        label=_("From"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    last_day = forms.DateField(
        label=_("Until, that day included"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = clock.today()
        self.fields["first_day"].initial = today
        self.fields["last_day"].initial = today + dt.timedelta(days=6)


class NameOfficerForm(ConsoleForm):
    """Who is named for the private programmes of an area."""

    officer = forms.CharField(label=_("User name of the officer"), max_length=40)


class RenewForm(ConsoleForm):
    """Which cases of the year before go on."""

    kind = forms.ChoiceField(label=_("Benefit"))
    year = forms.TypedChoiceField(label=_("For the year"), coerce=int)

    def __init__(self, *args: Any, language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        renewed = [one for one in casework.in_force() if one.renewal]
        self.fields["kind"].choices = [(one.code, one.public_title.of(language)) for one in renewed]
        this = clock.today().year
        self.fields["year"].choices = [(this, str(this)), (this + 1, str(this + 1))]
