"""Letters as lists, one letter with all that became of it, the roll-out, and what stands in public."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from tongchou.apps.commitments import access
from tongchou.apps.commitments.models import Comment, Delivery, Letter, Promise, Stage, State, Step
from tongchou.apps.commitments.moving import may_annul
from tongchou.apps.places import api as places
from tongchou.apps.registry import api as registry
from tongchou.core import access as rights
from tongchou.core.errors import NotFound
from tongchou.core.models import Account
from tongchou.core.scope import Scope
from tongchou.domain.commitments import letters, promises

#: What a list of letters may be narrowed to.
LISTS: Final = ("making", "review", "published", "late", "broken")
#: Letters of one public page.
MOST_PUBLIC: Final = 300


@dataclass(frozen=True, slots=True)
class Line:
    """A letter as a list shows it, with its promises in numbers."""

    letter_id: int
    area_name: str
    department: str
    title: str
    stage: str
    comments_until: dt.date | None
    published_at: dt.datetime | None
    promises: int
    kept: int
    late: int
    broken: int


@dataclass(frozen=True, slots=True)
class View:
    """One letter. ``judges``: the reader belongs to the level above; ``moves``: what is open now.

    ``annul``: published, and a promise in it may not stand: the level above takes it back.
    """

    letter: Letter
    promises: tuple[Promise, ...]
    steps: tuple[Step, ...]
    comments: tuple[Comment, ...]
    drafts: bool
    #: Who may sign it, by the list of posts; empty where anybody's name is written.
    signers: tuple[str, ...]
    judges: bool
    moves: frozenset[letters.Move]
    reached: int
    declined: int
    households: int
    annul: bool


def found(*, by: Account, on: dt.date, of: str = "") -> QuerySet[Letter]:
    """The letters of the account's areas, the newest first; a page of it goes to ``lines_of``.

    Raises
    ------
    NotAllowed
        When the account has nothing to do with commitments.
    """
    areas = rights.require(by, access.VIEW, on=on)
    rows = Letter.objects.filter(areas.q("scope_no")).order_by("-pk")
    if of == "making":
        return rows.exclude(stage__in=(Stage.PUBLISHED, Stage.WITHDRAWN))
    if of == "review":
        return rows.filter(stage=Stage.LEGALITY)
    if of == "published":
        return rows.filter(stage=Stage.PUBLISHED)
    if of == "late":
        return rows.filter(pk__in=Promise.objects.filter(_late(on)).values("letter"), stage=Stage.PUBLISHED)
    if of == "broken":
        return rows.filter(
            pk__in=Promise.objects.filter(_open_breach()).values("letter"), stage=Stage.PUBLISHED
        )
    return rows


def _late(on: dt.date) -> Q:
    """As ``domain.commitments.promises.Promise.late`` has it."""
    return Q(state__in=(State.OWED, State.BROKEN)) & (Q(remedy_due__lt=on) | Q(remedy_due=None, due__lt=on))


def _open_breach() -> Q:
    return Q(broken_on__isnull=False) & ~Q(state=State.KEPT)


def lines_of(rows: Collection[Letter], on: dt.date) -> tuple[Line, ...]:
    """Letters as lines. One query."""
    counted = {
        number: rest
        for number, *rest in Promise.objects.filter(letter__in=[one.pk for one in rows])
        .values_list("letter")
        .annotate(
            of=Count("pk"),
            kept=Count("pk", filter=Q(state=State.KEPT)),
            late=Count("pk", filter=_late(on)),
            broken=Count("pk", filter=_open_breach()),
        )
        .order_by()
    }
    return tuple(
        Line(
            one.pk,
            one.area_name,
            one.department,
            one.title,
            one.stage,
            one.comments_until,
            one.published_at,
            *_numbers(one, counted.get(one.pk, (0, 0, 0, 0))),
        )
        for one in rows
    )


def _numbers(one: Letter, counted: Collection[int]) -> tuple[int, int, int, int]:
    promised, kept, late, broken = counted
    return promised, kept, late if one.stage == Stage.PUBLISHED else 0, broken


def view(letter_id: int, *, by: Account, on: dt.date) -> View:
    """One letter with its promises, steps and comments. Constant in queries.

    Raises
    ------
    NotAllowed, NotFound
        When the account has nothing to do with commitments, or there is no such letter in its areas.
    """
    areas = rights.require(by, access.VIEW, on=on)
    letter = Letter.objects.filter(areas.q("scope_no"), pk=letter_id).first()
    if letter is None:
        raise access.none()
    area = places.area_by_id(letter.area_id, within=Scope.everything())
    judges = rights.may(by, access.REVIEW, on=on) and access.is_above(
        letter, rights.require(by, access.REVIEW, on=on), by=by, on=on
    )
    drafts = access.drafts(letter, by=by, on=on)
    handed = dict(
        Delivery.objects.filter(letter=letter).values_list("how").annotate(number=Count("pk")).order_by()
    )
    inside = registry.count_by_village(Scope.of_area(area)) if area is not None else {}
    return View(
        letter=letter,
        promises=tuple(letter.promises.order_by("position")),
        steps=tuple(letter.steps.select_related("by", "promise").order_by("-pk")),
        comments=tuple(letter.comments.order_by("pk")),
        drafts=drafts,
        signers=access.signers(letter, on=on) if drafts and letter.stage == Stage.CLEARED else (),
        judges=judges,
        moves=letters.moves(letters.Stage(letter.stage)),
        reached=sum(handed.values()),
        declined=handed.get("offered", 0),
        households=sum(inside.values()),
        annul=judges and may_annul(letter),
    )


def to_reach(letter_id: int, *, by: Account, on: dt.date, after: int = 0) -> list[registry.Door]:
    """Households of a published letter's unit that were neither handed it nor offered it, fifty at a time.

    Raises
    ------
    NotAllowed, NotFound
        As ``view``.
    """
    areas = rights.require(by, access.DRAFT, on=on)
    letter = Letter.objects.filter(areas.q("scope_no"), pk=letter_id, stage=Stage.PUBLISHED).first()
    area = None if letter is None else places.area_by_id(letter.area_id, within=areas)
    if letter is None or area is None:
        raise access.none()
    reached = Delivery.objects.filter(letter=letter).values("household_id")
    return registry.doors(Scope.of_area(area), but=reached, after=after)


def record_of(found: QuerySet[Letter], *, on: dt.date) -> promises.Record:
    """What became of the promises of some published letters: ``promises.record``, counted in one query."""
    rows = Promise.objects.filter(letter__in=found.filter(stage=Stage.PUBLISHED).order_by().values("pk"))
    kept = Q(state=State.KEPT)
    on_time = kept & Q(kept_on__lte=F("due"), broken_on=None)
    return promises.Record(
        **rows.aggregate(
            promised=Count("pk"),
            fallen_due=Count("pk", filter=Q(due__lt=on) | kept),
            kept_on_time=Count("pk", filter=on_time),
            kept=Count("pk", filter=kept),
            late=Count("pk", filter=_late(on)),
            open_breaches=Count("pk", filter=_open_breach()),
        )
    )


def published(*, scope: Scope, on: dt.date) -> tuple[tuple[Line, ...], promises.Record]:
    """What stands in public of some areas: published letters, breaches that are open first. Three queries."""
    rows = Letter.objects.filter(scope.q("scope_no"), stage=Stage.PUBLISHED)
    lines = lines_of(list(rows.order_by("scope_no", "-pk")[:MOST_PUBLIC]), on)
    return tuple(sorted(lines, key=lambda one: not one.broken)), record_of(rows, on=on)


def open_breaches(*, scope: Scope) -> list[Promise]:
    """Promises of some areas' published letters that are broken and not fulfilled, the first owed first."""
    rows = Promise.objects.filter(_open_breach(), scope.q("letter__scope_no"), letter__stage=Stage.PUBLISHED)
    return list(rows.select_related("letter").order_by("remedy_due", "pk")[:MOST_PUBLIC])


