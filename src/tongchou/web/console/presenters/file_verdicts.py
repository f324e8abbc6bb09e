"""What the page of a register file says first."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tongchou.apps.intake import api as intake
from tongchou.core.sentences import sentences
from tongchou.web.console import formatters

Status = intake.FileStatus


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the page says first."""

    title: str
    text: str
    tone: str
    icon: str


def taken_back(busy: str) -> Verdict:
    """What is said of a file that was taken back, or is being; ``busy`` says what waits meanwhile."""
    if busy:
        return Verdict(_("This file is being taken back"), busy, "warn", "clock")
    text = _("The registry is as if it had never come in. The history shows what was taken back.")
    return Verdict(_("This file was taken back"), text, "", "turn")


def verdict(file: intake.RegisterFile, *, open_rows: int = 0) -> Verdict:
    """What was found, in a few sentences; ``open_rows`` are in question and nobody has decided about them."""
    if file.status == Status.DISCARDED:
        stays = file.applied.get("settled", 0)
        text = _("What had been stored of it stays.") if stays else _("Nothing of it was stored.")
        return Verdict(_("This file was discarded"), text, "", "info")
    if file.status == Status.APPLIED:
        return stored(file)
    if file.status in (Status.UNDOING, Status.UNDONE):
        busy = _("Until it is done no other file of this village is stored.")
        return taken_back(busy if file.status == Status.UNDOING else "")
    if file.status == Status.REFUSED:
        remedy = _("Look at the kinds of error below, mend the workbook and bring it in again.")
        text = sentences(intake.refusal_words(file), _("Nothing of it was stored."), remedy)
        return Verdict(_("Too many errors to decide about"), text, "bad", "cross")
    found = _read(file)
    if open_rows and not file.error_count:
        return _in_question(file, found, open_rows)
    if not file.error_count and file.warning_count:
        title = ngettext("%(n)s thing to check", "%(n)s things to check", file.warning_count) % {
            "n": formatters.number(file.warning_count)
        }
        text = _("They do not keep anybody out. Look at them and at what is new or different, then decide.")
        return Verdict(title, sentences(found, text), "warn", "warn")
    if not file.error_count:
        text = sentences(found, _("Look at what is new or different, then decide."))
        return Verdict(_("Every cell could be read"), text, "good", "check")
    title = ngettext("%(n)s cell to mend", "%(n)s cells to mend", file.error_count) % {
        "n": formatters.number(file.error_count)
    }
    held = ngettext(
        "%(n)s household waits until they are mended.",
        "%(n)s households wait until they are mended.",
        file.held_households,
    ) % {"n": formatters.number(file.held_households)}
    remedy = _("Correct them in your workbook and bring it in again, or store the other people now.")
    return Verdict(title, sentences(found, held, remedy), "warn", "warn")


def _read(file: intake.RegisterFile) -> str:
    """How much was read, each noun with its own number."""
    people = ngettext("%(n)s person", "%(n)s people", file.people)
    households = ngettext("%(n)s household", "%(n)s households", file.households)
    return _("Read: %(people)s in %(households)s.") % {
        "people": people % {"n": formatters.number(file.people)},
        "households": households % {"n": formatters.number(file.households)},
    }


def _in_question(file: intake.RegisterFile, found: str, open_rows: int) -> Verdict:
    """Nothing has to be mended, and still the file is not as clear as one that agrees with the registry."""
    title = ngettext(
        "%(n)s row is in question and waits for a decision",
        "%(n)s rows are in question and wait for a decision",
        open_rows,
    ) % {"n": formatters.number(open_rows)}
    read = _("Every cell could be read.")
    if file.warning_count:
        read = ngettext("%(n)s cell should be checked.", "%(n)s cells should be checked.", file.warning_count)
        read %= {"n": formatters.number(file.warning_count)}
    rest = _("The other people can be stored now.") if ready_people(file) else ""
    return Verdict(title, sentences(found, read, rest), "warn", "question")


def ready_people(file: intake.RegisterFile) -> int:
    """People whose lines can be stored: new, changed or already the same."""
    return file.new_count + file.changed_count + file.same_count


def stored(file: intake.RegisterFile) -> Verdict:
    """What the run that stored the file did; a run that only found it done says so."""
    done = file.applied
    up_to_date = sum(done.get(name, 0) for name in ("new", "changed", "same", "settled"))
    text = ngettext(
        "%(people)s person is up to date in the registry now.",
        "%(people)s people are up to date in the registry now.",
        up_to_date,
    ) % {"people": formatters.number(up_to_date)}
    told = [text]
    if up_to_date and up_to_date == done.get("settled", 0):
        told = [_("All of it had been stored by an earlier, interrupted run; nothing was left to do.")]
    left_out = file.held_people + done.get("conflict", 0)
    if left_out:
        told.append(
            ngettext("%(n)s person was left out.", "%(n)s people were left out.", left_out)
            % {"n": formatters.number(left_out)}
        )
        return Verdict(_("Partly stored"), sentences(*told), "warn", "warn")
    return Verdict(_("Stored"), sentences(*told), "good", "check")


def storing(background: bool) -> Verdict:
    if not background:
        return Verdict(
            _("Being stored right now"),
            _("Somebody else has confirmed it. Look again in a moment."),
            "",
            "clock",
        )
    text = _("You can do something else meanwhile. Until it is done the file cannot be discarded.")
    return Verdict(_("Being stored in the background"), text, "", "clock")
