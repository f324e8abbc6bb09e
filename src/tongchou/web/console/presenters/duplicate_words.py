"""How two records agree, clause by clause, in plain words. No number is shown."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

#: By field, the words of each level from 1 on; a level that is silent has none.
WORDS: dict[str, tuple[str | Promise, ...]] = {
    "name": (
        gettext_lazy("The names are different."),
        gettext_lazy("Only the surname is the same."),
        gettext_lazy("The given name is the same, the surname is not."),
        gettext_lazy("One name is the other one shortened."),
        gettext_lazy("The names have the same characters in another order."),
        gettext_lazy("The names differ in one character."),
        gettext_lazy("The names sound alike and are written differently."),
        gettext_lazy("The names are the same."),
    ),
    "birth": (
        gettext_lazy("The dates of birth are different."),
        gettext_lazy("Only the year of birth is the same."),
        gettext_lazy("The dates of birth lie close together; one may be of the lunar calendar."),
        gettext_lazy("The dates of birth differ in one digit."),
        gettext_lazy("Day and month of birth have changed places."),
        gettext_lazy("The dates of birth agree as far as both are known."),
        gettext_lazy("The dates of birth are the same."),
    ),
    "sex": (gettext_lazy("The sex is different."), gettext_lazy("The sex is the same.")),
    "id_key": (
        gettext_lazy("The identity numbers are different."),
        gettext_lazy("The identity numbers are the same."),
    ),
    "place": (
        gettext_lazy("They are registered in different counties."),
        gettext_lazy("They are registered in the same county."),
        gettext_lazy("They are registered in the same township."),
        gettext_lazy("They are registered in the same village."),
        gettext_lazy("They are in the same household."),
    ),
    "phone_key": (
        gettext_lazy("The telephone numbers are different."),
        gettext_lazy("The telephone numbers are the same."),
    ),
    "father": (
        gettext_lazy("The fathers have different names."),
        gettext_lazy("The names of the fathers are alike."),
        gettext_lazy("The fathers have the same name."),
    ),
    "mother": (
        gettext_lazy("The mothers have different names."),
        gettext_lazy("The names of the mothers are alike."),
        gettext_lazy("The mothers have the same name."),
    ),
    "spouse": (
        gettext_lazy("The spouses have different names."),
        gettext_lazy("The names of the spouses are alike."),
        gettext_lazy("The spouses have the same name."),
    ),
    "ethnicity": (gettext_lazy("The ethnicity is different."), gettext_lazy("The ethnicity is the same.")),
    "education": (
        gettext_lazy("The schooling is different."),
        gettext_lazy("The schooling is one grade apart."),
        gettext_lazy("The schooling is the same."),
    ),
    "away": (
        gettext_lazy("They are in two villages, and neither is said to live away."),
        gettext_lazy("One of the two is said to live elsewhere."),
    ),
    "twins": (gettext_lazy("One family and one date of birth, but another name: they may be twins."),),
    "siblings": (gettext_lazy("One family, another name and date of birth: they may be siblings."),),
    "company": (
        gettext_lazy("Somebody else in the two households is alike as well."),
        gettext_lazy("Several others in the two households are alike as well."),
    ),
}
#: The facts whose change opens a pair again.
FACTS: dict[str, str | Promise] = {
    "name": gettext_lazy("Name"),
    "birth": gettext_lazy("Date of birth"),
    "sex": gettext_lazy("Sex"),
    "id_key": gettext_lazy("ID number"),
    "place": gettext_lazy("Household or village"),
    "phone_key": gettext_lazy("Phone"),
    "father": gettext_lazy("Father"),
    "mother": gettext_lazy("Mother"),
    "spouse": gettext_lazy("Spouse"),
    "ethnicity": gettext_lazy("Ethnicity"),
    "education": gettext_lazy("Education"),
    "away": gettext_lazy("Where they live"),
}
#: From so many people who sound alike on (a power of two), a name is called common.
_COMMON = 5


def clause(field: str, level: int) -> str:
    """What a level of a field says; "" for one that says nothing to people."""
    if field == "namesakes":
        return _("The name is common.") if level > _COMMON else _("Few people are called so.")
    words = WORDS.get(field, ())
    return str(words[level - 1]) if 1 <= level <= len(words) else ""


def fact(name: str) -> str:
    """What a fact is called."""
    return str(FACTS.get(name, name))