def owed_by(area_id: int, department: str | None = None) -> list[Promise]:
    """The promises of published letters of an area and its departments, the newest first. One query.

    ``department`` names one of them alone; empty for the area's own government.
    """
    rows = Promise.objects.filter(letter__area_id=area_id)
    if department is not None:
        rows = rows.filter(letter__department=department)
    rows = rows.filter(letter__stage=Stage.PUBLISHED).select_related("letter")
    return list(rows.order_by("-letter", "position")[:MOST_PUBLIC])


def overdue(*, by: Account, on: dt.date, most: int = 500) -> list[Promise]:
    """Promises of the account's areas that are past the last day that holds now, the longest first.

    Raises
    ------
    NotAllowed
        When the account has nothing to do with commitments.
    """
    areas = rights.require(by, access.VIEW, on=on)
    rows = Promise.objects.filter(_late(on), areas.q("letter__scope_no"), letter__stage=Stage.PUBLISHED)
    last = Coalesce("remedy_due", "due")
    return list(rows.select_related("letter").order_by(last, "pk")[:most])


def due_soon(*, by: Account, on: dt.date, days: int = 30) -> tuple[int, int]:
    """How many promises of the account's areas are late, and how many fall due within some days. One query.

    Raises
    ------
    NotAllowed
        When the account has nothing to do with commitments.
    """
    return due_in(scope=rights.require(by, access.VIEW, on=on), on=on, days=days)


