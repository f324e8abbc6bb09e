"""What a death in the register means for a row that the bank does not have yet.

What the rules give for the year of the death goes to the family and is paid; a later year gives nothing.
Where nobody knows the year nothing follows by itself: the row is marked, and a person looks.
"""

from __future__ import annotations

from collections.abc import Collection

from django.db import models
from django.db.models import Case, Count, Exists, F, OuterRef, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from tongchou.apps.payments.models import Batch, BatchState, PaymentRow, RowState
from tongchou.apps.registry import api as registry
from tongchou.core.errors import Conflict

#: Row numbers that are named in a refusal; all are counted.
MOST_NAMED = 20
#: Rows a death can still keep from the bank, and the states of their batches.
_OPEN = (RowState.WAITING, RowState.FROZEN)


class Death(models.TextChoices):
    """What a recorded death says of a row."""

    NOT_DUE = "not_due", _("The person died before this year: not due")
    STAYS_DUE = "stays_due", _("The person died in this year or later: it stays due to the family")
    UNKNOWN = "unknown", _("A death without a year is recorded: ask the township")


def follows(year: int, died: int | None) -> str:
    """What a death says of a row for ``year``: a value of ``Death``, or empty without one.

    Parameters
    ----------
    died
        The year of the death, 0 where nobody knows it, None where none is recorded.

    Examples
    --------
    >>> [str(follows(2026, died)) for died in (2025, 2026, 2027, 0, None)]
    ['not_due', 'stays_due', 'stays_due', 'unknown', '']
    """
    if died is None:
        return ""
    if not died:
        return Death.UNKNOWN
    return Death.NOT_DUE if died < year else Death.STAYS_DUE


def gone(rows: Collection[PaymentRow]) -> set[int]:
    """The keys of those rows that are not due any more. One query."""
    died = registry.years_of_death([row.person_id for row in rows])
    return {row.pk for row in rows if follows(row.year, died.get(row.person_id)) == Death.NOT_DUE}


def marks(rows: Collection[PaymentRow]) -> dict[int, str]:
    """What a recorded death says of rows the bank does not have, by key. One query."""
    still = [row for row in rows if row.state in _OPEN]
    died = registry.years_of_death([row.person_id for row in still])
    return {row.pk: told for row in still if (told := follows(row.year, died.get(row.person_id)))}


def _judged(rows: QuerySet[PaymentRow]) -> QuerySet[PaymentRow]:
    """Rows the bank does not have of whose person a death is recorded, with ``death`` as ``follows``."""
    dead = rows.filter(state__in=_OPEN).annotate(died=registry.year_of_death("person_id"))
    return dead.filter(died__isnull=False).annotate(
        death=Case(
            When(died=0, then=Value(Death.UNKNOWN.value)),
            When(died__lt=F("year"), then=Value(Death.NOT_DUE.value)),
            default=Value(Death.STAYS_DUE.value),
            output_field=models.CharField(),
        )
    )


def marked(batch: Batch) -> QuerySet[PaymentRow]:
    """The rows of a batch that a recorded death is told of."""
    return _judged(PaymentRow.objects.filter(batch=batch))


def counts(batch: Batch) -> dict[str, int]:
    """How many rows of a batch each value of ``Death`` is told of. One query."""
    return dict(marked(batch).order_by().values_list("death").annotate(n=Count("pk")))


def not_due(batch: Batch) -> QuerySet[PaymentRow]:
    """The rows of a batch that are for a year after the recorded year of death."""
    return marked(batch).filter(death=Death.NOT_DUE)


def to_look_at(batches: QuerySet[Batch]) -> QuerySet[Batch]:
    """Those of some batches that are frozen or reviewed and hold rows that are not due, or may not be."""
    rows = _judged(PaymentRow.objects.filter(batch=OuterRef("pk")))
    some = rows.filter(death__in=(Death.NOT_DUE, Death.UNKNOWN))
    return batches.filter(Exists(some), state__in=(BatchState.FROZEN, BatchState.APPROVED))


def require_due(batch: Batch) -> None:
    """Refuse to approve a batch, or to hand it to the bank, that pays for years after a death. One query.

    Raises
    ------
    Conflict
        ``payments.died`` with the numbers of the ``rows``.
    """
    numbers = list(not_due(batch).order_by("no").values_list("no", flat=True))
    if not numbers:
        return
    words = ngettext(
        "%(n)s row pays for a year after the recorded death: row %(rows)s. It is not due. %(fix)s",
        "%(n)s rows pay for a year after the recorded death: rows %(rows)s. They are not due. %(fix)s",
        len(numbers),
    )
    take_out = _('Take it out first, with the reason "The person has died"; the rest of the batch stays.')
    give_up = _("Nothing else is in the batch: give the batch up.")
    named = ", ".join(str(one) for one in numbers[:MOST_NAMED]) + (" …" if numbers[MOST_NAMED:] else "")
    told = {"n": len(numbers), "rows": named, "fix": give_up if len(numbers) == batch.rows else take_out}
    raise Conflict("payments.died", words % told, rows=numbers)
