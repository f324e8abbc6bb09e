"""Cards of those who bring cases to a decision: each counts the rows of the list it leads to."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tongchou.apps.casework import api as casework
from tongchou.apps.certificates import api as certificates
from tongchou.web.console import formatters
from tongchou.web.console.homes.parts import Card, Part, Reader, Section
from tongchou.web.console.presenters import cases as present

#: Cases whose last day is near that are named on the page.
NEAREST = 8


def _counting(reader: Reader, name: str, *, address: str, some: str, none: str, **said: str) -> Card:
    """A card whose figure is the rows of the list at ``address``."""
    number = reader.waits.get(name, 0)
    return Card(
        figure=present.number_of(number),
        text=some if number else none,
        url=address if number else "",
        waits=bool(number),
        idle=not number,
        **said,
    )


def _unit(reader: Reader, name: str) -> int:
    """The number that picks the singular or plural of a unit."""
    return reader.waits.get(name, 0)


def _queue(waits: str) -> str:
    return f"{reverse('console:cases')}?waits={waits}"


def on_my_desk(reader: Reader) -> Card:
    """Cases the reader's own desk has to decide, those near their last day and those late apart."""
    number = reader.waits.get(casework.Waits.DESK, 0)
    soon, late = reader.waits.get(casework.Waits.SOON, 0), reader.waits.get(casework.Waits.LATE, 0)
    parts = []
    if soon:
        near = ngettext(
            "%(n)s whose last day comes within %(days)s working days",
            "%(n)s whose last day comes within %(days)s working days",
            soon,
        )
        words = near % {"n": present.number_of(soon), "days": casework.NEAR}
        parts.append(Part(soon, words, _queue(casework.Waits.SOON)))
    if late:
        words = ngettext("%(n)s late", "%(n)s late", late) % {"n": present.number_of(late)}
        parts.append(Part(late, words, _queue(casework.Waits.LATE)))
    return Card(
        key="cases",
        title=_("Cases on my desk"),
        icon="check",
        tone="warn" if late or soon else "",
        figure=present.number_of(number),
        unit=ngettext("case", "cases", number),
        text=_("The nearest last day stands first.") if number else _("No case waits on your desk."),
        url=_queue(casework.Waits.DESK) if number else "",
        go=_("Open the queue"),
        waits=bool(number),
        idle=not number,
        parts=tuple(parts),
    )


def to_accept(reader: Reader) -> Card:
    """Applications taken down that nobody has accepted yet, those the reader took down himself too."""
    name = casework.Waits.ACCEPT
    return _counting(
        reader,
        name,
        key="cases-accept",
        title=_("Applications to accept"),
        icon="check",
        tone="warn",
        unit=ngettext("application", "applications", _unit(reader, name)),
        some=_("Taken down, and not accepted yet. Whoever took one down may accept it; others then decide."),
        none=_("No application waits to be accepted."),
        address=_queue(name),
        go=_("Accept them"),
    )


def came_back(reader: Reader) -> Card:
    """Payments the bank sent back because of their account, for whoever can ask the family for another."""
    name = casework.Waits.CAME_BACK
    return _counting(
        reader,
        name,
        key="cases-came-back",
        title=_("Payments that came back: another account"),
        icon="turn",
        tone="warn",
        unit=ngettext("case", "cases", _unit(reader, name)),
        some=_("The bank could not use the account. Ask the family for the right one and record it."),
        none=_("No payment waits for another account."),
        address=_queue(name),
        go=_("See which"),
    )


def after_a_death(reader: Reader) -> Card:
    """Cases granted for a year after the recorded death: nothing is due, and the county ends them."""
    name = casework.Waits.DIED
    return _counting(
        reader,
        name,
        key="cases-after-a-death",
        title=_("Granted for a year after the death"),
        icon="info",
        tone="warn",
        unit=ngettext("case", "cases", _unit(reader, name)),
        some=_("A death was recorded since. Nothing is due for the year of the case: look, and end it."),
        none=_("Nothing stands granted for a year after a recorded death."),
        address=_queue(name),
        go=_("See which"),
    )


def sent_up(reader: Reader) -> Card:
    """Cases so late at the desks below that the level above is told."""
    name = casework.Waits.ESCALATED
    return _counting(
        reader,
        name,
        key="cases-escalated",
        title=_("Sent up because late"),
        icon="warn",
        tone="bad",
        unit=ngettext("case", "cases", _unit(reader, name)),
        some=_("Late for more than %(days)s days at a desk below. Ask what they wait for, and help.")
        % {"days": casework.ESCALATED},
        none=_("No desk below you is late for more than %(days)s days.") % {"days": casework.ESCALATED},
        address=_queue(name),
        go=_("See which"),
    )