def due_in(*, scope: Scope, on: dt.date, days: int = 30) -> tuple[int, int]:
    """As ``due_soon``, of some areas. One query."""
    rows = Promise.objects.filter(scope.q("letter__scope_no"), letter__stage=Stage.PUBLISHED)
    soon = Q(state=State.OWED, due__gte=on, due__lte=on + dt.timedelta(days=days))
    told = rows.aggregate(late=Count("pk", filter=_late(on)), soon=Count("pk", filter=soon))
    return told["late"], told["soon"]


def reached_in(village_id: int) -> int:
    """How many households of a village were handed its letter, or offered it. One query."""
    rows = Delivery.objects.filter(letter__area_id=village_id, letter__department="")
    return rows.filter(letter__stage=Stage.PUBLISHED).values("household_id").distinct().count()


def promise_of(promise_id: int) -> Promise | None:
    """A promise of a published letter, with its letter. One query."""
    rows = Promise.objects.filter(pk=promise_id, letter__stage=Stage.PUBLISHED)
    return rows.select_related("letter").first()


def answered(letter_id: int) -> list[Comment]:
    """What residents said of a letter and what the unit made of it, answered ones alone. One query."""
    return list(Comment.objects.filter(letter=letter_id).exclude(answer="").order_by("pk"))


def commenting(*, on: dt.date) -> list[Letter]:
    """Letters residents may comment on today, by place. One query."""
    rows = Letter.objects.filter(stage=Stage.COMMENTS, comments_until__gte=on)
    return list(rows.order_by("scope_no", "pk")[:MOST_PUBLIC])


def open_public(letter_id: int, *, on: dt.date) -> tuple[Letter, tuple[Promise, ...], tuple[Step, ...]]:
    """A letter anybody may read: published, or on its way from the residents to its signature. Three queries.

    The steps are those of its promises alone.

    Raises
    ------
    NotFound
        For any other.
    """
    on_its_way = (Stage.COMMENTS, Stage.ASSEMBLY, Stage.LEGALITY, Stage.CLEARED)
    letter = Letter.objects.filter(pk=letter_id, stage__in=(*on_its_way, Stage.PUBLISHED)).first()
    if letter is None:
        raise NotFound("commitments.none", _("There is no such letter, or it is not public."))
    steps = (
        letter.steps.filter(promise__isnull=False).order_by("pk") if letter.sha256 else Step.objects.none()
    )
    return letter, tuple(letter.promises.order_by("position")), tuple(steps)
