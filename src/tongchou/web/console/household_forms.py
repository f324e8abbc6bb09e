"""Acts on a household: first what is to happen, then everybody's relation to look at, then it is recorded.

What ties already say is proposed; what nobody has said is asked. Nothing is asked about anybody's children.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django import forms
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tongchou.apps.registry import api as registry
from tongchou.core import clock
from tongchou.core.models import Account
from tongchou.core.scope import Scope
from tongchou.web.console import formatters
from tongchou.web.console.act_forms import DayField, PeopleSelect
from tongchou.web.console.forms import ConsoleForm
from tongchou.web.console.person_acts import relations

#: Relations only the head has.
HEADS = ("01", "02")


@dataclass(frozen=True, slots=True)
class Group:
    """Those who will belong to one household, named by its number; ``others`` are asked about."""

    number: str
    head_id: int
    others: tuple[int, ...]
    head_is_asked: bool = True  # False for the head of a household others come to


@dataclass(frozen=True, slots=True)
class Plan:
    """What will be recorded: facts in words, and the groups whose relations are looked at."""

    facts: list[tuple[str, str]]
    groups: list[Group] = field(default_factory=list)
    #: The households everybody in the groups belongs to now.
    households: tuple[int, ...] = ()


@dataclass
class House:
    """The household, who works on it, and when."""

    view: registry.HouseholdView
    scope: Scope
    by: Account
    at: dt.datetime
    language: str

    @property
    def household_id(self) -> int:
        return self.view.household_id

    @property
    def living(self) -> dict[int, str]:
        return {one.person_id: one.name for one in self.view.members if not one.deceased}

    @property
    def heads(self) -> list[int]:
        """Living members recorded as the head: one, unless something is to be mended."""
        return [m.person_id for m in self.view.members if m.relation in HEADS and not m.deceased]


class HouseForm(ConsoleForm):
    """The first step of an act; ``plan`` and ``record`` need a valid form."""

    title: ClassVar[Promise]
    done: ClassVar[Promise]
    about: ClassVar[Promise | str] = ""

    def __init__(self, *args: Any, house: House, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.house = house
        self.prepare()

    def prepare(self) -> None:
        """Fill in what depends on the household."""

    def plan(self) -> Plan:
        raise NotImplementedError

    def record(self, said: Mapping[int, str]) -> registry.Recorded:
        """Record the act; ``said`` is the relation of everybody in the groups.

        Raises
        ------
        AppError
            Whatever the registry says against it.
        """
        raise NotImplementedError

    def choose_member(self, *, empty: Any = None) -> list[tuple[str, Any]]:
        start = empty if empty is not None else _("Choose who it is")
        return [("", start), *((str(pk), name) for pk, name in self.house.living.items())]

    def who(self) -> dict[str, Any]:
        return {"by": self.house.by, "at": self.house.at}

    def since(self) -> list[tuple[str, str]]:
        day = self.cleaned_data["day"]
        return [(gettext("Valid since"), formatters.day(day) if day else gettext("the day it is recorded"))]

    def clean_day(self) -> Any:
        day = self.cleaned_data["day"]
        if day is not None and str(day) > clock.date_of(self.house.at).isoformat():
            raise forms.ValidationError(_("This date lies in the future."))
        return day


class SplitForm(HouseForm):
    title, done = _("Split the household"), _("The household is split.")
    about = _("Some of its members become a household of their own in the same village.")

    members = forms.MultipleChoiceField(
        label=_("Who leaves"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose who leaves.")},
    )
    head = forms.ChoiceField(
        label=_("Head of the new household"),
        widget=PeopleSelect,
        error_messages={"required": _("Choose who is the head.")},
    )
    number = forms.CharField(
        label=_("Number of the new household"),
        max_length=registry.LONGEST_HOUSEHOLD_NUMBER,
        error_messages={"required": _("Write the number of the new household.")},
    )
    rest_head = forms.ChoiceField(
        label=_("Head of those who stay"),
        widget=PeopleSelect,
        required=False,
        help_text=_("Only when the head leaves or has died."),
    )
    day = DayField(label=_("Valid since"), required=False)

    def prepare(self) -> None:
        self.fields["members"].choices = [
            (pk, format_html('<span lang="zh-Hans">{}</span>', name))
            for pk, name in self.house.living.items()
        ]
        self.fields["head"].choices = self.choose_member()
        self.fields["rest_head"].choices = self.choose_member(empty=_("As it is"))

    def clean_number(self) -> str:
        number: str = self.cleaned_data["number"].strip()
        found = registry.household_by_number(self.house.view.village_id, number, scope=self.house.scope)
        if found is not None:
            message = _("The village has, or had, a household with this number. Choose another one.")
            raise forms.ValidationError(message)
        return number

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        leaving, head, rest_head = (set(said.get("members", ())), said.get("head"), said.get("rest_head"))
        if not leaving:
            return said
        if head and head not in leaving:
            self.add_error("head", _("The head of the new household is one of those who leave."))
        staying = {str(pk) for pk in self.house.living} - leaving
        if not staying:
            self.add_error("members", _("Somebody must stay."))
        elif rest_head and rest_head not in staying:
            self.add_error("rest_head", _("The head of those who stay is one of those who stay."))
        elif not rest_head and len(staying & set(map(str, self.house.heads))) != 1:
            self.add_error("rest_head", _("Choose who is the head of those who stay."))
        return said

    def _sides(self) -> tuple[int, list[int], int | None, list[int]]:
        said = self.cleaned_data
        leaving = [pk for pk in self.house.living if str(pk) in said["members"]]
        staying = [pk for pk in self.house.living if pk not in leaving]
        return int(said["head"]), leaving, int(said["rest_head"]) if said["rest_head"] else None, staying

    def plan(self) -> Plan:
        head, leaving, rest_head, staying = self._sides()
        groups = [Group(self.cleaned_data["number"], head, _without(leaving, head))]
        if rest_head is not None:
            groups.append(Group(self.house.view.number, rest_head, _without(staying, rest_head)))
        facts = [(gettext("New household"), self.cleaned_data["number"]), *self.since()]
        return Plan(facts, groups, (self.house.household_id,))

    def record(self, said: Mapping[int, str]) -> registry.Recorded:
        head, leaving, rest_head, staying = self._sides()
        return registry.split_household(
            household_id=self.house.household_id,
            head_id=head,
            relations={pk: said[pk] for pk in _without(leaving, head)},
            number=self.cleaned_data["number"],
            since=self.cleaned_data["day"],
            rest_head_id=rest_head,
            rest_relations={} if rest_head is None else {pk: said[pk] for pk in _without(staying, rest_head)},
            **self.who(),
        )


class MergeForm(HouseForm):
    title, done = _("Merge into another household"), _("The households are merged.")
    about = _("Everybody goes to another household of the village. This one is closed; its history stays.")

    number = forms.CharField(
        label=_("Number of the household they go to"),
        max_length=registry.LONGEST_HOUSEHOLD_NUMBER,
        error_messages={"required": _("Write the number of the household.")},
    )
    day = DayField(label=_("Valid since"), required=False)
    target: registry.HouseholdView

    def clean_number(self) -> str:
        number: str = self.cleaned_data["number"].strip()
        found = registry.household_by_number(self.house.view.village_id, number, scope=self.house.scope)
        if found is None:
            raise forms.ValidationError(_("There is no household with this number in the village."))
        if found == self.house.household_id:
            raise forms.ValidationError(_("Choose another household of the same village."))
        self.target = registry.open_household(found, scope=self.house.scope)
        if self.target.closed is not None:
            raise forms.ValidationError(_("This household is closed. Its members are in another one now."))
        if self.target.head is None or self.target.head.deceased:
            raise forms.ValidationError(
                _("The household they come to has no head, or more than one. Record its head first.")
            )
        return number

    def plan(self) -> Plan:
        head = self.target.head
        assert head is not None  # said when the number was checked
        group = Group(self.target.number, head.person_id, tuple(self.house.living), head_is_asked=False)
        facts = [
            (gettext("They go to"), f"{self.target.number} · {head.name}"),
            (gettext("Closed household"), self.house.view.number),
            *self.since(),
        ]
        return Plan(facts, [group], (self.house.household_id, self.target.household_id))

    def record(self, said: Mapping[int, str]) -> registry.Recorded:
        return registry.merge_households(
            household_id=self.house.household_id,
            into_id=self.target.household_id,
            relations={pk: said[pk] for pk in self.house.living},
            since=self.cleaned_data["day"],
            **self.who(),
        )


class HeadForm(HouseForm):
    title, done = _("Change the head"), _("The head is changed.")
    about = _("What everybody is to the new head is proposed from what is recorded; look through it.")

    head = forms.ChoiceField(
        label=_("New head"),
        widget=PeopleSelect,
        error_messages={"required": _("Choose who is the head.")},
    )
    day = DayField(label=_("Valid since"), required=False)

    def prepare(self) -> None:
        self.fields["head"].choices = self.choose_member()

    def plan(self) -> Plan:
        head = int(self.cleaned_data["head"])
        return Plan(
            [(gettext("New head"), self.house.living[head]), *self.since()],
            [Group(self.house.view.number, head, _without(self.house.living, head))],
            (self.house.household_id,),
        )

    def record(self, said: Mapping[int, str]) -> registry.Recorded:
        head = int(self.cleaned_data["head"])
        return registry.change_head(
            household_id=self.house.household_id,
            head_id=head,
            relations={pk: said[pk] for pk in _without(self.house.living, head)},
            since=self.cleaned_data["day"],
            **self.who(),
        )


class RelationsForm(ConsoleForm):
    """The second step: what each of those concerned is to the head of the household they belong to then."""

    def __init__(
        self, *args: Any, plan: Plan, names: Mapping[int, str], proposed: Mapping[int, str], language: str
    ) -> None:
        super().__init__(*args)
        choices = [(code, label) for code, label in relations(language) if code not in HEADS]
        for group in plan.groups:
            for pk in group.others:
                self.fields[f"relation_{pk}"] = forms.ChoiceField(
                    label=format_html('<span lang="zh-Hans">{}</span>', names[pk]),
                    choices=choices,
                    initial=proposed.get(pk, ""),
                    error_messages={"required": _("Say what this person is to the head.")},
                )

    def said(self) -> dict[int, str]:
        return {int(name.removeprefix("relation_")): code for name, code in self.cleaned_data.items()}


def _without(people: Iterable[int], one: int) -> tuple[int, ...]:
    return tuple(pk for pk in people if pk != one)
