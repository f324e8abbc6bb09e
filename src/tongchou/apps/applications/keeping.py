"""What is over is emptied: what applications say of people, and what their applicants wrote."""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.db import transaction
from django.db.models import Q

from tongchou.apps.applications.models import Application, Sending, State, Wish
from tongchou.core.jobs import api as jobs

#: Of what became a case everything stands with the case: here it is kept while questions may come.
KEPT_OPENED: Final = dt.timedelta(days=30)
#: Without a case it is kept as long as one can go to court about it (行政诉讼法, article 46: six months).
KEPT_ANSWERED: Final = dt.timedelta(days=183)
#: Applications emptied in one transaction.
CHUNK: Final = 200


@jobs.follower
def follow_days(at: dt.datetime) -> bool:
    """Empty what is over; whether there was any. With nothing to empty it costs two small queries."""
    return forget(at=at) > 0


@transaction.atomic
def forget(*, at: dt.datetime) -> int:
    """Empty a chunk of what is over; how many applications and answers. The rows stay, and the codes.

    A code goes on telling where the case stands: that says nothing of anybody.
    """
    over = Application.objects.filter(
        Q(state=State.OPENED, decided_at__lt=at - KEPT_OPENED) | Q(decided_at__lt=at - KEPT_ANSWERED),
        emptied_at=None,
        decided_at__isnull=False,
    )
    numbers = list(over.order_by("decided_at").values_list("pk", flat=True)[:CHUNK])
    if numbers:
        Sending.objects.filter(application__in=numbers).update(sealed="")
        Application.objects.filter(pk__in=numbers).update(person_index="", said="", emptied_at=at)
    read = Wish.objects.filter(settled_at__lt=at - KEPT_OPENED).exclude(sealed="")
    words = list(read.order_by("settled_at").values_list("pk", flat=True)[:CHUNK])
    if words:
        Wish.objects.filter(pk__in=words).update(sealed="")
    return len(numbers) + len(words)
