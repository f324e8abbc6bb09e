"""Finding people by what somebody types, in a time that does not grow with the registry.

Keys are walked in order along an index that holds the scope beside the key, so that people elsewhere are
passed over without being read. Where a scope holds few people they are read instead, whatever the key.
Neither way meets more than a part of the registry; ``docs/methods/search.md`` says how much.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Any

from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext_lazy as _

from tongchou.apps.places import api as places
from tongchou.apps.registry import access, identifiers
from tongchou.apps.registry.known import latest_memberships
from tongchou.apps.registry.models import Household, Person, Phone
from tongchou.apps.registry.one_person import holders
from tongchou.apps.registry.queries import HEADS, hits
from tongchou.apps.registry.views import PersonHit
from tongchou.core.errors import Invalid
from tongchou.core.scope import Scope, merged
from tongchou.domain import identity
from tongchou.domain.names import compare_key

#: No name is in more than this many characters; longer text is searched by its beginning.
LONGEST_TEXT = 60
SHORTEST_TEXT = 2
#: Sorts after every character, so that ``[key, key + LAST)`` holds the keys that begin with ``key``.
LAST = "\U0010ffff"
#: People of a scope up to whom reading them all costs less than walking a frequent key: two large villages.
FEW = 3000
_PHONE = re.compile(r"\+?[0-9][0-9 \-]{5,18}")
#: Numbers of households are written with leading zeros or without.
_WIDTHS = range(2, 7)


def search(text: str, *, scope: Scope, limit: int = 50) -> list[PersonHit]:
    """People a scope reaches who are meant by the text.

    A full identity number (18 or 15 characters) and a telephone are looked up exactly. Anything else is the
    beginning of a name, of the part after the surname, or of the pinyin initials; the number of a household,
    or the name of a village, which stand for the heads of households; or a village or township and then one
    of these (``青山村 罗``). At most twelve queries, each of bounded work.

    Raises
    ------
    Invalid
        When the text has fewer than two characters: no list of everybody.
    """
    wanted = unicodedata.normalize("NFKC", text).strip()[:LONGEST_TEXT]
    if len(compare_key(wanted)) < SHORTEST_TEXT:
        raise Invalid("registry.search_too_short", _("Type at least two characters."))
    number = identity.parse(wanted).number
    if number is not None:
        return hits(access.people(scope).filter(pk__in=holders([identifiers.id_index(number)]).values()))
    if _PHONE.fullmatch(wanted):
        phone = re.sub(r"[ \-]", "", wanted).removeprefix("+86")
        held = Phone.objects.filter(index=identifiers.phone_index(phone)).values_list("person_id", flat=True)
        # Their numbers first: in one statement a database might walk the scope for them.
        if numbers := set(held):
            return hits(access.people(scope).filter(pk__in=numbers).order_by("name_key", "pk")[:limit])
    if scope.is_empty:
        return []
    found = _named(wanted, scope, limit) or _of_households(_numbered(wanted, scope, limit))
    *place, rest = wanted.split()
    if not found and place:
        found = _at(" ".join(place), rest, scope, limit)
    if len(found) < limit and not wanted.isascii():
        known = {hit.person_id for hit in found}
        found += [hit for hit in _of_village(wanted, scope, limit) if hit.person_id not in known]
    return found[:limit]


def _at(place: str, rest: str, scope: Scope, limit: int) -> list[PersonHit]:
    """People named so, or the household numbered so, in the villages and townships the first words name."""
    levels = (places.Level.TOWNSHIP, places.Level.VILLAGE)
    areas = places.suggest(place, within=scope, levels=levels) if len(place) >= SHORTEST_TEXT else []
    inside = scope.meets(Scope(merged((area.scope_no, area.scope_end) for area in areas)))
    if inside.is_empty:
        return []
    return _named(rest, inside, limit) or _of_households(_numbered(rest, inside, limit))


def _named(text: str, scope: Scope, limit: int) -> list[PersonHit]:
    """People whose name, its part after the surname, or its initials begin so."""
    key = compare_key(text)
    fields = ("initials", "name_key") if key.isascii() else ("name_key", "given_key")
    few = holds_few(scope)
    # Their numbers first: asked in one statement, PostgreSQL walks all people to answer the "or".
    numbers = {pk for field in fields for pk in beginning(field, key, scope, limit, few=few)}
    return hits(Person.objects.filter(pk__in=numbers).order_by("name_key", "pk")[:limit]) if numbers else []


def holds_few(scope: Scope) -> bool:
    """True when so few people are registered or live in a scope that all of them may be read."""
    if scope.unlimited:
        return False
    met = 0
    for field in ("registered_scope", "resident_scope"):
        met += Person.objects.filter(scope.q(field))[: FEW + 1 - met].count()
        if met > FEW:
            return False
    return True


def beginning(field: str, key: str, scope: Scope, limit: int, *, few: bool) -> QuerySet[Any]:
    """Numbers of the first people of a scope in the order of a key that begins so.

    Either all people of the scope are read (``few``) or the key's index is walked: each column that must not
    choose the way is wrapped in an expression no index knows.
    """
    if few:
        met = Person.objects.alias(text=Concat(F(field), Value("")))
        reached = scope.q("registered_scope", "resident_scope")
        order: tuple[str, ...] = ("text", "pk")
    else:
        met = Person.objects.alias(
            text=F(field), registered=F("registered_scope") + 0, resident=F("resident_scope") + 0
        )
        reached = scope.q("registered", "resident")
        order = (field, "registered_scope", "resident_scope", "pk")
    begins = Q(text__gte=key, text__lt=key + LAST)
    return met.filter(begins, reached).order_by(*order).values_list("pk", flat=True)[:limit]


def _numbered(text: str, scope: Scope, limit: int) -> list[int]:
    """Households of a scope with this number."""
    number = text.strip()
    if not any(character.isdigit() for character in number):
        return []
    written = {number, *(number.zfill(width) for width in _WIDTHS)} if number.isdigit() else {number}
    met = Household.objects.alias(scope=F("scope_no") + 0).filter(scope.q("scope"), number__in=written)
    return list(met.order_by("scope_no", "pk").values_list("pk", flat=True)[:limit])


def _of_village(text: str, scope: Scope, limit: int) -> list[PersonHit]:
    """Heads of the households of the villages named so."""
    named = places.suggest(text, within=scope, levels=(places.Level.VILLAGE,))
    villages = [area.pk for area in named if area.name.startswith(text)]
    if not villages:
        return []
    met = Household.objects.filter(scope.q("scope_no"), village__in=villages)
    return _of_households(list(met.order_by("village", "number").values_list("pk", flat=True)[:limit]))


def _of_households(numbers: list[int]) -> list[PersonHit]:
    return list(heads(numbers).values())


def heads(numbers: list[int], *, living: bool = False) -> dict[int, PersonHit]:
    """The head of each household, else its first member, by household in the order given. Three queries.

    ``living`` passes over the dead: whoever is written to or called at must be there.
    """
    if not numbers:
        return {}
    members = (
        latest_memberships()
        .filter(Q(person__deceased=False) if living else Q(), household__in=numbers)
        .values_list("household_id", "relation", "person_id")
    )
    first: dict[int, int] = {}
    for household, _relation, person in sorted(members, key=_head_first):
        first.setdefault(household, person)
    people = {hit.person_id: hit for hit in hits(Person.objects.filter(pk__in=first.values()))}
    return {household: people[first[household]] for household in numbers if household in first}


def _head_first(member: Iterable[Any]) -> tuple[bool, int]:
    _household, relation, person = member
    return relation not in HEADS, person
