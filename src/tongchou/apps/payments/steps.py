"""Long acts in steps of at most a thousand rows: at once when there are few, else in the background.

A step is a transaction that says with its rows how far it came (``Batch.reached``). Killed anywhere, the next
try goes on behind the last step that stands; nothing is done twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Final

from django.db import transaction

from tongchou.core.jobs.api import JobContext

#: Rows of a step.
CHUNK: Final = 1000
#: More rows than these are a job.
MOST_AT_ONCE: Final = 1000


@dataclass(slots=True)
class Steps:
    """How steps are taken: in plain transactions, or as the chunks of a job."""

    context: JobContext | None = None

    @contextmanager
    def step(self) -> Iterator[Callable[[int, int, int | None], None]]:
        """A transaction; call what it gives with the place reached, rows done and of how many, before its
        audit row.
        """
        around: AbstractContextManager[None] = (
            transaction.atomic() if self.context is None else self.context.chunk()
        )
        with around:
            yield self._settle

    def _settle(self, reached: int, done: int, total: int | None) -> None:
        if self.context is not None:
            self.context.checkpoint(reached, done, total)
