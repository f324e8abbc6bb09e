"""The acts and subjects of the audit chain in words. Codes that are not known are shown as they are."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from tongchou.apps.corrections import api as corrections
from tongchou.apps.intake import api as intake
from tongchou.apps.registry import api as registry
from tongchou.core.redaction import redact
from tongchou.domain.names import place_initials

ACTIONS = {
    "account.sign_in": gettext_lazy("Signed in"),
    "account.sign_out": gettext_lazy("Signed out"),
    "account.sign_in_refused": gettext_lazy("Sign-in refused"),
    "account.create": gettext_lazy("Account made"),
    "account.open": gettext_lazy("Account opened"),
    "account.close": gettext_lazy("Account closed"),
    "account.password": gettext_lazy("Password set"),
    "account.preferences": gettext_lazy("Preferences changed"),
    "role.assign": gettext_lazy("Role given"),
    "role.end": gettext_lazy("Role ended"),
    "places.load": gettext_lazy("Areas loaded"),
    "intake.stage": gettext_lazy("Register read and checked"),
    "intake.ask_to_apply": gettext_lazy("Storing of a register asked for"),
    "intake.apply": gettext_lazy("Register stored"),
    "intake.undo_ask": gettext_lazy("Taking back of a register asked for"),
    "intake.undo_approve": gettext_lazy("Taking back of a register approved"),
    "intake.undo_refuse": gettext_lazy("Taking back of a register refused"),
    "intake.undo_withdraw": gettext_lazy("Request to take a register back withdrawn"),
    "intake.undo_done": gettext_lazy("Register taken back"),
    "intake.discard": gettext_lazy("Register discarded"),
    "registry.apply": gettext_lazy("Lines of a register stored"),
    "registry.correct_identity": gettext_lazy("Person corrected"),
    "registry.record_marriage": gettext_lazy("Marriage recorded"),
    "registry.record_divorce": gettext_lazy("Divorce recorded"),
    "registry.record_adoption": gettext_lazy("Adoption recorded"),
    "registry.split_household": gettext_lazy("Household split"),
    "registry.merge_households": gettext_lazy("Households merged"),
    "registry.change_head": gettext_lazy("Head of household changed"),
    "registry.record_lodging": gettext_lazy("Living in another household recorded"),
    "registry.record_custody": gettext_lazy("Guardian recorded"),
    "registry.enter_person": gettext_lazy("Person entered"),
    "corrections.ask": gettext_lazy("Correction asked for"),
    "corrections.ask_reversal": gettext_lazy("Taking back of an entry asked for"),
    "corrections.refuse": gettext_lazy("Correction refused"),
    "corrections.withdraw": gettext_lazy("Request for a correction taken back"),
    "corrections.show_numbers": gettext_lazy("Numbers of a correction shown"),
    "duplicates.find": gettext_lazy("Register searched for records of one person"),
    "duplicates.ask_to_find": gettext_lazy("Search for records of one person asked for"),
    "duplicates.propose": gettext_lazy("Two records said to be of one person"),
    "duplicates.approve": gettext_lazy("Joining of two records approved"),
    "duplicates.refuse": gettext_lazy("Request about two records refused"),
    "duplicates.withdraw": gettext_lazy("Request about two records taken back"),
    "duplicates.two": gettext_lazy("Two records said to be of two people"),
    "duplicates.again": gettext_lazy("Two records opened again"),
    "duplicates.ask": gettext_lazy("Village asked about two records"),
    "duplicates.answer": gettext_lazy("Village answered about two records"),
    "duplicates.propose_apart": gettext_lazy("Taking apart of joined records asked for"),
    "duplicates.approve_apart": gettext_lazy("Taking apart of joined records approved"),
    "registry.merge": gettext_lazy("Two records of one person joined"),
    "registry.take_apart": gettext_lazy("Joined records taken apart"),
    "registry.record_certificate": gettext_lazy("Private entry recorded"),
    "registry.end_certificate": gettext_lazy("Private entry recorded"),
    "registry.record_conversion": gettext_lazy("Conversion to urban registration recorded"),
    "registry.record_death": gettext_lazy("Death recorded"),
    "registry.record_determination": gettext_lazy("Determination as rural resident recorded"),
    "registry.record_insurance": gettext_lazy("Insurance recorded"),
    "registry.record_move": gettext_lazy("Move recorded"),
    "registry.record_phones": gettext_lazy("Telephones recorded"),
    "registry.reverse": gettext_lazy("Entry taken back"),
    "registry.unmask": gettext_lazy("Full numbers shown"),
    "registry.rebuild": gettext_lazy("State of the registry rebuilt"),
    "account.end_sessions": gettext_lazy("Sessions ended"),
    "account.hand_over": gettext_lazy("Areas and tasks handed over"),
    "account.unlock": gettext_lazy("Lock-out lifted"),
    "accounts.stage": gettext_lazy("List of accounts read and checked"),
    "accounts.import": gettext_lazy("List of accounts stored"),
    "factor.add": gettext_lazy("Second factor added"),
    "factor.remove": gettext_lazy("Second factor removed"),
    "factor.reset": gettext_lazy("Second factors reset"),
    "factor.reset_ask": gettext_lazy("Reset of second factors asked for"),
    "factor.codes": gettext_lazy("Recovery codes made"),
    "factor.recovery_used": gettext_lazy("Recovery code used"),
    "role.propose": gettext_lazy("Role proposed"),
    "role.grant": gettext_lazy("Role granted"),
    "role.refuse": gettext_lazy("Role refused"),
    "role.withdraw": gettext_lazy("Proposal of a role withdrawn"),
    "places.change_plan": gettext_lazy("Change of an area planned"),
    "places.change_apply": gettext_lazy("Change of an area put in force"),
    "places.change_undo": gettext_lazy("Change of an area undone"),
    "places.change_withdraw": gettext_lazy("Plan of a change withdrawn"),
    "intake.receive": gettext_lazy("Several registers received"),
    "intake.refuse": gettext_lazy("Register refused"),
    "intake.read_many": gettext_lazy("Reading of several registers asked for"),
    "intake.apply_many": gettext_lazy("Storing of several registers asked for"),
    "intake.decide_row": gettext_lazy("Row in question of a register decided"),
    "intake.decide_rows": gettext_lazy("Rows in question of a register decided together"),
    "intake.store_row": gettext_lazy("Row of a register stored that was in question"),
    "intake.answer": gettext_lazy("Village answered about a person its register does not name"),
    "corrections.ask_many": gettext_lazy("Corrections asked for together"),
    "intake.remember_words": gettext_lazy("Words of a register remembered"),
    "intake.take_word_back": gettext_lazy("Remembered word taken back"),
    "lists.stage": gettext_lazy("List of a department read and checked"),
    "lists.ask_to_apply": gettext_lazy("Storing of a list asked for"),
    "lists.apply": gettext_lazy("List of a department stored"),
    "lists.decide": gettext_lazy("Row of a list decided"),
    "lists.decide_all": gettext_lazy("Rows of a list decided together"),
    "lists.discard": gettext_lazy("List of a department discarded"),
    "lists.undo_ask": gettext_lazy("Taking back of a list asked for"),
    "lists.undo_approve": gettext_lazy("Taking back of a list approved"),
    "lists.undo_refuse": gettext_lazy("Taking back of a list refused"),
    "lists.undo_withdraw": gettext_lazy("Request to take a list back withdrawn"),
    "lists.undo_done": gettext_lazy("List of a department taken back"),
    "lists.newborn_served": gettext_lazy("Newborn's family served"),
    "lists.newborn_contact": gettext_lazy("Contact of a newborn's family shown"),
    "registry.apply_list": gettext_lazy("Facts of a list recorded"),
    "registry.move_registration": gettext_lazy("Move of registration recorded"),
    "registry.record_birth": gettext_lazy("Birth recorded"),
    "entitlements.take_back_claim": gettext_lazy("Record of a claim taken back"),
    "quality.ask": gettext_lazy("Checks of the records asked for"),
    "quality.run": gettext_lazy("Records checked"),
    "balance.catch_up": gettext_lazy("Population account brought up to date"),
    "holidays.set": gettext_lazy("Holidays of a year entered"),
    "holidays.recount": gettext_lazy("Last days counted anew"),
    "local.set": gettext_lazy("Value of the county set"),
    "setup.token": gettext_lazy("Code for the set-up made"),
    "setup.enter": gettext_lazy("Set-up entered"),
    "setup.unit": gettext_lazy("Unit named"),
    "setup.people": gettext_lazy("First accounts made"),
    "setup.finish": gettext_lazy("Set-up ended"),
    "token.make": gettext_lazy("Token made"),
    "token.revoke": gettext_lazy("Token revoked"),
    "token.refused": gettext_lazy("Token refused"),
    "upkeep.backup": gettext_lazy("Backup made"),
    "upkeep.restore": gettext_lazy("Backup restored"),
    "snapshot.take": gettext_lazy("Snapshot taken"),
    "statistics.ask": gettext_lazy("Counting of the population asked for"),
    "statistics.build": gettext_lazy("Population counted"),
    "entitlements.evaluate": gettext_lazy("Rules applied"),
    "entitlements.follow": gettext_lazy("List brought up to date by itself"),
    "entitlements.outreach": gettext_lazy("Visit to a family written down"),
    "entitlements.recalculate": gettext_lazy("Years that have passed worked out again"),
    "entitlements.export_recalculation": gettext_lazy("People of a recalculation downloaded"),
    "entitlements.ask_to_recalculate": gettext_lazy("Recalculation of past years asked for"),
    "entitlements.ask_to_refresh": gettext_lazy("New list of benefits asked for"),
    "entitlements.claim": gettext_lazy("Claim recorded"),
    "casework.open": gettext_lazy("Application recorded"),
    "casework.accept": gettext_lazy("Application accepted"),
    "casework.ask": gettext_lazy("Family asked for something"),
    "casework.brought": gettext_lazy("Family brought what was asked for"),
    "casework.pass": gettext_lazy("Stage of a case passed"),
    "casework.refuse": gettext_lazy("Application refused"),
    "casework.suspend": gettext_lazy("Case suspended"),
    "casework.resume": gettext_lazy("Case taken up again"),
    "casework.withdraw": gettext_lazy("Application withdrawn by the family"),
    "casework.reopen": gettext_lazy("Decision opened again by the office"),
    "casework.appeal": gettext_lazy("Appeal recorded"),
    "casework.uphold": gettext_lazy("Decision upheld on appeal"),
    "casework.overturn": gettext_lazy("Approved on appeal"),
    "casework.send_back": gettext_lazy("Sent back on appeal"),
    "casework.end": gettext_lazy("Approved case ended"),
    "casework.transfer": gettext_lazy("Case handed over to another place"),
    "casework.payee": gettext_lazy("Account of a case recorded"),
    "casework.attach": gettext_lazy("Copy of a paper kept with a case"),
    "casework.open_copy": gettext_lazy("Copy of a paper opened"),
    "casework.grievance": gettext_lazy("Grievance recorded"),
    "casework.answer": gettext_lazy("Grievance answered"),
    "casework.external": gettext_lazy("Number of a case elsewhere recorded"),
    "casework.declare": gettext_lazy("Officer said whose family is the own"),
    "casework.delegate": gettext_lazy("Cases lent to another officer"),
    "casework.end_delegation": gettext_lazy("Lending of cases ended"),
    "casework.ask_to_renew": gettext_lazy("Yearly check of benefits asked for"),
    "casework.name": gettext_lazy("Officer named for private programmes"),
    "casework.end_naming": gettext_lazy("Naming for private programmes ended"),
    "casework.export_queue": gettext_lazy("List of cases downloaded"),
    "notices.post": gettext_lazy("Public notice hung out"),
    "notices.prove": gettext_lazy("Photograph of a notice kept"),
    "notices.object": gettext_lazy("Objection to an entry received"),
    "notices.decide": gettext_lazy("Objection decided"),
    "notices.close": gettext_lazy("Public notice ended by its days"),
    "certificates.issue": gettext_lazy("Certificates issued"),
    "certificates.replace": gettext_lazy("Certificate replaced by a new one"),
    "certificates.revoke": gettext_lazy("Certificate ended by its holder's word"),
    "certificates.follow": gettext_lazy("Certificates ended with their cases"),
    "certificates.print": gettext_lazy("Certificates printed"),
    "certificates.sign": gettext_lazy("Status list of certificates signed"),
    "applications.send": gettext_lazy("Application of a resident received"),
    "applications.again": gettext_lazy("Application of a resident sent again"),
    "applications.pass_on": gettext_lazy("Application of a resident passed on"),
    "applications.open": gettext_lazy("Case opened of a resident's application"),
    "applications.answer": gettext_lazy("Application of a resident answered"),
    "applications.withdraw": gettext_lazy("Application withdrawn by a resident"),
    "applications.wish": gettext_lazy("Resident wrote to the application"),
    "applications.settle": gettext_lazy("What a resident wrote settled"),
    "exchange.export": gettext_lazy("List for another system made"),
    "exchange.fetch": gettext_lazy("List for another system fetched"),
    "exchange.read": gettext_lazy("Answer of another system read"),
    "exchange.decide": gettext_lazy("Answer of another system taken over"),
    "exchange.discard": gettext_lazy("Answer of another system discarded"),
    "funds.open": gettext_lazy("Fund opened"),
    "funds.appropriate": gettext_lazy("Appropriation recorded"),
    "funds.arrival": gettext_lazy("Arrival of money recorded"),
    "funds.give_back": gettext_lazy("Money given back recorded"),
    "funds.take_back": gettext_lazy("Entry of a fund taken back"),
    "funds.close": gettext_lazy("Month of a fund closed"),
    "funds.sharing": gettext_lazy("Shares of the levels recorded"),
    "payments.begin": gettext_lazy("Payment batch begun"),
    "payments.build": gettext_lazy("Rows of a payment batch taken in"),
    "payments.commit": gettext_lazy("Money set aside for a payment batch"),
    "payments.freeze": gettext_lazy("Rows of a payment batch frozen"),
    "payments.approve": gettext_lazy("Payment batch approved"),
    "payments.send_back": gettext_lazy("Payment batch sent back"),
    "payments.drop": gettext_lazy("Payment batch given up"),
    "payments.take_out": gettext_lazy("Row taken out of a payment batch"),
    "payments.issue": gettext_lazy("Bank file made, money handed to the bank"),
    "payments.file_again": gettext_lazy("Bank file made again"),
    "payments.read_answer": gettext_lazy("Return file read and checked"),
    "payments.begin_record": gettext_lazy("Return file decided to count"),
    "payments.record": gettext_lazy("Rows of a return file recorded"),
    "payments.discard_answer": gettext_lazy("Return file discarded"),
    "payments.allow_more": gettext_lazy("Another try to pay allowed"),
    "payments.statement": gettext_lazy("Statement of a family shown"),
    "overpayments.ask": gettext_lazy("Overpayment written down"),
    "overpayments.approve": gettext_lazy("Recovery of an overpayment approved"),
    "overpayments.refuse": gettext_lazy("Recovery of an overpayment refused"),
    "overpayments.recover": gettext_lazy("Money paid back recorded"),
    "overpayments.take_back": gettext_lazy("Record of money paid back taken back"),
    "overpayments.ask_waiver": gettext_lazy("Waiver asked for"),
    "overpayments.waive": gettext_lazy("Waiver approved"),
    "overpayments.refuse_waiver": gettext_lazy("Waiver refused"),
    "policy.simulate": gettext_lazy("Change of the law simulated"),
    "job.cancel": gettext_lazy("Job cancelled"),
    "job.try_again": gettext_lazy("Job tried again"),
    "job.clean_up": gettext_lazy("Old jobs removed"),
    "audit.ask_to_verify": gettext_lazy("Verification of the chain asked for"),
    "audit.verify": gettext_lazy("Chain verified"),
    "audit.export": gettext_lazy("Entries downloaded"),
}
SUBJECTS = {
    "export": pgettext_lazy("subject", "list for another system"),
    "person": pgettext_lazy("subject", "person"),
    "household": pgettext_lazy("subject", "household"),
    "pair": pgettext_lazy("subject", "two records"),
    "duplicates": pgettext_lazy("subject", "records of one person"),
    "account": pgettext_lazy("subject", "account"),
    "register_file": pgettext_lazy("subject", "register file"),
    "area": pgettext_lazy("subject", "area"),
    "job": pgettext_lazy("subject", "job"),
    "jobs": pgettext_lazy("subject", "jobs"),
    "snapshot": pgettext_lazy("subject", "snapshot"),
    "cubes": pgettext_lazy("subject", "counts of the population"),
    "evaluation": pgettext_lazy("subject", "evaluation"),
    "simulation": pgettext_lazy("subject", "simulation"),
    "places": pgettext_lazy("subject", "areas"),
    "registry": pgettext_lazy("subject", "registry"),
    "source": pgettext_lazy("subject", "source"),
    "account_import": pgettext_lazy("subject", "list of accounts"),
    "area_change": pgettext_lazy("subject", "change of an area"),
    "column_word": pgettext_lazy("subject", "word of a register"),
    "upload_batch": pgettext_lazy("subject", "upload of registers"),
    "list_file": pgettext_lazy("subject", "list of a department"),
    "newborn": pgettext_lazy("subject", "newborn"),
    "correction": pgettext_lazy("subject", "correction"),
    "quality_run": pgettext_lazy("subject", "check of the records"),
    "case": pgettext_lazy("subject", "case"),
    "application": pgettext_lazy("subject", "application of a resident"),
    "notice": pgettext_lazy("subject", "public notice"),
    "certificate": pgettext_lazy("subject", "certificate"),
    "status_list": pgettext_lazy("subject", "status list"),
    "holidays": pgettext_lazy("subject", "table of holidays"),
    "fund": pgettext_lazy("subject", "fund"),
    "payment_batch": pgettext_lazy("subject", "payment batch"),
    "overpayment": pgettext_lazy("subject", "overpayment"),
    "token": pgettext_lazy("subject", "token"),
    "installation": pgettext_lazy("subject", "installation"),
    "audit": pgettext_lazy("subject", "audit chain"),
    "cases": pgettext_lazy("subject", "cases"),
}
#: What acts are about, by the first part of their codes, in the order of the filter.
MATTERS = {
    "intake": gettext_lazy("Registers"),
    "lists": gettext_lazy("Lists of departments"),
    "registry": gettext_lazy("People and households"),
    "corrections": gettext_lazy("Corrections"),
    "duplicates": gettext_lazy("Records of one person"),
    "entitlements": gettext_lazy("Benefits"),
    "casework": gettext_lazy("Cases"),
    "payments": gettext_lazy("Funds and payments"),
    "quality": gettext_lazy("Checks of the records"),
    "snapshot": gettext_lazy("Population numbers"),
    "places": gettext_lazy("Areas and their changes"),
    "account": gettext_lazy("Accounts and roles"),
    "installation": gettext_lazy("Installation"),
    "audit": gettext_lazy("Audit chain"),
}
_SAME_MATTER = {
    "statistics": "snapshot",
    "applications": "casework",
    "certificates": "casework",
    "exchange": "casework",
    "holidays": "installation",
    "accounts": "account",
    "factor": "account",
    "role": "account",
    "token": "account",
    "balance": "snapshot",
    "policy": "entitlements",
    "notices": "casework",
    "funds": "payments",
    "overpayments": "payments",
    "local": "installation",
    "setup": "installation",
    "upkeep": "installation",
    "job": "installation",
}
_SUBJECT = re.compile(r"([a-z_]+)(?::(\d{1,12}))?")


def action(code: str) -> str:
    """What was done, in the reader's language."""
    return str(ACTIONS.get(code, code))


