"""Draws: of a closed month, by the level above, from a committed secret; replacements from the reserve."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongchou.apps.accountability import api as accountability
from tongchou.apps.places import api as places
from tongchou.apps.supervision import access, binding
from tongchou.apps.supervision.models import Draw, Item, Kind, Method, Reason, Secret
from tongchou.core import audit, clock, record_frames
from tongchou.core.errors import Conflict, Invalid
from tongchou.core.models import Account
from tongchou.core.scope import Scope
from tongchou.domain import sampling
from tongchou.domain.ledger import next_month
from tongchou.domain.sampling import Sample
from tongchou.domain.supervision import draws

#: Kinds a village has of its own; a township and a county have all.
OF_A_VILLAGE: Final = (Kind.RECORDS_ENTERED, Kind.NOTICES, Kind.DELIVERIES, Kind.STAFF)
#: Records of a frame at most.
MOST: Final = 200_000


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be drawn. ``confidence`` and ``margin`` in thousandths: 950 and 50."""

    unit: str
    kind: str
    month: dt.date
    method: str = "simple"
    confidence: int = 950
    margin: int = 100
    areas: int = 0
    each: int = 0


@transaction.atomic
def draw(asked: Asked, *, by: Account, at: dt.datetime) -> Draw:
    """Draw a sample of a unit's records of a closed month.

    Raises
    ------
    NotAllowed, NotFound
        As ``access.watched``: the level above draws.
    Invalid
        ``supervision.draw`` for a kind, method, confidence or margin that does not fit the unit.
    Conflict
        ``supervision.open`` before the month is closed; ``supervision.no_secret`` when none was committed to
        before; ``supervision.over`` when the secret is disclosed; ``supervision.unfinished`` while the draw
        before is not done; ``supervision.nothing`` when there is no record.
    """
    of = access.watched(asked.unit, by=by, at=at)
    on = clock.date_of(at)
    _fits(asked, of)
    sealed = accountability.sealed_month(of.area, asked.month)
    if sealed is None or clock.date_of(sealed.at) >= on:
        message = _("A sample is drawn on a day after the unit has closed the month.")
        raise Conflict("supervision.open", message)
    if on >= binding.disclosed_from(asked.month):
        message = _("The secret of this month is disclosed: no draw of it is possible any more.")
        raise Conflict("supervision.over", message)
    secret = Secret.objects.filter(code=of.watch.code, month=asked.month, at__lt=sealed.at).first()
    if secret is None:
        message = _("No secret was committed to before this month was closed. Draw of a later month.")
        raise Conflict("supervision.no_secret", message)
    number = _next(asked, of)
    frame = _frame(asked, of)
    seed = draws.seed(
        binding.opened(secret),
        sealed.sha256,
        unit=of.unit.key,
        kind=draws.Kind(asked.kind),
        number=number,
        closed_on=clock.date_of(sealed.at),
        drawn_on=on,
        of_level=of.unit.level,
        by_level=of.watch.level,
    )
    sample = drawn(asked, frame, seed)
    one = Draw.objects.create(
        **of.columns(),
        kind=asked.kind,
        month=asked.month,
        number=number,
        method=asked.method,
        confidence=asked.confidence,
        margin=asked.margin,
        areas=asked.areas or None,
        each=asked.each or None,
        secret=secret,
        seal=sealed.sha256,
        closed_on=clock.date_of(sealed.at),
        of_level=of.unit.level,
        seed=seed,
        frame=json.dumps(sorted(frame.items()), separators=(",", ":")),
        frame_sha256=sample.frame,
        population=len(frame),
        at=at,
        by=by,
    )
    add_items(one, [(ref, None) for ref in sample.items])
    audit.append(
        by=by,
        action="supervision.draw",
        subject=f"draw:{one.pk}",
        scope_no=one.scope_no,
        at=at,
        detail={
            "unit": one.unit_key,
            "kind": one.kind,
            "month": one.month.isoformat(),
            "number": number,
            "seed": seed,
            "frame": one.frame_sha256,
            "items": len(sample.items),
        },
    )
    return one


