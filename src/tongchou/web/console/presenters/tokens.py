"""Access tokens as the page of the account shows them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongchou.core.tokens import api as tokens
from tongchou.web.api import reference
from tongchou.web.console.parts import Chip

#: What a program may do with each permission of the API.
PERMISSIONS: dict[str, Promise] = {
    "registry.search": gettext_lazy("Find people"),
    "registry.open": gettext_lazy("Open people and households, and what they are entitled to"),
    "worklist.view": gettext_lazy("Read the work-list"),
    "worklist.claim": gettext_lazy("Record claims"),
    "corrections.ask": gettext_lazy("Ask for corrections and read what became of them"),
    "corrections.decide": gettext_lazy("Decide about corrections others ask for"),
    "registry.correct": gettext_lazy("Change the registry when a correction is approved"),
    "population.view": gettext_lazy("Count the population"),
    "intake.upload": gettext_lazy("Hand in register files and read what was found"),
    "intake.apply": gettext_lazy("Store or discard register files"),
    "intake.answer": gettext_lazy("Read and answer about people a register does not name"),
    "entitlements.evaluate": gettext_lazy("Read evaluations and ask for a new list of benefits"),
    "snapshot.take": gettext_lazy("List snapshots"),
    "statistics.build": gettext_lazy("Follow the counting of the population"),
    "yearbook.make": gettext_lazy("Follow the making of yearbooks"),
    "lists.apply": gettext_lazy("Follow the storing of department lists"),
    "releases.view": gettext_lazy("Read public tables and their steps"),
    "bulletins.view": gettext_lazy("Read bulletins of units"),
    "commitments.view": gettext_lazy("Read commitments and their promises"),
    "commitments.draft": gettext_lazy("Follow the making of letters for every household"),
    "complaints.handle": gettext_lazy("Read complaints about units below"),
    "supervision.inspect": gettext_lazy("Read samples, inspections and notices of units below"),
    "guarantees.view": gettext_lazy("Read guarantees of units and their returns"),
    "plans.view": gettext_lazy("Read tasks of units"),
    "plans.make": gettext_lazy("Form working groups, and ask for and decide acceptances of stages"),
    "targets.view": gettext_lazy("Read targets and agreements of units"),
    "releases.compute": gettext_lazy("Follow the computing of public tables"),
    "quality.run": gettext_lazy("Follow checks of the records"),
    "duplicates.find": gettext_lazy("Follow searches for records of one person"),
    "audit.verify": gettext_lazy("Follow checks of the audit chain"),
    "holidays.set": gettext_lazy("Follow the counting of last days anew"),
    "cases.view": gettext_lazy("Read cases"),
    "cases.open": gettext_lazy("Begin cases, write accounts down, and note what families bring"),
    "cases.discuss": gettext_lazy("Pass cases in the village"),
    "cases.review": gettext_lazy("Decide cases and applications in the township, and confirm accounts"),
    "cases.approve": gettext_lazy("Approve cases and begin the yearly check"),
    "cases.hear": gettext_lazy("Read cases under appeal"),
    "notices.post": gettext_lazy("Read public notices with their entries"),
    "payments.view": gettext_lazy("Look at funds and payment batches"),
    "funds.manage": gettext_lazy("Record appropriations and what arrives of them"),
    "payments.build": gettext_lazy("Build and freeze payment batches"),
    "payments.review": gettext_lazy("Review payment batches of others"),
}
#: Days from now a token may live, and what they are called.
LIVES: tuple[tuple[int, Promise], ...] = (
    (30, gettext_lazy("30 days")),
    (90, gettext_lazy("90 days")),
    (180, gettext_lazy("180 days")),
    (tokens.LONGEST, gettext_lazy("One year")),
)


@dataclass(frozen=True, slots=True)
class TokenLine:
    token_id: int
    name: str
    permissions: list[str]
    made: dt.datetime
    expires_on: dt.date
    last_used_on: dt.date | None
    chip: Chip


def choices(offered: Iterable[str]) -> list[tuple[str, str]]:
    """The permissions as options, in the order of the table above."""
    wanted = set(offered)
    return [(code, str(label)) for code, label in PERMISSIONS.items() if code in wanted]


@dataclass(frozen=True, slots=True)
class RouteLine:
    """A line of the reference; each permission by its name on the page of tokens and by its code."""

    address: str
    summary: str
    permissions: list[tuple[str, str]]


def route(one: reference.Route) -> RouteLine:
    """A line of the reference."""
    named = [(str(PERMISSIONS.get(code, code)), code) for code in one.permissions]
    return RouteLine(f"{one.method} {one.path}", one.summary, named)


def line(token: tokens.ApiToken, *, today: dt.date) -> TokenLine:
    """A line of the list."""
    over = token.expires_on < today
    return TokenLine(
        token_id=token.pk,
        name=token.name,
        permissions=[str(PERMISSIONS.get(code, code)) for code in token.permissions],
        made=token.created_at,
        expires_on=token.expires_on,
        last_used_on=token.last_used_on,
        chip=Chip(_("Expired"), "cross") if over else Chip(_("Valid"), "check", "good"),
    )
