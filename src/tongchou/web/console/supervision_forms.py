"""Forms of supervision: a draw, a check, a replacement, an inspection, a notice and what becomes of it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from tongchou.apps.supervision import api as supervision
from tongchou.core import clock
from tongchou.web.console.forms import ConsoleForm


def _lines(rows: int = 3) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


def _day() -> forms.DateInput:
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class Files(forms.FileInput):
    """Several pictures or documents in one box."""

    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return files.getlist(name) if hasattr(files, "getlist") else files.get(name)


class FilesField(forms.FileField):
    """Files together; the cleaned value is a list of their contents."""

    def __init__(self, **kwargs: Any) -> None:
        widget = Files(attrs={"accept": "image/jpeg,image/png,application/pdf", "multiple": True})
        help_text = _("JPEG, PNG or PDF, at most 3 MB each. Place and time the camera noted are removed.")
        super().__init__(widget=widget, help_text=help_text, **kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[bytes]:
        given = data if isinstance(data, list | tuple) else [data] if data else []
        if not given:
            super().clean(None, initial)
            return []
        if len(given) > supervision.MOST_FILES:
            raise forms.ValidationError(_("Choose at most five files."))
        clean = super().clean
        return [clean(one, initial).read(supervision.LARGEST + 1) for one in given]


def _files(*, required: bool, label: Any = None) -> FilesField:
    return FilesField(label=label or _("Pictures or documents"), required=required)


class DrawForm(ConsoleForm):
    """What is drawn; the unit is chosen beside it."""

    kind = forms.ChoiceField(label=_("Which records"), choices=supervision.Kind.choices)
    month = forms.CharField(
        label=_("Month"), max_length=7, help_text=_("Such as 2026-05. The unit has closed it already.")
    )
    method = forms.ChoiceField(
        label=pgettext_lazy("sample", "How it is drawn"),
        choices=supervision.Method.choices,
        help_text=_("A village has one list: simple. Areas by size spare journeys in a county."),
    )
    confidence = forms.TypedChoiceField(
        label=_("Confidence"), coerce=int, choices=[(900, "90 %"), (950, "95 %"), (990, "99 %")], initial=950
    )
    margin = forms.IntegerField(
        label=_("Margin, points of a hundred"), min_value=1, max_value=30, initial=10,
        help_text=_("10: the share is known to ± 10 points. Fewer points need more records."),
    )  # fmt: skip
    areas = forms.IntegerField(label=_("Areas by their size: how many"), min_value=2, required=False)
    each = forms.IntegerField(label=_("Records in each of them"), min_value=2, required=False)


class CheckForm(ConsoleForm):
    finding = forms.ChoiceField(
        label=_("What was found"), choices=supervision.Finding.choices, widget=forms.RadioSelect
    )
    fault = forms.ChoiceField(
        label=_("Where it differs"), choices=[("", "—"), *supervision.Fault.choices], required=False
    )
    words = forms.CharField(
        label=_("About the record, where needed"), widget=_lines(2), max_length=1000, required=False,
        help_text=_("About the unit's work alone: no numbers of people, nothing of a family."),
    )  # fmt: skip
    files = _files(required=False)


class ReplaceForm(ConsoleForm):
    reason = forms.ChoiceField(label=_("Why it cannot be checked"), choices=supervision.Reason.choices)


class SheetForm(ConsoleForm):
    file = forms.FileField(label=_("The form as .xlsx"), widget=forms.FileInput(attrs={"accept": ".xlsx"}))


class InspectionForm(ConsoleForm):
    """An inspection; the unit is chosen beside it."""

    department = forms.CharField(
        label=_("Code of the department"), max_length=16, required=False,
        help_text=_("Empty for the government or committee itself."),
    )  # fmt: skip
    checklist = forms.ChoiceField(label=_("List of questions"))
    institution = forms.CharField(
        label=_("Institution"), max_length=80, required=False,
        help_text=_("For the lists of institutions alone; the unit chosen above answers for it."),
    )  # fmt: skip
    day = forms.DateField(label=pgettext_lazy("of an inspection", "Day"), widget=_day())
    why = forms.ChoiceField(label=_("Why it is made"), choices=supervision.Why.choices)
    complaint = forms.IntegerField(
        label=_("Number of the complaint"), required=False, min_value=1,
        help_text=_("Of one you may look into: upheld, or serious. The unit never sees it."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = get_language() or "zh"
        self.fields["checklist"].choices = [
            (one.code, one.title(language)) for one in supervision.checklists().values()
        ]
        self.fields["day"].initial = clock.today()


class AnswersForm(ConsoleForm):
    """The answers of an inspection: of each question yes, no or does not apply, and words beside it."""

    def __init__(self, *args: Any, listed: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = get_language() or "zh"
        self.codes = [question.code for question in listed.questions]
        for question in listed.questions:
            self.fields[question.code] = forms.ChoiceField(
                label=question.text(language), choices=supervision.Answer.choices, widget=forms.RadioSelect
            )
            self.fields[f"{question.code}-words"] = forms.CharField(
                label=_("What was seen"), max_length=1000, required=False, widget=_lines(1)
            )
        self.fields["files"] = _files(required=False)

    def said(self) -> dict[str, Any]:
        return {
            "answers": {code: self.cleaned_data[code] for code in self.codes},
            "words": {code: self.cleaned_data[f"{code}-words"] for code in self.codes},
            "files": self.cleaned_data["files"],
        }


class IssueForm(ConsoleForm):
    demand = forms.CharField(label=_("What the unit has to mend"), widget=_lines(), max_length=1000)
    reply_days = forms.IntegerField(label=_("Working days for the reply"), min_value=1, max_value=60)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reply_days"].initial = supervision.days().reply


class ExtendForm(ConsoleForm):
    due = forms.DateField(label=_("New last day"), widget=_day())
    words = forms.CharField(label=_("Why it is moved"), widget=_lines(2), max_length=1000)


class RectifiedForm(ConsoleForm):
    words = forms.CharField(
        label=pgettext_lazy("rectification", "What was done"), widget=_lines(), max_length=1000
    )
    files = _files(required=True, label=_("What shows it"))


class RecheckForm(ConsoleForm):
    mended = forms.ChoiceField(
        label=_("What was seen"), choices=[("yes", _("It is mended")), ("no", _("It is not mended yet"))]
    )
    words = forms.CharField(label=_("How it was checked"), widget=_lines(2), max_length=1000)
    reply_days = forms.IntegerField(
        label=_("If not: working days for the next reply"), min_value=1, max_value=60, required=False
    )
    files = _files(required=False)


class ClaimForm(ConsoleForm):
    words = forms.CharField(
        label=_("What shows that the records were made up"), widget=_lines(), max_length=1000
    )


class HeardForm(ConsoleForm):
    words = forms.CharField(label=_("What the unit says to it"), widget=_lines(), max_length=1000)


class DecisionForm(ConsoleForm):
    proven = forms.ChoiceField(label=_("Decision"), choices=[("no", _("Not proven")), ("yes", _("Proven"))])
    words = forms.CharField(label=_("Reasons"), widget=_lines(), max_length=1000)


class VetoForm(ConsoleForm):
    number = forms.CharField(label=_("Number of the decision"), max_length=60)
    final = forms.BooleanField(label=_("No remedy is open against it any more"))