def appeals(reader: Reader) -> Card:
    """Appeals the reader hears."""
    name = casework.Waits.APPEALS
    return _counting(
        reader,
        name,
        key="appeals",
        title=_("Appeals to hear"),
        icon="turn",
        tone="warn",
        unit=ngettext("appeal", "appeals", _unit(reader, name)),
        some=_("You have not acted in them. Hear the family, then decide."),
        none=_("No appeal waits for you."),
        address=_queue(name),
        go=_("See the appeals"),
    )


def payees(reader: Reader) -> Card:
    """Accounts others asked for, which the reader confirms as the second person."""
    name = casework.Waits.PAYEES
    return _counting(
        reader,
        name,
        key="payees",
        title=_("Accounts to confirm"),
        icon="coin",
        tone="warn",
        unit=ngettext("case", "cases", _unit(reader, name)),
        some=_("Somebody else wrote them down. Ask the family, then decide: until then it is not paid."),
        none=_("No account waits for you."),
        address=_queue(name),
        go=_("See which"),
    )


def grievances(reader: Reader) -> Card:
    """Grievances the reader answers."""
    name = casework.GRIEVANCES
    return _counting(
        reader,
        name,
        key="grievances",
        title=_("Grievances to look into"),
        icon="question",
        tone="warn",
        unit=ngettext("grievance", "grievances", _unit(reader, name)),
        some=_("You have neither noted them nor acted in the cases."),
        none=_("No grievance waits for your answer."),
        address=reverse("console:grievances") + "?state=mine",
        go=_("See what waits"),
    )


def objections(reader: Reader) -> Card:
    """Objections to public notices the reader looks into."""
    return _counting(
        reader,
        "objections",
        key="objections",
        title=_("Objections to hear"),
        icon="eye",
        tone="warn",
        unit=ngettext("objection", "objections", _unit(reader, "objections")),
        some=_("The entry waits until somebody has looked into it."),
        none=_("No objection waits for you."),
        address=reverse("console:postings") + "?show=objections",
        go=_("See what waits"),
    )


def to_post(reader: Reader) -> Card:
    """Lists that wait to be hung out."""
    return _counting(
        reader,
        "to-post",
        key="to-post",
        title=_("Notices to hang out"),
        icon="file",
        tone="warn",
        unit=ngettext("list", "lists", _unit(reader, "to-post")),
        some=_("The days of a notice begin when it hangs; until then its families wait."),
        none=_("No list waits to be hung out."),
        address=reverse("console:postings") + "?show=to-post",
        go=_("Hang it out"),
    )


def photographs(reader: Reader) -> Card:
    """Notices that lack their photograph."""
    return _counting(
        reader,
        "photographs",
        key="photographs",
        title=_("Notices without a photograph"),
        icon="eye",
        unit=ngettext("notice", "notices", _unit(reader, "photographs")),
        some=_("Take a picture of the notice where it hangs, and keep it with it."),
        none=_("Every notice has its photograph."),
        address=reverse("console:postings") + "?show=photographs",
        go=_("See which"),
    )


def answers(reader: Reader) -> Card:
    """Answers of other systems nobody has decided about."""
    return _counting(
        reader,
        "answers",
        key="answers",
        title=_("Answers of other systems"),
        icon="turn",
        tone="warn",
        unit=ngettext("answer", "answers", _unit(reader, "answers")),
        some=_("They were compared with the lists; decide what is taken over."),
        none=_("No answer waits for a decision."),
        address=reverse("console:exchange") + "?show=answers",
        go=_("See the answers"),
    )


def certificates_to_issue(reader: Reader) -> Card:
    """Approved cases whose certificate nobody has issued yet."""
    _none, number = certificates.waiting(by=reader.request.user, on=reader.today, most=0)
    return Card(
        key="certificates",
        title=_("Certificates to issue"),
        icon="file",
        tone="warn",
        figure=formatters.number(number),
        unit=ngettext("certificate", "certificates", number),
        text=_("Their families wait for something to show.") if number else _("None waits to be issued."),
        url=f"{reverse('console:certificates')}?state=waiting" if number else "",
        go=_("Issue them"),
        waits=bool(number),
        idle=not number,
    )


def near(reader: Reader) -> list[Section]:
    """The cases on the reader's desk whose last day is near: the number and the day, nobody's name."""
    if reader.work is None or not reader.waits.get(casework.Waits.SOON):
        return []
    lines = [
        {
            "url": reverse("console:case", args=[one.case_id]),
            "number": one.number,
            "title": present.text(one.title_zh, one.title_en, reader.language),
            "due": formatters.day(one.due),
            "left": _("today") if one.due == reader.today else left_words(one.left),
            "provisional": one.provisional,
        }
        for one in reader.work.nearest(NEAREST)
    ]
    url = _queue(casework.Waits.SOON)
    total = present.number_of(reader.waits[casework.Waits.SOON])
    return [Section("cases-near", {"lines": lines, "url": url, "total": total})]


def left_words(left: int) -> str:
    """Working days that are left, in words; none before a last day on which no office works."""
    return ngettext("%(n)s working day left", "%(n)s working days left", left) % {"n": left}
