"""The county's finance clerk: what is expected to be paid this year, and what of it has been claimed."""

from __future__ import annotations

from functools import partial

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tongchou.apps.entitlements import api as entitlements
from tongchou.apps.payments import api as payments
from tongchou.web.console import formatters
from tongchou.web.console.homes.parts import Card, Home, Reader, Section
from tongchou.web.console.presenters import money
from tongchou.web.console.presenters.cases import number_of

ALL, CLAIMED, OPEN, EXPECTED = (
    entitlements.ALL,
    entitlements.CLAIMED,
    entitlements.OPEN,
    entitlements.EXPECTED,
)


def home(reader: Reader) -> Home:
    """The expected payments of the year in three cards, and by programme."""
    waiting = payments_waiting(reader)
    if reader.run is None:
        return Home(cards=(*waiting, *_cards(None)), sections=(Section("money-begin"),))
    reach = reader.reach("money.view")
    table = entitlements.forecast(scope=reach, run=reader.run, on=reader.today)
    page = money.present(table, run=reader.run, language=reader.language)
    return Home(cards=(*waiting, *_cards(table)), sections=(Section("money", page),))


def payments_waiting(reader: Reader) -> tuple[Card, ...]:
    """Cases to be paid, batches to review, to look at and to move on, return files, and what came back."""
    address = reverse("console:payments")
    back = payments.came_back(reader.request.user, reader.today)
    returned = Card(
        key="payments-back",
        title=_("Payments that came back"),
        icon="turn",
        tone="warn" if back else "",
        figure=formatters.number(back),
        unit=ngettext("payment", "payments", back),
        text=_("Have the accounts corrected on the cases, then pay them again.")
        if back
        else _("Nothing came back from the bank."),
        url=address if back else "",
        go=_("See the batches"),
        waits=bool(back),
        idle=not back,
    )
    return (
        _to_pay(reader),
        _batches(
            reader,
            "review",
            "eye",
            _("Payment batches to review"),
            _("Somebody else built them. Compare rows and amount with the decisions."),
            _("No batch waits for your review."),
        ),
        _batches(
            reader,
            "died",
            "warn",
            _("Batches with rows after a death"),
            _("A death was recorded after the freezing. Look at these rows before the bank has them."),
            _("No batch pays for a year after a recorded death."),
        ),
        _batches(
            reader,
            "move",
            "list",
            _("Payment batches to move on"),
            _("To be frozen, or handed to the bank."),
            _("No batch waits."),
        ),
        _batches(
            reader,
            "answers",
            "turn",
            _("Return files to decide about"),
            _("The bank's answer was read and compared with the batch. Decide what is recorded."),
            _("No return file waits."),
        ),
        returned,
    )


def _to_pay(reader: Reader) -> Card:
    """Approved cases that are in no batch yet."""
    number = reader.waits.get("to-pay", 0)
    return Card(
        key="payments-to-pay",
        title=_("Approved, in no batch yet"),
        icon="coin",
        tone="warn" if number else "",
        figure=number_of(number),
        unit=ngettext("case", "cases", number),
        text=_("Build a batch, so that the families get what was granted.")
        if number
        else _("Nothing that can be paid waits for a batch."),
        url=reverse("console:payments-to-pay"),
        go=_("By programme and fund"),
        waits=bool(number),
        idle=not number,
    )


def _batches(reader: Reader, name: str, icon: str, title: str, some: str, none: str) -> Card:
    number = reader.waits.get(f"batches-{name}", 0)
    return Card(
        key=f"payments-{name}",
        title=title,
        icon=icon,
        tone="warn" if number else "",
        figure=formatters.number(number),
        unit=ngettext("batch", "batches", number),
        text=some if number else none,
        url=reverse("console:payments") + f"?show={name}" if number else "",
        go=_("See the batches"),
        waits=bool(number),
        idle=not number,
    )


def _cards(table: entitlements.Forecast | None) -> tuple[Card, ...]:
    card = partial(_card, table)
    return (
        card(
            EXPECTED,
            "coin",
            "",
            _("Expected this year"),
            _("What families are entitled to, claimed or not."),
        ),
        card(
            CLAIMED, "check", "good", _("Of it claimed"), _("The families have handed in their applications.")
        ),
        card(
            OPEN,
            "list",
            "warn",
            _("Not yet claimed"),
            _("Keep it ready: families may claim until their last day."),
        ),
    )


def _card(
    table: entitlements.Forecast | None, measure: str, icon: str, tone: str, title: str, text: str
) -> Card:
    cell = table.shown(ALL, ALL, measure) if table else None
    if table is None:
        text = _("Appears once registers are in and the rules have been applied.")
    elif cell is None:
        text = _("Not shown: it would tell of few families.")
    elif not cell.people:
        text = _nothing(measure)
    unit = (
        ngettext("%(n)s person", "%(n)s people", cell.people) % {"n": formatters.number(cell.people)}
        if cell
        else ""
    )
    return Card(
        key=f"money-{measure}",
        title=title,
        icon=icon,
        tone=tone,
        figure=formatters.yuan(cell.fen) if cell else "—",
        unit=unit,
        text=text,
        url=reverse("console:money") if table else "",
        go=_("By programme and unit"),
    )


def _nothing(measure: str) -> str:
    """What a sum of nothing means: the usual sentence would speak of families there are not."""
    return {
        EXPECTED: _("By what is on record, no family is entitled to anything this year."),
        CLAIMED: _("No family has handed in an application yet."),
        OPEN: _("No family has anything left to claim."),
    }[measure]
