"""The kinds of case: those in force, and the version a case was begun under."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from functools import lru_cache
from importlib import resources

from django.utils.translation import gettext_lazy as _

from tongchou.apps.casework.models import KindVersion
from tongchou.core.errors import NotFound
from tongchou.domain.casework.kinds import CaseKind, read_kind
from tongchou.policies.areas import laws
from tongchou.policies.case_kinds import case_kinds

#: Said of a kind nobody knows.
NO_KIND = _("There is no such kind of case. Choose one from the list.")


def in_force() -> tuple[CaseKind, ...]:
    """Every kind of case there is."""
    return tuple(case_kinds().values())


def offered() -> tuple[CaseKind, ...]:
    """Those that can be begun: not where the programme waits until the area has set its amount."""
    answering = {one.code for one in laws().programmes()}
    return tuple(one for one in in_force() if not one.programme or one.programme in answering)


def kind_of(code: str) -> CaseKind:
    """The kind in force.

    Raises
    ------
    NotFound
        ``casework.no_kind``.
    """
    found = case_kinds().get(code)
    if found is None:
        raise NotFound("casework.no_kind", NO_KIND)
    return found


def asks_statement(kind: CaseKind) -> bool:
    """Whether the programme of a kind is given on a statement of the applicant's own (rights rule 2)."""
    return any(one.code == kind.programme and one.statement is not None for one in laws().programmes())


def pin(kind: CaseKind, at: dt.datetime) -> KindVersion:
    """The stored text of the kind in force; stored the first time a case is begun under it."""
    text = (resources.files("tongchou.policies") / "case_kinds" / f"{kind.code}.yaml").read_text("utf-8")
    version, _made = KindVersion.objects.get_or_create(
        sha256=kind.sha256, defaults={"code": kind.code, "text": text, "first_used_at": at}
    )
    return version


def versions(sha256s: Iterable[str]) -> dict[str, CaseKind]:
    """The kinds by the hash of their text: those in force from memory, earlier ones from the table."""
    wanted = set(sha256s)
    found = {one.sha256: one for one in in_force() if one.sha256 in wanted}
    if missing := wanted - found.keys():
        stored = KindVersion.objects.filter(pk__in=missing).values_list("sha256", "code", "text")
        found |= {sha256: _read(text, code) for sha256, code, text in stored}
    return found


@lru_cache(maxsize=64)
def _read(text: str, code: str) -> CaseKind:
    return read_kind(text, f"{code}.yaml")
