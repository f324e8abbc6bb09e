"""What the public is told: what the system never does, what it does, duties, complaints, and the law behind.

The texts repeat docs/explanation/rights.md and the texts of law in plain words. Nothing here is read from the
database: the pages are for everybody, signed in or not.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Statement:
    """One promise or duty: what is said, what it means in daily life, and the law it rests on."""

    title: Promise
    text: Promise
    law: Promise | str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """One kind of information: what it is, what it is for, and how long it stays."""

    what: Promise
    purpose: Promise
    until: Promise


@dataclass(frozen=True, slots=True)
class Office:
    """Who answers for the information here; "" where the installation does not say."""

    name: str
    contact: str


def office() -> Office:
    """The handler named in the settings ``TONGCHOU_OFFICE`` and ``TONGCHOU_OFFICE_CONTACT``."""
    return Office(settings.OFFICE, settings.OFFICE_CONTACT)


#: The eleven rules of construction, in the order of docs/explanation/rights.md; tests/rights/ proves them.
NEVER: tuple[Statement, ...] = (
    Statement(
        _("It never holds the number or the sex of your children against you"),
        _(
            "One more child, or a daughter instead of a son, never lowers what a family receives. Only old "
            "programmes that the law keeps for births up to 31 December 2015 may look at children at all."
        ),
        _("Population and Family Planning Law (2021), Arts. 17, 18 and 31; Law on Women's Rights, Art. 32"),
    ),
    Statement(
        _("It never asks whether a birth followed a rule"),
        _(
            "Childcare subsidy and everything new are open to every child. The one old condition about "
            "births of 1973 to 2001 is a statement by the applicant on that one application; it is not "
            "stored on a person."
        ),
        _(
            "Decision on Optimising Fertility Policy (2021); Childcare Subsidy Management Rules (National "
            "Health Commission 2025, No. 24)"
        ),
    ),
    Statement(
        _("It never shows grief, illness or disability to the neighbours"),
        _(
            "Support for parents who lost a child, for disability and for illness is not discussed in the "
            "village and not posted on a notice board. Lists and messages carry neutral names."
        ),
        _(
            "Personal Information Protection Law, Arts. 25 and 28; Population and Family Planning Law, Art. "
            "32"
        ),
    ),
    Statement(
        _("It never takes complaints about anybody's births"),
        _(
            "Against a public notice one can object only that somebody is not alive, is not that person, "
            "does not live there, gave a wrong account or is paid already. Nothing else is accepted."
        ),
        _(
            "Government Information Disclosure Regulation, Art. 15; Personal Information Protection Law, "
            "Art. 25"
        ),
    ),
    Statement(
        _("It never counts bodies"),
        _(
            "No figure counts contraception, pregnancies, operations or signatures. Counted is what was "
            "offered, how long people waited and whether they were content. Whoever declines a service has "
            "been served."
        ),
        _("Population and Family Planning Law, Art. 20: couples choose for themselves"),
    ),
    Statement(
        _("It never makes births a target"),
        _(
            "Birth rates, growth and sex ratios are statistics. They have no target, no rank and no alarm, "
            "and no village or official is measured by them."
        ),
        _("Decision on Optimising Fertility Policy (2021); Statistics Law (2024), Arts. 7 and 9"),
    ),
    Statement(
        _("It never searches, sorts or exports people by children, marriage or pregnancy"),
        _(
            "Such facts are used only in the case that needs them. There is no list of them to call up, and "
            "no file of them to carry away."
        ),
        _("Personal Information Protection Law, Arts. 6, 28 and 51"),
    ),
    Statement(
        _("It never keeps what the law no longer allows to be collected"),
        _(
            "Columns about contraception, pregnancy checks, birth permission, birth fees or “integrity” in "
            "old registers are dropped while the file is read. Of the file itself only a fingerprint is "
            "kept."
        ),
        _(
            "State Council Decision of 26 September 2021, repealing the fee regulation; Personal Information"
            " Protection Law, Art. 34"
        ),
    ),
    Statement(
        _("It never blames a late or missing registration"),
        _(
            "A birth that is not registered yet is a reason to offer help, nothing else. A mother's "
            "situation blocks nothing: no registration, no school, no service."
        ),
        _("Decision on Optimising Fertility Policy (2021); Household Registration Regulation, Art. 7"),
    ),
    Statement(
        _("It never lets a family pay for an official's failure"),
        _(
            "Results and penalties concern officials and units. What a family answers, refuses, complains "
            "about or decides for itself changes no queue, no price and no service. There are no scores of "
            "people."
        ),
        _("Population and Family Planning Law, Arts. 43 and 46"),
    ),
    Statement(
        _("It never shows your complaints to those who help you sign in"),
        _(
            "Whoever uses the system on behalf of a family, in the village or as a relative, cannot open its"
            " complaints, its consents or the record of who looked at its data."
        ),
        _("Personal Information Protection Law, Arts. 44, 45 and 51"),
    ),
)

#: What it does for families.
DOES: tuple[Statement, ...] = (
    Statement(
        _("It finds you"),
        _(
            "Every person in the register is checked against every programme. Families who are entitled and "
            "have not asked are visited; the list says until when they can claim."
        ),
        _("Childcare Subsidy Management Rules (National Health Commission 2025, No. 24)"),
    ),
    Statement(
        _("It says why"),
        _(
            "Each answer names its conditions, what is known about them and the rule they come from. When a "
            "fact is missing the answer says which; nobody is refused because something is unknown."
        ),
        _("Social Assistance Law (2026), Art. 45; Personal Information Protection Law, Art. 24"),
    ),
    Statement(
        _("It keeps the old rules for those who moved to town"),
        _(
            "Whoever became urban keeps the rural rules until urban pension and medical insurance have both "
            "begun, and for the years of transition after that. The page of the household shows the dates."
        ),
    ),
    Statement(
        _("It remembers who looked"),
        _(
            "ID numbers and telephones are encrypted and masked. To see one, a member of staff must give a "
            "purpose; name, time and purpose are written to a record that nobody can change unseen."
        ),
        _("Personal Information Protection Law, Arts. 51 and 54"),
    ),
)

#: What those who govern owe.
DUTIES: tuple[Statement, ...] = (
    Statement(
        _("Pay in full and on time"),
        _("Benefits may not be withheld, reduced, delayed or set off against anything."),
        _("Population and Family Planning Law, Art. 43"),
    ),
    Statement(
        _("Give reasons"),
        _("Whoever is refused is told so in writing, with the reason and the rule."),
        _("Social Assistance Law (2026), Art. 45"),
    ),
    Statement(
        _("Ask only once"),
        _("What another office already holds may not be asked of you again."),
        _("Government Data Sharing Regulation (2025), Art. 19; Social Assistance Law (2026), Art. 62"),
    ),
    Statement(
        _("Keep your data safe, and use it for its purpose alone"),
        _("Staff who pass on identity data are punished, and so is their unit."),
        _("Identity Card Law, Art. 19; Government Data Sharing Regulation (2025), Art. 25"),
    ),
    Statement(
        _("Report true figures"),
        _("No leader may alter figures, or hint at what they should be."),
        _("Statistics Law (2024), Art. 7; Population and Family Planning Law, Art. 43"),
    ),
    Statement(
        _("Force nobody"),
        _(
            "Choosing contraception, having a child or not having one is your decision. Forcing it is an "
            "offence."
        ),
        _("Population and Family Planning Law, Arts. 20 and 43; Law on Women's Rights, Art. 32"),
    ),
)

#: Ways to complain, from the nearest to the farthest.
COMPLAIN: tuple[Statement, ...] = (
    Statement(
        _("Ask for the reasons"),
        _(
            "The village worker or the township service hall prints the page of your household with every "
            "clause."
        ),
    ),
    Statement(
        _("Complain here, on the page “Complain about an office”"),
        _(
            "About a village committee, a township, a county or a department. No account and no name is "
            "needed; a code tells where it stands. The level above answers within working days, and the "
            "office never learns who you are. What was found right stands in public until it is mended."
        ),
        _("Regulations on Handling Letters and Visits (2022)"),
    ),
    Statement(
        _("Ask the county office to look again"),
        _("By telephone, by letter or in person. A wrong fact is corrected where it is kept."),
        _("Personal Information Protection Law, Arts. 45, 46 and 50"),
    ),
    Statement(
        _("Call 12345, or write to the office for letters and visits"),
        _("12345 answers at any hour. What you write is not handed to the person it is about."),
        _("Regulations on Handling Letters and Visits (2022)"),
    ),
    Statement(
        _("For coercion, illegal fees or withheld money: go straight past the local offices"),
        _("Discipline inspection takes reports on 12388; the police on 110."),
        _("Population and Family Planning Law, Art. 43"),
    ),
    Statement(
        _("Ask for administrative reconsideration, or go to court"),
        _("Reconsideration within 60 days of the decision; a lawsuit within 6 months."),
        _(
            "Population and Family Planning Law, Art. 46; Administrative Reconsideration Law, Art. 20; "
            "Administrative Litigation Law, Art. 46"
        ),
    ),
)

#: What is kept, and how long.
KEPT: tuple[Kept, ...] = (
    Kept(
        _("Name, ID number, sex, date of birth, household, address, telephone"),
        _("to know who lives where and may be entitled; ID number and telephone are encrypted"),
        _(
            "as long as the person belongs to the registers of this county, and what the archives law then "
            "asks"
        ),
    ),
    Kept(
        _("Hukou kind, change to urban hukou, urban pension and medical insurance with dates"),
        _("to decide whether rural or urban rules apply"),
        _("with the person's record"),
    ),
    Kept(
        _("Children declared by people of 60 and over"),
        _("for the one legacy programme that the law keeps; nothing else reads it"),
        _("with the person's record; not taken from anybody else"),
    ),
    Kept(
        _("Applications sent on the public page"),
        _("to open the case, and to tell by a code where it stands; all of it is encrypted"),
        _("30 days after the case is opened, where it then stands; six months when no case was opened"),
    ),
    Kept(
        _("Complaints and questions about offices"),
        _("to have the level above look into them; the words are encrypted, and the office sees no sender"),
        _("how to reach you is deleted 180 days after the end; words and finding stay with the record"),
    ),
    Kept(
        _("Comments on drafts of commitments"),
        _("to be answered and read out; no name is asked for, and answers stand beside the letter in public"),
        _("with the letter"),
    ),
    Kept(
        _("Taking part, if a family wishes: how it would like to be told, and which services interest it"),
        _("to tell the family of benefits; it changes no entitlement, queue or answer"),
        _("until the family ends it in one step; then only a count of the village and year stays"),
    ),
    Kept(
        _("Households called back about a promise"),
        _("to ask whether a government kept its word; drawn by lot, and not told to it"),
        _("until a second person confirms what was said; then no household stands beside its answer"),
    ),
    Kept(
        _("Register files brought in"),
        _("to check them, and to show mistakes"),
        _("rows until the file is decided on; afterwards only a fingerprint of the file"),
    ),
    Kept(
        _("What each person is entitled to, and why"),
        _("to visit families in time, and to answer questions"),
        _("a list for each year, replaced when it is evaluated anew"),
    ),
    Kept(
        _("Dated extracts from which the lists and the population figures are computed"),
        _("so that every list and every figure can be computed again and checked"),
        _("until the county deletes them under its rules; nothing deletes them by itself yet"),
    ),
    Kept(
        _("Who looked, who changed what, when and for what purpose"),
        _("to find misuse and to answer for it"),
        _("for good: the record cannot be shortened; the law asks for at least six months"),
    ),
)