def _fits(asked: Asked, of: access.Watched) -> None:
    village = of.unit.level == places.Level.VILLAGE
    problem = None
    if of.unit.department_id is not None:
        problem = _("Samples are drawn of areas; a department is inspected.")
    elif asked.kind not in Kind.values or (village and Kind(asked.kind) not in OF_A_VILLAGE):
        problem = _("Choose a kind of record this unit has.")
    elif asked.method not in Method.values or (village and asked.method != Method.SIMPLE):
        problem = _("A village has one list: draw a simple sample of it.")
    elif not (800 <= asked.confidence <= 999 and 10 <= asked.margin <= 300):
        problem = _("Confidence lies between 80 % and 99.9 %, the margin between 1 and 30 points.")
    elif asked.method == Method.BY_SIZE and not (2 <= asked.areas <= 300 and 2 <= asked.each <= 300):
        problem = _("Give how many areas and how many records in each, two at least.")
    elif asked.month.day != 1:
        problem = _("Choose a month.")
    if problem is not None:
        raise Invalid("supervision.draw", problem)


def _next(asked: Asked, of: access.Watched) -> int:
    rows = Draw.objects.select_for_update().filter(unit_key=of.unit.key, month=asked.month, kind=asked.kind)
    done = {number: ended is not None for number, ended in rows.values_list("number", "done_on")}
    try:
        return draws.next_number(done)
    except ValueError as error:
        message = _("The draw before is not done yet: nobody draws until a sample suits.")
        raise Conflict("supervision.unfinished", message) from error


def _frame(asked: Asked, of: access.Watched) -> dict[str, str]:
    """Records of the month as numbers, with the code of the area right below the unit each belongs to."""
    told = record_frames.frame(asked.kind)
    assert told is not None
    last = next_month(asked.month) - dt.timedelta(days=1)
    rows = told.of(Scope.of_area(of.area), asked.month, last)
    if not rows:
        message = _("The unit has no record of this kind in this month.")
        raise Conflict("supervision.nothing", message)
    if len(rows) > MOST:
        message = _("There are too many records for one draw. Draw of the units below.")
        raise Conflict("supervision.nothing", message)
    village = of.unit.level == places.Level.VILLAGE
    below = [] if village else [one for one in places.children(of.area) if one.level in access.UNITS]
    found = {}
    for ref, scope_no in rows:
        inside = (one.code for one in below if one.scope_no <= scope_no <= one.scope_end)
        found[str(ref)] = next(inside, of.area.code)
    return found


def drawn(asked: Asked, frame: dict[str, str], seed: str) -> Sample:
    """The sample a seed gives.

    Raises
    ------
    Invalid
        ``supervision.draw`` when it does not fit the frame.
    """
    try:
        if asked.method == Method.BY_SIZE:
            areas = min(asked.areas, len(set(frame.values())))
            return draws.in_two_stages(frame, areas, asked.each, seed)
        size = sampling.size_for_share(
            asked.margin / 1000, population=len(frame), level=asked.confidence / 1000
        )
        if asked.method == Method.SIMPLE:
            return draws.drawn(list(frame), size, seed)
        least = sum(min(2, number) for number in Counter(frame.values()).values())
        return draws.drawn(list(frame), max(size, least), seed, strata=frame)
    except ValueError as error:
        message = _("This does not fit the records there are: choose other numbers or a simple sample.")
        raise Invalid("supervision.draw", message) from error


def asked_of(one: Draw) -> Asked:
    return Asked(
        one.unit_key,
        one.kind,
        one.month,
        one.method,
        one.confidence,
        one.margin,
        one.areas or 0,
        one.each or 0,
    )


def sample_of(one: Draw) -> Sample:
    """The sample as it stands, replacements included: made again from frame, seed and log."""
    frame = dict(json.loads(one.frame))
    sample = drawn(asked_of(one), frame, one.seed)
    gone = one.items.exclude(replaced="").select_related("instead").order_by("instead__position")
    for item in gone:
        assert item.replaced_on is not None
        sample = sample.replacing(item.ref, sampling.Reason(item.replaced), item.replaced_on)
    return sample


