"""The kinds of jobs, and the chores of a worker: each app registers its own when it is ready.

::

    # apps/intake/jobs.py, imported by IntakeConfig.ready
    @job("intake.apply", label=_("Apply a register"), permission="intake.apply")
    def apply(context: JobContext) -> dict[str, int]: ...
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import InterfaceError, OperationalError
from django.utils.functional import Promise

from tongchou.core.roles import roles_with

if TYPE_CHECKING:
    from tongchou.core.jobs.context import JobContext

Handler = Callable[["JobContext"], "dict[str, Any] | None"]

#: Errors after which the same work may well succeed: the database was busy, restarted or out of reach.
TRANSIENT: tuple[type[Exception], ...] = (OperationalError, InterfaceError)
LONGEST_PAUSE = 300.0  # seconds


@dataclass(frozen=True, slots=True)
class Kind:
    """How jobs of one kind are run and who may see, ask for and end them."""

    name: str
    handler: Handler
    label: str | Promise
    #: ``None``: only the installation itself, on its command line.
    permission: str | None = None
    max_attempts: int = 5
    #: More errors that pass by themselves, beside those of the database.
    retry_on: tuple[type[Exception], ...] = ()
    #: Seconds before the second try; doubled each time.
    backoff: float = 5.0

    def is_transient(self, error: BaseException) -> bool:
        return isinstance(error, (*TRANSIENT, *self.retry_on))

    def pause(self, attempts: int) -> float:
        """Seconds to wait after so many tries.

        Examples
        --------
        >>> [Kind("a", print, "A").pause(n) for n in (1, 2, 3, 9)]
        [5.0, 10.0, 20.0, 300.0]
        """
        return float(min(self.backoff * 2 ** max(0, attempts - 1), LONGEST_PAUSE))


_kinds: dict[str, Kind] = {}


def job(
    name: str,
    *,
    label: str | Promise = "",
    permission: str | None = None,
    max_attempts: int = 5,
    retry_on: tuple[type[Exception], ...] = (),
    backoff: float = 5.0,
) -> Callable[[Handler], Handler]:
    """Register a function as the handler of a kind.

    Raises
    ------
    ValueError
        When another function has the name, or no such permission exists.
    """
    if permission is not None:
        roles_with(permission)

    def register(handler: Handler) -> Handler:
        known = _kinds.get(name)
        if known is not None and _address(known.handler) != _address(handler):
            raise ValueError(f"two handlers for {name}: {_address(known.handler)}, {_address(handler)}")
        _kinds[name] = Kind(name, handler, label or name, permission, max_attempts, retry_on, backoff)
        return handler

    return register


#: Done by an idle worker every few hours, whoever looks or does not.
Chore = Callable[[dt.datetime], object]
_chores: list[Chore] = []


def chore(function: Chore) -> Chore:
    """Register a function that forgets what has had its time; each call is short and may find nothing."""
    if function not in _chores:
        _chores.append(function)
    return function


def do_chores(*, at: dt.datetime) -> None:
    """Do every chore once."""
    for function in _chores:
        function(at)


#: Asked by a worker whenever it looks for work: brings something up to date, says whether there was anything.
Follower = Callable[[dt.datetime], bool]
_followers: list[Follower] = []


def follower(function: Follower) -> Follower:
    """Register a function that follows what others write; with nothing new it costs a small query or two."""
    if function not in _followers:
        _followers.append(function)
    return function


def do_following(*, at: dt.datetime) -> bool:
    """Let every follower take one step; whether any had something to do."""
    had_work = [function(at) for function in _followers]  # each takes its step
    return any(had_work)


def kind(name: str) -> Kind:
    """The kind of that name.

    Raises
    ------
    ValueError
        When no app has registered it: a mistake in the program.
    """
    try:
        return _kinds[name]
    except KeyError:
        raise ValueError(f"no handler for jobs of kind {name!r}") from None


def names() -> list[str]:
    """The kinds this process can run."""
    return sorted(_kinds)


def label(name: str) -> str:
    """What people call the kind, in the reader's language; its name when no handler is there any more."""
    return str(_kinds[name].label) if name in _kinds else name


def by_permission() -> dict[str, list[str]]:
    """The names of kinds under the permission that covers them."""
    found: dict[str, list[str]] = defaultdict(list)
    for each in _kinds.values():
        if each.permission is not None:
            found[each.permission].append(each.name)
    return {permission: sorted(names) for permission, names in sorted(found.items())}


def permissions() -> frozenset[str]:
    """What somebody must hold one of to have anything to do with jobs."""
    return frozenset(each.permission for each in _kinds.values() if each.permission is not None)


def _address(handler: Handler) -> str:
    return f"{handler.__module__}.{handler.__qualname__}"
