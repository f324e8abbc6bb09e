"""What figures of money have to say where an area pays one of several programmes."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from tongchou.domain.policy.overlaps import holding
from tongchou.domain.policy.rules import Rules


def most_it_can_be(programmes: Iterable[Rules], *, year: int, language: str) -> tuple[str, ...]:
    """A sentence a programme and rule; none where everything is paid beside everything else.

    Who is paid the other programme stands on no list: it is private, or answered to whoever asks.
    """
    return tuple(
        _(
            "%(programme)s: %(rule)s. Who is paid the other instead is known to no list; this money is the "
            "most it can be."
        )
        % {"programme": one.listed_title(language), "rule": group.told(language)}
        for one in programmes
        for group in holding(one.overlaps, year)
        if group.way != "additive"
    )