def grouped(codes: Iterable[str]) -> list[tuple[str, list[str]]]:
    """Acts by what they are about, each matter's in the order of the words shown; unknown ones last."""
    found: dict[str, list[str]] = {matter: [] for matter in MATTERS}
    for code in codes:
        first = code.partition(".")[0]
        found.setdefault(_SAME_MATTER.get(first, first), []).append(code)
    return [
        (str(MATTERS.get(matter, matter)), sorted(acts, key=_by_words))
        for matter, acts in found.items()
        if acts
    ]


def _by_words(code: str) -> tuple[str, str]:
    """Chinese by the sound of its characters, as a dictionary has them."""
    words = action(code)
    chinese = (get_language() or "zh").startswith("zh")
    return (place_initials(words) if chinese else words.casefold(), words)


def known(code: str) -> bool:
    """True when an act has words; otherwise its code stands for it."""
    return code in ACTIONS


def subject(text: str) -> str:
    """The kind of thing and its number; nothing else of a subject is shown.

    Examples
    --------
    >>> from django.utils import translation
    >>> with translation.override("en"):
    ...     [subject(one) for one in ("person:17", "places", "register_file:罗.xlsx", "account:unknown")]
    ['person 17', 'areas', 'register file', 'account']
    """
    found = _SUBJECT.match(text)
    if found is None:
        return "—"
    label = str(SUBJECTS.get(found[1], found[1]))
    return _("%(kind)s %(number)s") % {"kind": label, "number": found[2]} if found[2] else label


def purpose(text: str) -> str:
    """Why, in the words given, or those of the closed list. Numbers of people are masked once more."""
    known = dict([*registry.Purpose.choices, *corrections.Reason.choices, *intake.UndoReason.choices])
    return str(known[text]) if text in known else redact(text)
