"""People and households, masked as on the pages. Full numbers are shown on pages alone, for a purpose."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest
from django.utils.translation import gettext_noop
from ninja import Router, Schema
from pydantic import StringConstraints

from tongchou.apps.registry import api as registry
from tongchou.core.scope import Scope
from tongchou.domain import codes
from tongchou.web.api.access import needs
from tongchou.web.api.routes import answers
from tongchou.web.api.types import Body, Id, language

router = Router(tags=["people"])
#: More than this and more has to be typed, as on the page.
LIMIT = 50


class Search(Body):
    """A name, its beginning, its initials, a full ID number or a telephone."""

    text: Annotated[str, StringConstraints(min_length=2, max_length=40, pattern=r"^[^\x00-\x1f\x7f]*$")]


class Person(Schema):
    """A line of a search. ``household_id`` is empty when the household lies outside the token's areas."""

    person_id: int
    household_id: int | None
    name: str
    sex: str
    birth: str
    id_masked: str
    phone_masked: str
    place: str
    lives_away: bool | None
    deceased: bool


class People(Schema):
    """``more`` is true when others are meant too: send more of the name."""

    items: list[Person]
    more: bool


class Member(Schema):
    person_id: int
    name: str
    relation: str
    relation_code: str
    sex: str
    birth: str
    id_masked: str
    phone_masked: str
    hukou_kind: str
    lives_away: bool | None
    lives_at: str
    deceased: bool


class Household(Schema):
    """A household with its members, the head first. Ties between members stand on its page alone."""

    household_id: int
    number: str
    place: str
    group: str
    village_id: int
    members: list[Member]


@router.post(
    "/people/search",
    summary=gettext_noop("People by name, initials, ID number or telephone, masked"),
    **answers(People),
    **needs("registry.search"),
)
def search_people(request: HttpRequest, sent: Search):
    found = registry.search(sent.text, scope=request.reach, limit=LIMIT + 1)
    return People(items=[_person(one, request.reach) for one in found[:LIMIT]], more=len(found) > LIMIT)


@router.get(
    "/people/{int:person_id}",
    summary=gettext_noop("One person, masked"),
    **answers(Person),
    **needs("registry.open"),
)
def person(request: HttpRequest, person_id: Id):
    return _person(registry.open_person(person_id, scope=request.reach), request.reach)


@router.get(
    "/households/{int:household_id}",
    summary=gettext_noop("A household and its members, masked"),
    **answers(Household),
    **needs("registry.open"),
)
def household(request: HttpRequest, household_id: Id):
    found = registry.open_household(household_id, scope=request.reach)
    return Household(
        household_id=found.household_id,
        number=found.number,
        place=found.place,
        group=found.group_name,
        village_id=found.village_id,
        members=[_member(one) for one in found.members],
    )


def _person(found: registry.PersonHit, reach: Scope) -> Person:
    return Person(
        person_id=found.person_id,
        household_id=found.household_id if reach.covers(found.registered_scope) else None,
        name=found.name,
        sex=_sex(found.sex),
        birth=str(found.birth or ""),
        id_masked=found.id_masked,
        phone_masked=found.phone_masked,
        place=found.place,
        lives_away=found.lives_away,
        deceased=found.deceased,
    )


def _member(found: registry.MemberView) -> Member:
    return Member(
        person_id=found.person_id,
        name=found.name,
        relation=codes.RELATION.label(found.relation, language()) if found.relation else "",
        relation_code=found.relation,
        sex=_sex(found.sex),
        birth=str(found.birth or ""),
        id_masked=found.id_masked,
        phone_masked=found.phone_masked,
        hukou_kind=found.hukou_kind,
        lives_away=found.lives_away,
        lives_at=found.lives_at if found.lives_away else "",
        deceased=found.deceased,
    )


def _sex(code: int | None) -> str:
    return "" if code is None else codes.SEX.label(str(code), language())