def add_items(one: Draw, refs: list[tuple[str, Item | None]]) -> None:
    """Write records of a sample down as they were reported."""
    told = record_frames.frame(one.kind)
    assert told is not None
    known = told.described([int(ref) for ref, _before in refs])
    frame = dict(json.loads(one.frame))
    codes = {frame[ref] for ref, _before in refs}
    names = dict(places.Area.objects.filter(code__in=codes).values_list("code", "name"))
    first = one.items.count() + 1
    Item.objects.bulk_create(
        Item(
            draw=one,
            position=position,
            ref=ref,
            area=frame[ref],
            where=names.get(frame[ref], ""),
            label=known[int(ref)].label if int(ref) in known else ref,
            facts=[list(fact) for fact in known[int(ref)].facts] if int(ref) in known else [],
            instead_of=before,
        )
        for position, (ref, before) in enumerate(refs, start=first)
    )


@transaction.atomic
def replace(*, item_id: int, reason: str, by: Account, at: dt.datetime) -> Item:
    """Put the next of the reserve in place of a record that cannot be checked; both stay in the log.

    Raises
    ------
    NotAllowed, NotFound
        When the account does not supervise the unit.
    Invalid
        ``supervision.reason`` for a reason outside the closed list.
    Conflict
        ``supervision.checked`` when it is checked or replaced already; ``supervision.no_reserve``.
    """
    found = Item.objects.filter(pk=item_id).first()
    if found is None:
        raise access.none()
    one = access.locked(Draw, found.draw_id, by, at)
    if reason not in Reason.values:
        raise Invalid("supervision.reason", _("Choose why it cannot be checked."), field="reason")
    item = Item.objects.select_for_update(of=("self",)).get(pk=item_id)
    if item.replaced or hasattr(item, "check_made") or one.done_on is not None:
        raise Conflict("supervision.checked", _("It is checked or replaced already."))
    on = clock.date_of(at)
    try:
        after = sample_of(one).replacing(item.ref, sampling.Reason(reason), on)
    except ValueError as error:
        message = _("No record is left in reserve here. What cannot be shown counts as not found.")
        raise Conflict("supervision.no_reserve", message) from error
    item.replaced, item.replaced_on, item.replaced_by = reason, on, by
    item.save(update_fields=["replaced", "replaced_on", "replaced_by"])
    add_items(one, [(after.replaced[-1].by, item)])
    audit.append(
        by=by,
        action="supervision.replace",
        subject=f"draw:{one.pk}",
        scope_no=one.scope_no,
        at=at,
        detail={"record": item.label, "reason": reason},
    )
    return one.items.get(instead_of=item)


@dataclass(frozen=True, slots=True)
class Verified:
    """What came of making a draw again: each step and whether it came out the same."""

    committed: bool
    before_close: bool
    seal: bool
    seed: bool
    frame: bool
    items: bool
    #: Whether the secret of the month may be known by now.
    disclosed: str

    @property
    def right(self) -> bool:
        return all((self.committed, self.before_close, self.seal, self.seed, self.frame, self.items))


def verify(one: Draw, *, on: dt.date) -> Verified:
    """Make a draw again from what is kept: commitment, seal, seed, frame, sample and replacements."""
    secret = binding.opened(one.secret)
    area = places.area_by_id(one.unit_area_id, within=Scope.everything())
    sealed = None if area is None else accountability.sealed_month(area, one.month)
    seed = draws.seed(
        secret,
        one.seal,
        unit=one.unit_key,
        kind=draws.Kind(one.kind),
        number=one.number,
        closed_on=one.closed_on,
        drawn_on=clock.date_of(one.at),
        of_level=one.of_level,
        by_level=one.watch_level,
    )
    frame = dict(json.loads(one.frame))
    kept = list(one.items.filter(replaced="").values_list("ref", flat=True))
    try:
        items = sorted(sample_of(one).items) == sorted(kept)
    except (ValueError, Invalid):
        items = False
    return Verified(
        committed=draws.committed(secret, by=one.secret.code, month=one.month) == one.secret.committed,
        before_close=sealed is not None and one.secret.at < sealed.at,
        seal=sealed is not None and sealed.sha256 == one.seal,
        seed=seed == one.seed,
        frame=sampling.frame_hash(list(frame)) == one.frame_sha256,
        items=items,
        disclosed=binding.disclosed(one.secret, on=on),
    )
