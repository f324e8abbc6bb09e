"""Every page, list, count and file as people with random areas, against an oracle that walks the area tree.

The oracle knows parents only: no scope numbers, no code of the access layer.
"""

from __future__ import annotations

import base64
import datetime as dt
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tongchou.apps.accountability.judged import Alert, Proposed
from tongchou.apps.accountability.models import Issue
from tongchou.apps.applications import api as applications
from tongchou.apps.applications.models import Application, Wish
from tongchou.apps.applications.sealing import seal_words
from tongchou.apps.balance import api as balance
from tongchou.apps.casework import api as casework
from tongchou.apps.casework.grievance_models import Grievance
from tongchou.apps.casework.models import NamedOfficer
from tongchou.apps.casework.paper_models import Paper
from tongchou.apps.certificates.models import Certificate
from tongchou.apps.commitments import api as commitments
from tongchou.apps.commitments.models import Bundle, Call, Calls, Promise
from tongchou.apps.complaints import api as complaints
from tongchou.apps.complaints.models import Breach, Complaint, Question, Round
from tongchou.apps.complaints.sealing import seal as seal_complaint
from tongchou.apps.corrections import api as corrections
from tongchou.apps.duplicates import api as duplicates
from tongchou.apps.duplicates.models import Pair, Side
from tongchou.apps.entitlements import api as entitlements
from tongchou.apps.exchange.models import Export
from tongchou.apps.guarantees.models import YearReturn
from tongchou.apps.intake.batches import label_of
from tongchou.apps.intake.lists import payload
from tongchou.apps.intake.lists.models import ListFile, NewbornOffer
from tongchou.apps.intake.models import BatchItem, ColumnWord, RegisterFile, UploadBatch
from tongchou.apps.intake.question_models import NotListed
from tongchou.apps.notices import api as notices
from tongchou.apps.notices.models import Entry, Notice, Objection, Proof
from tongchou.apps.payments import api as payments
from tongchou.apps.payments.tests.conftest import Awards
from tongchou.apps.payments.tests.conftest import answer as bank_answer
from tongchou.apps.places import api as places
from tongchou.apps.plans import api as plans
from tongchou.apps.posts.models import Post, Tenure
from tongchou.apps.quality import api as quality
from tongchou.apps.registry import api as registry
from tongchou.apps.registry.models import Event, Household, Person
from tongchou.apps.releases.models import Release
from tongchou.apps.responsibility.models import Agreement, HandOver, Target
from tongchou.apps.snapshot import api as snapshots
from tongchou.apps.supervision.models import Draw, Evidence, Inspection, Item, Secret
from tongchou.apps.supervision.models import Notice as Rectification
from tongchou.apps.supervision.models import Step as RectificationStep
from tongchou.core import accounts, crypto, signing
from tongchou.core.tokens import checking
from tongchou.domain import identity
from tongchou.domain.accountability import bulletin_text
from tongchou.domain.certificates.claims import Claims
from tongchou.domain.dates import PartialDate
from tongchou.domain.lists.row import BIRTH, ListRow, Named, Newborn
from tongchou.domain.register.row import RegisterRow
from tongchou.web.tests import made_bulletins

ROLES = (
    "village_worker",
    "township_officer",
    "county_reviewer",
    "county_finance",
    "prefecture_supervisor",
    "statistician",
    "department_reader",
)
#: Whoever holds one of these holds nothing beside it.
KEEPERS = ("auditor", "security_admin", "system_admin")
#: Roles that see people by name, sums of money, progress, and the audit chain: said again for the oracle.
PEOPLE = {"village_worker", "township_officer", "county_reviewer"}
MONEY = {"county_reviewer", "county_finance", "prefecture_supervisor"}
PROGRESS = PEOPLE | {"prefecture_supervisor", "statistician"}
SIMULATE = {"county_reviewer", "county_finance", "prefecture_supervisor", "statistician"}
#: 3,600 → 4,800 yuan next year, as the page sends it.
RAISED = {
    "programme": "childcare_subsidy", "value_yearly_amount": "4800", "start": "2027", "year": "2027",
    "purpose": "x",
}  # fmt: skip
#: Given names, one a village, that occur nowhere else: finding one on a page shows whose data it holds.
MARKS = ("甲禾", "乙黍", "丙稷", "丁麦", "戊菽", "己麻")
#: Where an area picker asks.
PICK = "/areas/pick"
#: What stands about units and their posts.
DUTIES = ("/posts", "/targets", "/agreements")
#: The month the registers of the world are read in.
MONTH = "2026-06"
#: Addresses that take a number, and what the number means.
NUMBERED = {
    "household_id": "household", "person_id": "person", "file_id": "file", "job_id": "job",
    "area_id": "area", "change_id": "change", "account_id": "account",
    "token_id": "token", "batch_id": "batch", "word_id": "word", "list_id": "list",
    "newborn_id": "newborn", "event_id": "event", "correction_id": "correction", "pair_id": "pair",
    "task_id": "task", "volume_id": "volume",
}  # fmt: skip
#: What payments are about: each number of an address is of the village's own fund.
OF_A_FUND = {
    "fund_id": "fund", "appropriation_id": "appropriation", "entry_id": "entry", "payment_id": "payment",
    "answer_id": "answer", "overpayment_id": "overpayment",
}  # fmt: skip
#: What cases and public notices are about: each number of an address is of the village.
OF_CASES = {
    "case_id": "case", "notice_id": "notice", "proof_id": "proof", "objection_id": "objection",
    "naming_id": "naming", "grievance_id": "grievance", "export_id": "export",
    "certificate_id": "certificate", "paper_id": "paper",
    "application_id": "application", "wish_id": "wish", "release_id": "release", "letter_id": "letter",
    "bundle_id": "bundle", "promise_id": "promise", "return_id": "return",
    "complaint_id": "complaint", "question_id": "question", "breach_id": "breach",
    "meeting_id": "meeting", "plan_task_id": "plan_task", "group_id": "working_group",
    "assembly_id": "assembly", "issue_id": "issue",
    "alert_id": "alert", "proposed_id": "proposed", "tenure_id": "tenure",
    "draw_id": "draw", "item_id": "item", "inspection_id": "inspection",
    "rectification_id": "rectification", "evidence_id": "evidence",
    "post_id": "post", "target_id": "target", "agreement_id": "agreement", "hand_over_id": "hand_over",
    "seat_id": "seat", "acceptance_id": "acceptance",
}  # fmt: skip
NUMBERED |= OF_A_FUND | OF_CASES | {"bulletin_id": "issue"}
#: Whose accounts are paid, one a village: names that occur nowhere else.
PAYEES = ("金甲一", "金乙二", "金丙三", "金丁四", "金戊五", "金己六")
#: Who sees whom a batch pays.
FINANCE = {"county_finance", "county_reviewer"}
#: Who looks into complaints about units below.
ABOVE = {"township_officer", "county_reviewer", "prefecture_supervisor"}
#: What is recorded on the page of a person.
ACTS_ON_PEOPLE = ("child", "marriage", "divorce", "adoption", "residence", "registration", "conversion")
#: Names of the village workers, one a village.
NAMES = ("孔禾", "孟黍", "荀稷", "墨麦", "韩菽", "庄麻")


#: How many random people are among the quick tests; the others are among the wide ones.
QUICK = 4


def seeds(number: int) -> list[Any]:
    """Random people at work."""
    return [pytest.param(seed, marks=[pytest.mark.wide] if seed >= QUICK else []) for seed in range(number)]


def offices() -> list[Any]:
    """Areas with an office: of the counties none of these villages lies in, one stands for all."""
    found = list(places.Area.objects.exclude(level="group").select_related("parent__parent__parent"))
    parents = {area.parent_id for area in found}
    empty = [area for area in found if area.level == "county" and area.pk not in parents]
    assert empty, "no county without villages"
    return [area for area in found if area not in empty[1:]]


@dataclass
class World:
    """Six villages in three townships of two counties, one family and one file in each."""

    villages: list[Any]
    household_of: dict[int, int]
    person_of: dict[int, int]
    file_of: dict[int, int]
    change_of: dict[int, int]
    account_of: dict[int, int]
    batch_of: dict[int, int]
    word_of: dict[int, int]
    list_of: dict[int, int]  # the list of the village's county
    newborn_of: dict[int, int]
    event_of: dict[int, int]  # an entry about the child
    correction_of: dict[int, int]  # asked for by somebody who covers everything
    pair_of: dict[int, int]  # two records of the village
    task_of: dict[int, int]  # the child, whom the village's register does not name
    money_of: dict[str, dict[int, int]]  # by kind of ``OF_A_FUND``: what the village's fund has
    work_of: dict[str, dict[int, int]]  # by kind of ``OF_CASES``: what is decided and hangs in the village


def family(mark: str) -> list[RegisterRow]:
    shared: dict[str, Any] = {"household_no": "0001", "hukou_kind": "agricultural", "converted": False}
    return [
        RegisterRow(
            row_no=5, name=f"赵{mark}", relation="02", sex=1, birth=PartialDate(1990, 1, 2), **shared
        ),
        RegisterRow(
            row_no=6, name=f"赵小{mark}", relation="21", sex=1, birth=PartialDate(2025, 3, 4), **shared
        ),
        # Of this one a fact is missing, so that a check of the records names a person in every village.
        RegisterRow(
            row_no=7,
            household_no="0001",
            name=f"赵爷{mark}",
            relation="51",
            sex=1,
            birth=PartialDate(1950, 1, 2),
        ),
    ]


@pytest.fixture
def world(county: Any, make_account: Any, frozen_clock: dt.datetime) -> World:
    second, other = "520521902", "520523901"
    rows = [
        (second, "白岩乡（示例）", "township", "520521"),
        (f"{second}201", "大坪村（示例）", "village", second),
        (f"{second}202", "小坪村（示例）", "village", second),
        (other, "清池镇（示例）", "township", "520523"),
        (f"{other}201", "河坝村（示例）", "village", other),
        (f"{other}202", "石桥村（示例）", "village", other),
    ]
    names = ("code", "name", "level", "parent_code")
    loaded = [dict(zip(names, row, strict=True)) | {"valid_from": "2010-11-01"} for row in rows]
    places.load_areas(loaded, by=None, at=frozen_clock)
    codes = [v.code for v in county.villages] + [row[0] for row in rows if row[2] == "village"]
    villages = [places.area_by_code(code) for code in codes]
    everywhere = make_account("loader", "county_reviewer", places.area_by_code("520500"))
    household_of, person_of, file_of, batch_of, word_of, change_of = {}, {}, {}, {}, {}, {}
    list_of, newborn_of, event_of, correction_of, pair_of, task_of = {}, {}, {}, {}, {}, {}
    for code in ("520521", "520523"):
        area = places.area_by_code(code)
        made = ListFile.objects.create(
            sha256=f"{area.pk:064x}",
            kind="public_security_deaths",
            area=area,
            scope_no=area.scope_no,
            uploaded_by=everywhere,
            uploaded_at=frozen_clock,
            rows_read=0,
        )
        list_of |= {v.pk: made.pk for v in villages if area.scope_no <= v.scope_no <= area.scope_end}
    for number, (village, mark) in enumerate(zip(villages, MARKS, strict=True)):
        registry.apply_register(
            family(mark), village_id=village.pk, source=f"{number:064x}", by=everywhere, at=frozen_clock
        )
        household_of[village.pk] = Household.objects.get(village=village).pk
        person_of[village.pk] = Person.objects.get(name=f"赵小{mark}").pk
        file_of[village.pk] = RegisterFile.objects.create(
            sha256=f"{number:064x}",
            name=f"{mark}.xlsx",
            village=village,
            scope_no=village.scope_no,
            uploaded_by=everywhere,
            uploaded_at=frozen_clock,
            year=2026,
            people=0,
            households=0,
        ).pk
        change_of[village.pk] = places.plan_change(
            plan=places.Plan("rename", village.pk, name=f"新名{number}村"),
            effective_on=frozen_clock.date(),
            document="文件",
            by=everywhere,
            at=frozen_clock,
        ).pk
        batch_of[village.pk] = upload(village, mark, everywhere, frozen_clock, file_of[village.pk])
        word_of[village.pk] = ColumnWord.objects.create(
            county=village.parent.parent, word=f"词{number}", added_by=everywhere, added_at=frozen_clock
        ).pk
        event_of[village.pk] = Event.objects.filter(person_id=person_of[village.pk]).latest("pk").pk
        correction_of[village.pk] = corrections.ask_correction(
            person_id=person_of[village.pk],
            new={"name": f"赵晓{mark}"},
            reason="mistyped",
            evidence_kind="id_card",
            evidence_words=mark,
            by=everywhere,
            at=frozen_clock,
        ).pk
        old = Person.objects.get(name=f"赵爷{mark}").pk
        pair_of[village.pk] = alike(person_of[village.pk], old, frozen_clock)
        task_of[village.pk] = NotListed.objects.create(
            person_id=person_of[village.pk],
            village=village,
            file_id=file_of[village.pk],
            year=2026,
            noted_at=frozen_clock,
            **registry.whereabouts([person_of[village.pk]])[person_of[village.pk]],
        ).pk
        mother = Person.objects.get(name=f"赵{mark}")
        row = ListRow(
            1, BIRTH, (Named(f"赵{mark}"),), PartialDate(2026, 3, 1), child=Newborn(f"赵新{mark}"), place=mark
        )
        newborn_of[village.pk] = NewbornOffer.objects.create(
            mother_id=mother.pk,
            area=village,
            scope_no=village.scope_no,
            digest=mark,
            payload=payload.seal_newborn(row, mark),
            received_at=frozen_clock,
        ).pk
    snapshots.take_snapshot(by=everywhere, at=frozen_clock, as_of=frozen_clock.date(), purpose="test")
    balance.catch_up()
    quality.run_checks(by=everywhere, at=frozen_clock, purpose="test")
    entitlements.evaluate_latest(year=2026, by=everywhere, at=frozen_clock, purpose="test")
    account_of = {
        village.pk: make_account(f"worker-{number}", "village_worker", village, name).pk
        for number, (village, name) in enumerate(zip(villages, NAMES, strict=True))
    }
    return World(
        villages,
        household_of,
        person_of,
        file_of,
        change_of,
        account_of,
        batch_of,
        word_of,
        list_of,
        newborn_of,
        event_of,
        correction_of,
        pair_of,
        task_of,
        paid(villages, household_of, make_account, frozen_clock),
        worked(villages, person_of, everywhere, frozen_clock),
    )


def worked(
    villages: list[Any], person_of: dict[int, int], by: Any, at: dt.datetime
) -> dict[str, dict[int, int]]:
    """In each village a case, a list that hangs with a picture and an objection, and a named officer."""
    found: dict[str, dict[int, int]] = {kind: {} for kind in OF_CASES.values()}
    for village, mark in zip(villages, MARKS, strict=True):
        case = casework.open_case(
            person_id=person_of[village.pk], kind="hardship_aid", year=2026, channel="home",
            applicant="parent", by=by, at=at,
            application=casework.Application(name=f"赵{mark}", situation=mark),
        )  # fmt: skip
        notice = Notice.objects.create(
            area_id=village.pk, scope_no=village.scope_no, scope_end=village.scope_end,
            area_name=village.name, kind="elderly_reward", year=2026, stage_code="village_notice",
            place="公开栏", opened_on=at.date(), closes_on=at.date() + dt.timedelta(days=10), opened_at=at,
            opened_by=by,
        )  # fmt: skip
        entry = Entry.objects.create(notice=notice, position=1, case_id=case.pk, name="赵**", place="村")
        proof = Proof.objects.create(
            notice=notice, kind="png", sha256=mark, taken_on=at.date(), by=by, at=at,
            sealed=crypto.encrypt("", f"notices.proof:{notice.pk}"),
        )  # fmt: skip
        notices.object_to(
            notice_id=notice.pk, position=1, ground="residence", words=mark, contact="", by=None, at=at
        )
        named = NamedOfficer.objects.create(
            account=by, area_id=village.pk, scope_no=village.scope_no, scope_end=village.scope_end,
            named_by=by, named_at=at,
        )  # fmt: skip
        grievance = Grievance.objects.create(
            case=case, about="slow", sealed=crypto.encrypt(mark, "walk"), recorded_by=by, recorded_at=at,
            due=at.date(),
        )  # fmt: skip
        export = Export.objects.create(
            template="childcare_subsidy", template_sha256=mark, year=2026, area_id=village.pk,
            scope_no=village.scope_no, purpose=mark, rows=1, fen=0, sha256=mark, file_name=f"{mark}.xlsx",
            kept_until=at, made_by=by, made_at=at,
        )  # fmt: skip
        said = Claims(f"Y{case.pk}", "优先优惠证", f"赵{mark}", "0000", "县", at.date(), at.date(), case.pk)
        certificate = Certificate.objects.create(
            number=said.number, position=case.pk, case_id=case.pk, kind="priority_certificate",
            person_id=case.person_id, area_id=village.pk, scope_no=village.scope_no, first_day=at.date(),
            last_day=at.date(), issued_at=at, issued_by=by,
            token=crypto.encrypt(
                signing.sign(said.as_json(), "tc-cert+jwt"), f"certificates.token:{said.number}"
            ),
        )  # fmt: skip
        paper = Paper.objects.create(
            case=case, code="identity", kind="pdf", sha256=mark, by=by, at=at,
            sealed=crypto.encrypt(base64.b64encode(mark.encode()).decode(), f"casework.paper:{case.pk}"),
        )  # fmt: skip
        objection = Objection.objects.get(entry=entry)
        application, wish = sent(village, mark, case.pk, by, at)
        release = Release.objects.create(
            code="migration", period="2025", version=1, area_id=village.pk, scope_no=village.scope_no,
            scope_end=village.scope_end, made_at=at, reason=mark,
        )  # fmt: skip
        keys = (
            *(case.pk, notice.pk, proof.pk, objection.pk, named.pk, grievance.pk, export.pk),
            *(certificate.pk, paper.pk, application, wish, release.pk),
            *lettered(village, mark, by, at),
            returned(village, by, at),
            *complained(village, mark, by, at),
            *planned(village, mark, by, at),
            bulletin_of(village, mark, by, at),
            *looked_into(village, mark, by, at),
            *watched(village, mark, by, at),
            *(duties := agreed(village, mark, by, at)),
            *organised(village, mark, duties[0], by, at),
        )
        for kind, key in zip(found, keys, strict=True):
            found[kind][village.pk] = key
    return found


def planned(village: Any, mark: str, by: Any, at: dt.datetime) -> tuple[int, int, int, int]:
    """A meeting of the village, the task it gave to the village itself, a group and a monthly meeting."""
    day, given = at.date(), {"by": by, "at": at}
    one = plans.call_meeting(area_id=village.pk, title=f"例会{mark}", on=day, agenda=f"议{mark}", **given)
    plans.write_minutes(meeting_id=one.pk, minutes=f"定{mark}", **given)
    what = {"unit_key": village.code, "part": "lead", "what": f"事{mark}", "starts": day, "due": day}
    where = {"area_id": village.pk, "scope_no": village.scope_no, "area_name": village.name}
    group = plans.Group.objects.create(**where, name=f"专班{mark}", purpose="托位", since=day, made_by=by)
    monthly = plans.Assembly.objects.create(
        **where, on=day, points=[], words=f"事{mark}", called_by=by, called_at=at
    )
    return one.pk, plans.give_task(meeting_id=one.pk, **what, **given).pk, group.pk, monthly.pk


def organised(village: Any, mark: str, post: int, by: Any, at: dt.datetime) -> tuple[int, int]:
    """A post's seat in another group of the village, and a stage it asked to have accepted."""
    where = {"area_id": village.pk, "scope_no": village.scope_no, "area_name": village.name}
    group = plans.Group.objects.create(**where, name=f"席{mark}", purpose="托位", since=at.date(), made_by=by)
    seat = plans.Seat.objects.create(
        group=group, post_id=post, unit_name=village.name, title=f"副职{mark}", leads=False, since=at.date()
    )
    asked = plans.Acceptance.objects.create(
        **where,
        year=2026,
        stage="starting",
        evidence=f"证{mark}",
        numbers={},
        asked_on=at.date(),
        asked_by=by,
    )
    return seat.pk, asked.pk


def lettered(village: Any, mark: str, by: Any, at: dt.datetime) -> tuple[int, int, int]:
    """A letter in the making, a PDF of letters with names, and a promise a household is called about."""
    own = accounts.by_username(f"worker-{MARKS.index(mark)}")  # nobody else writes for the village
    letter = commitments.begin(area_id=village.pk, title=f"承诺{mark}", by=own, at=at)
    sealed = crypto.encrypt(base64.b64encode(mark.encode()).decode(), f"commitments.bundle:{letter.pk}")
    bundle = Bundle.objects.create(
        letter=letter, job_id=letter.pk, village_id=village.pk, scope_no=village.scope_no,
        village_name=village.name, part=1, households=1, unnamed=0, sealed=sealed, made_at=at,
    )  # fmt: skip
    promise = Promise.objects.create(
        letter=letter, position=1, due=at.date(), state="reported", reported_on=at.date(),
        promise=f"诺{mark}", measure="次数", means="经费", owner="村", proof="记录", remedy="补办",
    )  # fmt: skip
    calls = Calls.objects.create(
        promise=promise, round=1, sealed="", committed="0" * 64, made_at=at, seed="0" * 64, households=1,
        size=1, frame_sha256="0" * 64, drawn_at=at, drawn_by=by,
    )  # fmt: skip
    household = Household.objects.get(village=village)
    Call.objects.create(calls=calls, position=1, household_id=household.pk)
    return letter.pk, bundle.pk, promise.pk


def agreed(village: Any, mark: str, by: Any, at: dt.datetime) -> tuple[int, int, int, int]:
    """A post of the village that changed hands, a target of the village and an agreement with it."""
    where = {"area_id": village.pk, "scope_no": village.scope_no}
    unit = {"unit": village.code, "unit_name": f"单位{mark}"}
    above = {"above_id": village.pk, "above_scope_no": village.scope_no}
    post = Post.objects.create(**where, duty="deputy", title=f"副职{mark}")
    held = [
        Tenure.objects.create(post=post, holder=f"任{mark}", since=dt.date(2024, month, 1), until=until)
        for month, until in ((1, dt.date(2024, 2, 1)), (2, None))
    ]
    record = HandOver.objects.create(
        **where, **above, **unit, title=post.title, gives=held[0], takes=held[1], on=held[1].since,
        open={}, sha256="0" * 64, made_at=at, made_by=by,
    )  # fmt: skip
    target = Target.objects.create(
        **where, **unit, indicator="paid_on_time", period="2026", ends=dt.date(2026, 12, 31), value="0.9"
    )
    agreement = Agreement.objects.create(
        **where, **above, **unit, above="520500", above_name=f"上级{mark}", period="2026",
        promises=f"诺{mark}", given=f"给{mark}", drafted_at=at, drafted_by=by,
    )  # fmt: skip
    return post.pk, target.pk, agreement.pk, record.pk


def looked_into(village: Any, mark: str, by: Any, at: dt.datetime) -> tuple[int, int, int]:
    """A question to the village about its figures, a proposal for its secretary, and the tenure of his."""
    where = {"area_id": village.pk, "scope_no": village.scope_no}
    post = Post.objects.create(**where, duty="head", title=f"书记{mark}")
    tenure = Tenure.objects.create(post=post, holder=f"官{mark}", since=dt.date(2024, 1, 1))
    alert = Alert.objects.create(
        watch_id=village.pk, scope_no=village.scope_no, unit=village.code, month=dt.date(2026, 5, 1),
        sign="digits", chance=0.0001, zh=f"尾数{mark}", en=f"digits {mark}", at=at,
    )  # fmt: skip
    proposed = Proposed.objects.create(
        **where, year=2025, unit=village.code, tenure_id=tenure.pk, official=f"官{mark}",
        effect="priority_promotion", reasons=[], rests_on=[], inputs="0" * 64, at=at, by=by,
    )  # fmt: skip
    return alert.pk, proposed.pk, tenure.pk


def bulletin_of(village: Any, mark: str, by: Any, at: dt.datetime) -> int:
    """A bulletin of the village that waits for a second person."""
    content = replace(made_bulletins.bulletin(area=village.code, units=2), area_name=f"通报{mark}")
    return Issue.objects.create(
        area_id=village.pk, scope_no=village.scope_no, kind="month", period="2026-05", made_at=at, made_by=by,
        content=bulletin_text.written(content), sha256="0" * 64,
    ).pk  # fmt: skip


def complained(village: Any, mark: str, by: Any, at: dt.datetime) -> tuple[int, int, int]:
    """A complaint about the village, a question to it, and a breach it has to mend."""
    said = complaints.Said(unit=village.code, nature="complaint", kind="payment", words=f"投诉{mark}")
    complaints.send(said=said, token=f"{village.pk:032x}", at=at)
    one = Complaint.objects.get(unit_area_id=village.pk)
    unit = {
        "unit_area_id": village.pk, "unit_scope_no": village.scope_no, "unit_name": village.name,
    }  # fmt: skip
    question = Question.objects.create(
        complaint=one, sealed=seal_complaint(f"问{mark}", "question", one.pk), asked_by=by, asked_at=at,
        due=at.date(), **unit,
    )  # fmt: skip
    round_ = Round.objects.get(complaint=one)
    breach = Breach.objects.create(
        round=round_, unit_key=village.code, kind="payment", what="按时上报", found_on=at.date(),
        due=at.date(), **unit,
    )  # fmt: skip
    return one.pk, question.pk, breach.pk


def watched(village: Any, mark: str, by: Any, at: dt.datetime) -> tuple[int, ...]:
    """A draw of the village with a record, an inspection, and a notice with a step and its evidence."""
    above = village.parent
    unit: dict[str, Any] = {
        "watch_id": above.pk, "scope_no": above.scope_no, "watch_level": above.level,
        "unit_key": village.code, "unit_area_id": village.pk, "unit_scope_no": village.scope_no,
        "unit_name": f"{village.name}{mark}",
    }  # fmt: skip
    month = at.date().replace(day=1)
    secret, _made = Secret.objects.get_or_create(
        code=above.code,
        month=month,
        defaults={"watch_id": above.pk, "sealed": "", "committed": "0", "at": at},
    )
    draw = Draw.objects.create(
        **unit, kind="staff", month=month, number=1, method="simple", confidence=950, margin=100,
        secret=secret, seal="0", closed_on=month, of_level="village", seed="0", population=1,
        frame=f'[["1","{village.code}"]]', frame_sha256="0", at=at, by=by,
    )  # fmt: skip
    item = Item.objects.create(
        draw=draw, position=1, ref="1", area=village.code, where=mark, label=f"W{mark}"
    )
    inspection = Inspection.objects.create(
        **unit, why="planned", checklist="village_office", day=at.date(), planned_at=at, planned_by=by
    )
    notice = Rectification.objects.create(
        **unit, draw=draw, about="staff", found=[["date", 1, [f"W{mark}"]]], demand="", found_by=by,
        issued_on=at.date(), due=at.date() + dt.timedelta(days=14), due_from=at.date(), due_days=10,
    )  # fmt: skip
    step = RectificationStep.objects.create(notice=notice, act="issue", by=by, on=at.date(), at=at)
    evidence = Evidence.objects.create(
        step=step, kind="png", sha256=mark, sealed=crypto.encrypt("", f"supervision.evidence:{mark}"),
        at=at, by=by,
    )  # fmt: skip
    return draw.pk, item.pk, inspection.pk, notice.pk, evidence.pk


def returned(village: Any, by: Any, at: dt.datetime) -> int:
    """A yearly return of the village that waits."""
    return YearReturn.objects.create(
        area_id=village.pk, scope_no=village.scope_no, unit=village.code, unit_name=village.name, year=2026,
        version=1, pay_total=100, sent_at=at, sent_by=by,
    ).pk  # fmt: skip


def sent(village: Any, mark: str, case: int, by: Any, at: dt.datetime) -> tuple[int, int]:
    """A resident's application that waits, and what another resident wrote to a case."""
    for number, name in enumerate((f"赵{mark}", f"赵爷{mark}")):
        said = applications.Particulars(
            name=name, id_number=identity.compose("520599", dt.date(1990, 1, 2), number * 500 + village.pk),
            phone="13800001234", applicant="self", note=mark,
        )  # fmt: skip
        applications.send(
            kind="elderly_reward", year=2026, area_id=village.pk, said=said, token=f"{number:032x}", at=at
        )
    waiting, opened = Application.objects.filter(area_id=village.pk).order_by("pk")
    opened.state, opened.case_id, opened.decided_by, opened.decided_at = "opened", case, by, at
    opened.save()
    sending = opened.sendings.get()
    words = seal_words(f"答{mark}", opened.pk)
    wish = Wish.objects.create(sending=sending, about="brought", sealed=words, at=at)
    return waiting.pk, wish.pk


def paid(
    villages: list[Any], household_of: dict[int, int], make_account: Any, at: dt.datetime
) -> dict[str, dict[int, int]]:
    """A fund, a settled batch and an overpayment in each village, by two clerks who cover everything."""
    top = places.area_by_code("520500")
    one, two = ({"by": make_account(name, "county_finance", top), "at": at} for name in ("payer", "checker"))
    found: dict[str, dict[int, int]] = {kind: {} for kind in OF_A_FUND.values()}
    standing = Awards()
    with payments.instead(standing):
        for number, (village, name) in enumerate(zip(villages, PAYEES, strict=True), start=1):
            standing.listed.clear()
            standing.add(number, name=name, household=household_of[village.pk])
            fund = payments.open_fund(
                area_id=village.pk, year=2026, line="childcare", title=f"资金{number}",
                programmes=["childcare_subsidy"], **one,
            )  # fmt: skip
            given = payments.appropriate(
                fund_id=fund.pk, source="county", fen=360_000, document=f"文{number}",
                appropriated_on=at.date(), due_on=at.date(), **one,
            )  # fmt: skip
            came = payments.record_arrival(
                appropriation_id=given.pk, fen=360_000, arrived_on=at.date(), voucher="1", **one
            )
            made = {"fund_id": fund.pk, "programme": "childcare_subsidy", "template": "rural_credit"}
            batch = payments.freeze_batch(batch_id=payments.build_batch(**made, **one).pk, **one)
            payments.approve(batch_id=batch.pk, seen=payments.seen_of(batch), **two)
            payments.bank_file(batch_id=batch.pk, **one)
            batch.refresh_from_db()
            file = payments.stage_answer(batch_id=batch.pk, content=bank_answer(batch, {1: ""}), **one)
            payments.record_answer(file_id=file.pk, came_back=False, **one)
            too_much = payments.ask_overpayment(
                batch_id=batch.pk, row_no=1, fen=100, reason="wrong_amount", words="",
                plan=[(at.date(), 100)], **one,
            )  # fmt: skip
            keys = (fund.pk, given.pk, came.pk, batch.pk, file.pk, too_much.pk)
            for kind, key in zip(found, keys, strict=True):
                found[kind][village.pk] = key
    return found


def alike(one: int, other: int, at: dt.datetime) -> int:
    """Two records that may be of one person; kept as a search of the register keeps them."""
    low, high = sorted((one, other))
    pair = Pair.objects.create(a_id=low, b_id=high, band="ask", evidence="name:3;", found_at=at)
    where = registry.whereabouts([low, high])
    Side.objects.bulk_create(Side(pair=pair, person_id=p, **where[p]) for p in (low, high))
    return pair.pk


def upload(village: Any, mark: str, by: Any, at: dt.datetime, file_id: int) -> int:
    """An upload of one file of the village, by somebody who covers everything."""
    batch = UploadBatch.objects.create(uploaded_by=by, uploaded_at=at)
    BatchItem.objects.create(
        batch=batch,
        position=1,
        label=label_of(f"{mark}.csv", batch.pk, 1),
        state="read",
        village=village,
        file_id=file_id,
    )
    return batch.pk


def may_see(area: Any, assigned: set[int]) -> bool:
    """The oracle: an area is reached when it or one of its ancestors is assigned."""
    while area is not None:
        if area.pk in assigned:
            return True
        area = area.parent
    return False


def addresses() -> list[tuple[str, str | None]]:
    """Every address of the console as ``(pattern, name of its number)``."""
    found = []

    def collect(patterns: list[Any], prefix: str) -> None:
        for entry in patterns:
            route = prefix + str(entry.pattern)
            if isinstance(entry, URLResolver):
                collect(entry.url_patterns, route)
            elif isinstance(entry, URLPattern):
                number = re.search(r"<int:(\w+)>", route)
                found.append((route, number[1] if number else None))

    collect(get_resolver().url_patterns, "")
    return found


def one_of_each(world: World, seed: int, inside: set[int], what: str = "") -> Iterator[list[int]]:
    """Which villages an address is asked for, one address after the other: the wide seeds ask for all.

    The quick ones ask for one village the person reaches and one it does not, drawn anew for each address.
    """
    draw, listed = random.Random(f"villages {seed} {what}"), [v.pk for v in world.villages]
    sides = [
        side for side in ([v for v in listed if v in inside], [v for v in listed if v not in inside]) if side
    ]
    while True:
        yield listed if seed >= QUICK else [draw.choice(side) for side in sides]


#: Every village for every office among the wide tests; among the quick ones a village inside and one outside.
thorough = pytest.mark.parametrize("seed", [0, pytest.param(QUICK, marks=[pytest.mark.wide], id="all")])


def pages_for(world: World, asked: Iterator[list[int]]) -> list[tuple[str, int | None]]:
    """Every address to try as ``(path, village it belongs to or None)``, for the villages ``asked`` gives."""
    by_kind = {
        "household": world.household_of,
        "person": world.person_of,
        "file": world.file_of,
        "job": {},
        "area": {village.pk: village.pk for village in world.villages},
        "change": world.change_of,
        "account": world.account_of,
        "token": {},
        "volume": {},  # see the pages of yearbooks
        "batch": world.batch_of,
        "word": world.word_of,
        "list": world.list_of,
        "newborn": world.newborn_of,
        "event": world.event_of,
        "correction": world.correction_of,
        "pair": world.pair_of,
        "task": world.task_of,
        **world.money_of,
        **world.work_of,
    }
    result: list[tuple[str, int | None]] = []
    for route, number in addresses():
        if number is None:
            filled = route.replace("<slug:code>", "hukou_unknown")
            filled = filled.replace("<slug:month>", MONTH).replace("<slug:term>", "entries")
            result.append((f"/{filled}", None))
            continue
        keys = by_kind[NUMBERED[number]]
        for village in next(asked) if keys else ():
            key = keys[village]
            path = re.sub(r"<int:[a-z_]+>", str(key), route)
            for kind in ("rename", "split") if "<slug:kind>" in path else ("",):
                for act in ACTS_ON_PEOPLE if "/record/<slug:act>" in path else ("apply",):
                    path_of_kind = path.replace("<slug:kind>", kind).replace("<slug:act>", act)
                    result.append((f"/{path_of_kind}", village))
    return result


def body(answer: Any) -> str:
    content = answer.getvalue() if answer.streaming else answer.content
    return str(content.decode("utf-8", errors="replace"))


def test_every_number_in_an_address_is_known_to_this_test() -> None:
    assert {number for _, number in addresses() if number} <= set(NUMBERED)


def draw_roles(draw: random.Random, areas: list[Any]) -> list[tuple[str, Any]]:
    """Some areas with a role in each; or one keeper's role in one area, or nothing at all."""
    if draw.random() < 0.25:
        return [(draw.choice(KEEPERS), draw.choice([a for a in areas if a.code in {"520521", "520523"}]))]
    return [(draw.choice(ROLES), area) for area in draw.sample(areas, k=draw.choice([0, 1, 1, 2, 3]))]


def reached(world: World, held: list[tuple[str, Any]], roles: set[str]) -> list[Any]:
    """The oracle: villages in which one of these roles is held."""
    assigned = {area.pk for role, area in held if role in roles}
    return [village for village in world.villages if may_see(village, assigned)]


@pytest.mark.parametrize("seed", seeds(14))
def test_nobody_sees_anything_of_other_areas(world: World, make_account: Any, seed: int) -> None:
    draw = random.Random(seed)
    areas = list(places.Area.objects.select_related("parent__parent__parent"))
    held = draw_roles(draw, [a for a in areas if a.level != "province"])
    account = make_account("walker")
    from tongchou.core import actions, clock

    for role, area in held:
        actions.assign_role(
            account=account,
            role=role,
            area_id=area.pk,
            scope_no=area.scope_no,
            scope_end=area.scope_end,
            by=None,
            at=clock.now(),
        )
    by_name = {v.pk for v in reached(world, held, PEOPLE)}
    anyhow = {v.pk for v in reached(world, held, {*ROLES, *KEEPERS})}
    seen = {v.pk: v.pk in by_name for v in world.villages}
    marks = {mark: seen[v.pk] for v, mark in zip(world.villages, MARKS, strict=True)}
    # Whoever works in an area may know who else does.
    marks |= {name: v.pk in anyhow for v, name in zip(world.villages, NAMES, strict=True)}
    paying = {v.pk for v in reached(world, held, FINANCE)}
    marks |= {name: v.pk in paying for v, name in zip(world.villages, PAYEES, strict=True)}
    above = {area.pk for role, area in held if role in ABOVE}
    judging = {v.pk for v in world.villages if may_see(v.parent, above)}
    told = {mark for v, mark in zip(world.villages, MARKS, strict=True) if v.pk in judging}
    # Letters and tasks of units are read by whoever supervises them, too.
    supervised = {v.pk for v in reached(world, held, {"prefecture_supervisor"})}
    of_units = {mark for v, mark in zip(world.villages, MARKS, strict=True) if v.pk in supervised}
    readers = {area.pk for role, area in held if role in PEOPLE | {"prefecture_supervisor"}}
    reading = {v.pk for v in world.villages if may_see(v, readers)}
    judged = {mark for v, mark in zip(world.villages, MARKS, strict=True) if v.pk in reading}
    # Statisticians make tables for the public, supervisors read them; neither sees a person. A table is named
    # after its own area.
    counting = {v.pk for v in reached(world, held, {"statistician", "prefecture_supervisor"})}
    of_tables = {mark for v, mark in zip(world.villages, MARKS, strict=True) if v.pk in counting}
    client = Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")

    answers = [
        (path, village, client.get(path))
        for path, village in pages_for(world, one_of_each(world, seed, anyhow))
    ]
    answers += [
        ("/search", None, client.post("/search", {"text": word})) for word in ("赵", "赵小", "zx", *MARKS)
    ]
    answers += [
        (f"/worklist?area={village.pk}", None, client.get(f"/worklist?area={village.pk}"))
        for village in world.villages
    ]
    answers += [("/accounts", None, client.post("/accounts", {"text": word})) for word in ("worker", *NAMES)]
    answers += [(path, None, client.post(path, RAISED)) for path in ("/simulate", "/simulate.xlsx")]
    answers += [
        (
            f"/areas/pick?for={permission}&q={word}",
            None,
            client.get("/areas/pick", {"for": permission, "q": word}),
        )
        for permission in ("worklist.view", "population.view")
        for word in ("村", "乡", "5205", "xp")
    ]
    within = [area for area in areas if may_see(area, {one.pk for _role, one in held})]
    areas_seen = {text for area in within for text in (str(area.pk), area.code)}
    assert len(answers) > 40
    for path, village, answer in answers:
        text = body(answer)
        leaked = [mark for mark, allowed in marks.items() if not allowed and mark in text]
        if path.startswith("/unit-bulletins"):  # read by supervisors of units as well
            leaked = [mark for mark in leaked if mark not in judged]
        if path.startswith(("/complaints", "/supervision", "/rectifications")):  # by the level above as well
            leaked = [mark for mark in leaked if mark not in told]
        if path.startswith(("/commitments", "/plans", *DUTIES)):
            leaked = [mark for mark in leaked if mark not in of_units]
        if path.startswith("/releases/"):
            leaked = [mark for mark in leaked if mark not in of_tables]
        # A search box shows again what was typed into it; only hits count.
        if path == "/accounts" and answer.status_code == 200:
            typed = answer.context["text"]
            leaked = [mark for mark in leaked if mark != typed or f">{mark}<" in text]
        if path == "/search":
            leaked = [mark for mark in leaked if f"赵小{mark}" in text]
        assert leaked == [], f"{path} as {sorted((r, a.name) for r, a in held)}: {leaked}"
        assert set(re.findall(r'data-value="(\d+)"', text)) <= areas_seen, path
        assert set(re.findall(r'<option lang="zh-Hans" value="(\d+)"', text)) <= areas_seen, path
        if village is not None and not seen[village]:
            # A session opens nothing of the API; areas and accounts are no people of a register.
            refused = {401, 405} if path.startswith("/api/") else {403, 404, 405}
            open_to_others = path.startswith(("/areas/", "/accounts/")) and village in anyhow
            open_to_others |= path.startswith(("/funds/", "/payments/")) and village in paying
            above_reads = ("/complaints/", "/supervision/", "/rectifications/")
            open_to_others |= path.startswith(above_reads) and village in judging
            open_to_others |= path.startswith(("/commitments/", "/plans/", *DUTIES)) and village in supervised
            open_to_others |= path.startswith("/unit-bulletins/") and village in reading
            open_to_others |= path.startswith("/releases/") and village in counting
            open_to_others |= path.startswith("/unit-consequences/file/") and village in supervised
            # What hangs in public is for everybody, with names nobody can read in full.
            open_to_others |= path.startswith("/notices/")
            assert open_to_others or answer.status_code in refused, f"{path}: {answer.status_code}"
    if not held:
        assert entitlements.worklist(scope=_scope(account), year=2026).total == 0


def _scope(account: Any) -> Any:
    from tongchou.core import clock
    from tongchou.core import scope as scopes

    return scopes.of(account, on=clock.today())


def test_requests_for_corrections_reach_whoever_may_decide(
    world: World, make_account: Any, frozen_clock: dt.datetime
) -> None:
    """List, filter and count hold the own areas' alone; a village worker reads no request of others."""
    for area in offices():
        for role in ("township_officer", "village_worker"):
            client = Client()
            account = make_account(f"{role}-{area.pk}", role, area)
            client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
            decides = role == "township_officer"
            mine = [v for v in world.villages if decides and may_see(v, {area.pk})]
            shown = body(client.get("/corrections"))
            assert {mark for mark in MARKS if mark in shown} == {
                mark for v, mark in zip(world.villages, MARKS, strict=True) if v in mine
            }, area.name
            for village, mark in zip(world.villages, MARKS, strict=True):
                narrowed = body(client.get(f"/corrections?area={village.pk}"))
                assert (mark in narrowed) == (village in mine)
                page = client.get(f"/corrections/{world.correction_of[village.pk]}")
                assert page.status_code == (200 if village in mine else 404)
            assert corrections.waiting(by=account, on=frozen_clock.date()) == len(mine)


@thorough
def test_applications_reach_the_township_and_the_county_of_their_village(
    world: World, make_account: Any, seed: int
) -> None:
    """List, page and what was written: of the own areas alone, and to no village worker."""
    for area in offices():
        for role in ("township_officer", "village_worker", "county_reviewer"):
            client = Client()
            account = make_account(f"sent-{role}-{area.pk}", role, area)
            client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
            reads = role != "village_worker"
            mine = {v.pk for v in world.villages if reads and may_see(v, {area.pk})}
            shown = body(client.get("/applications"))
            chosen = next(one_of_each(world, seed, mine, f"{role} {area.pk}"))
            for village, mark in zip(world.villages, MARKS, strict=True):
                assert (f"赵{mark}" in shown) == (village.pk in mine), (area.name, role)
                assert (f"答{mark}" in shown) == (village.pk in mine), (area.name, role)
                if village.pk not in chosen:
                    continue
                number = world.work_of["application"][village.pk]
                expected = 200 if village.pk in mine else 404 if reads else 403
                assert client.get(f"/applications/{number}").status_code == expected
                if village.pk not in mine:
                    wish = world.work_of["wish"][village.pk]
                    for path in (f"/applications/{number}/answer", f"/applications/wishes/{wish}"):
                        sending = {"why": "elsewhere", "words": "x"}
                        assert client.post(path, sending).status_code == (404 if reads else 403)


@thorough
def test_complaints_reach_the_levels_above_and_never_the_unit(
    world: World, make_account: Any, seed: int
) -> None:
    """About a village: its township, county and prefecture; about itself an area reads nothing."""
    above = {"township_officer", "county_reviewer", "prefecture_supervisor"}
    for area in offices():
        for role in (*sorted(above), "village_worker"):
            client = Client()
            account = make_account(f"said-{role}-{area.pk}", role, area)
            client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
            shown = body(client.get("/complaints"))
            told = {v.pk for v in world.villages if role in above and may_see(v.parent, {area.pk})}
            chosen = next(one_of_each(world, seed, told, f"{role} {area.pk}"))
            for village, mark in zip(world.villages, MARKS, strict=True):
                number = world.work_of["complaint"][village.pk]
                reads = village.pk in told
                assert (f'href="/complaints/{number}"' in shown) == reads, (area.name, role)
                if village.pk not in chosen:
                    continue
                page = client.get(f"/complaints/{number}")
                assert page.status_code == (200 if reads else 403 if role not in above else 404)
                assert (f"投诉{mark}" in body(page)) == reads, (area.name, role)
                file = client.get(f"/complaints/{number}/answer.pdf")
                assert file.status_code in {403, 404}
                if not reads:
                    for act in ("accept", "note", "approve", "contact", "confirm"):
                        sending = {"words": "x", "purpose": "x", "mended": "yes"}
                        answer = client.post(f"/complaints/{number}/{act}", sending)
                        assert answer.status_code in {403, 404}
            # The unit's side: its own questions alone; a worker of several villages has each of theirs.
            own = {
                v.pk
                for v in world.villages
                if (role in {"township_officer", "county_reviewer"} and v.pk == area.pk)
                or (role == "village_worker" and may_see(v, {area.pk}))
            }
            asked = body(client.get("/complaints/asked"))
            for village, mark in zip(world.villages, MARKS, strict=True):
                assert (f"问{mark}" in asked) == (village.pk in own), (area.name, role)
                assert f"投诉{mark}" not in asked
                if village.pk not in own and village.pk in chosen:
                    for path in (
                        f"/complaints/asked/{world.work_of['question'][village.pk]}/reply",
                        f"/complaints/breaches/{world.work_of['breach'][village.pk]}/mended",
                    ):
                        assert client.post(path, {"words": "x"}).status_code in {403, 404}


@thorough
def test_money_reaches_whoever_may_see_it(
    world: World, make_account: Any, frozen_clock: dt.datetime, seed: int
) -> None:
    """Funds, batches, rows, files and overpayments of the own areas, and no others; sums for supervisors."""
    for area in offices():
        for role in ("county_finance", "county_reviewer", "prefecture_supervisor", "township_officer"):
            account = make_account(f"money-{role}-{area.pk}", role, area)
            client = Client()
            client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
            inside = {v.pk for v in world.villages if may_see(v, {area.pk})}
            sees = inside if role in FINANCE else set()
            chosen = next(one_of_each(world, seed, sees, f"{role} {area.pk}"))
            for village, name in zip(world.villages, PAYEES, strict=True):
                if village.pk not in chosen:
                    continue
                own = {kind: numbers[village.pk] for kind, numbers in world.money_of.items()}
                pages = [
                    f"/funds/{own['fund']}", f"/funds/{own['fund']}/month.xlsx",
                    f"/payments/{own['payment']}", f"/payments/{own['payment']}/receipt",
                    f"/payments/{own['payment']}/rows.xlsx", f"/payments/answers/{own['answer']}",
                    f"/payments/answers/{own['answer']}/problems.xlsx",
                    f"/payments/overpaid/{own['overpayment']}",
                    f"/payments/families/{world.household_of[village.pk]}",
                ]  # fmt: skip
                for path in pages:
                    expected = 200 if village.pk in sees else 403 if role not in FINANCE else 404
                    assert client.get(path).status_code == expected, (path, role, area.name)
                if village.pk in sees:
                    assert name in body(client.get(f"/payments/{own['payment']}"))
            if role in FINANCE:
                numbers = {line.fund.pk for line in payments.fund_lines(account, frozen_clock.date())}
                assert numbers == {world.money_of["fund"][pk] for pk in sees}
                assert payments.batch_list(account, frozen_clock.date()).count() == len(sees)
                assert payments.overpayment_list(account, frozen_clock.date()).count() == len(sees)
            if role != "township_officer":
                units = client.get("/funds/levels?year=2026").context["units"]
                assert sorted(unit.labels[2] for unit in units) == sorted(
                    f"资金{place}" for place, v in enumerate(world.villages, start=1) if v.pk in inside
                )
            else:
                assert client.get("/funds/levels").status_code == 403


def test_pairs_reach_whoever_holds_both_records(
    world: World, make_account: Any, frozen_clock: dt.datetime
) -> None:
    """Inside a village and between two; of a record elsewhere nothing but that there is one."""
    villages, people = world.villages, world.person_of
    between = {
        (a.pk, b.pk): alike(people[a.pk], people[b.pk], frozen_clock)
        for a, b in ((villages[0], villages[1]), (villages[1], villages[2]), (villages[3], villages[4]))
    }
    marks = {village.pk: mark for village, mark in zip(villages, MARKS, strict=True)}
    every = {pair: (village,) for village, pair in world.pair_of.items()}
    every |= {pair: both for both, pair in between.items()}
    areas = {village.pk: village for village in villages}
    for area in offices():
        for role in ("township_officer", "village_worker"):
            client = Client()
            account = make_account(f"pairs-{role}-{area.pk}", role, area)
            client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
            inside = {
                pair: all(may_see(areas[one], {area.pk}) for one in both) and role == "township_officer"
                for pair, both in every.items()
            }
            mine = [pair for pair, yes in inside.items() if yes]
            assert sum(duplicates.waiting(by=account, on=frozen_clock.date())) == len(mine)
            page = client.get("/duplicates?show=ask")
            assert {line.pk for line in page.context["listed"]} == set(mine), area.name
            halves = {
                f"赵小{marks[one]}"
                for both in between
                for one in both
                if role == "township_officer"
                and may_see(areas[one], {area.pk})
                and not all(may_see(areas[other], {area.pk}) for other in both)
            }
            assert {hit.name for hit in page.context["elsewhere"]} == halves
            reached = {mark for pk, mark in marks.items() if may_see(areas[pk], {area.pk})}
            assert {mark for mark in MARKS if mark in body(page)} <= reached
            for pair, yes in inside.items():
                assert client.get(f"/duplicates/{pair}").status_code == (200 if yes else 404)
                if not yes:
                    assert client.post(f"/duplicates/{pair}/two").status_code in {403, 404}


@pytest.mark.parametrize("seed", seeds(12))
def test_sums_of_money_and_progress_agree_with_the_oracle(
    world: World, make_account: Any, frozen_clock: dt.datetime, monkeypatch: Any, seed: int
) -> None:
    from tongchou.apps.entitlements import simulating
    from tongchou.core import actions, clock
    from tongchou.domain import small_cells

    # Six families are few: here all cells are looked at, and closing them is tested for itself.
    monkeypatch.setattr(small_cells, "closed_cells", lambda *_any: frozenset())
    monkeypatch.setattr(simulating, "closed_of", lambda *_any: frozenset())
    simulating._summed.cache_clear()
    draw = random.Random(1000 + seed)
    claimed = set(draw.sample([village.pk for village in world.villages], k=3))
    loader = make_account("claims", "county_reviewer", places.area_by_code("520500"))
    for pk in claimed:
        entitlements.record_claim(
            person_id=world.person_of[pk],
            programme="childcare_subsidy",
            year=2026,
            by=loader,
            at=frozen_clock,
        )
    areas = [a for a in places.Area.objects.select_related("parent__parent__parent") if a.level != "group"]
    roles = sorted(MONEY | PROGRESS)
    held = [(draw.choice(roles), area) for area in draw.sample(areas, k=draw.choice([1, 1, 2, 3]))]
    account = make_account("counts")
    for role, area in held:
        actions.assign_role(
            account=account,
            role=role,
            area_id=area.pk,
            scope_no=area.scope_no,
            scope_end=area.scope_end,
            by=None,
            at=clock.now(),
        )
    client = Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")

    answer = client.get("/money")
    mine = reached(world, held, MONEY)
    if any(role in MONEY for role, _area in held):
        money = answer.context["money"]
        done = sum(village.pk in claimed for village in mine)
        assert [amount.fen for amount in money.programmes[0].amounts] == [
            360000 * done,
            360000 * (len(mine) - done),
            360000 * len(mine),
        ]
        for column, total in enumerate(money.total.amounts):
            assert sum(line.amounts[column].fen for line in money.lines) == total.fen
            assert sum(line.amounts[column].people for line in money.lines) == total.people
        for line in money.lines:
            inside = [v for v in mine if below(v, line.label)]
            assert line.amounts[2].fen == 360000 * len(inside), line.label
    else:
        assert answer.status_code == 403

    answer = client.get("/progress")
    mine = reached(world, held, PROGRESS)
    if any(role in PROGRESS for role, _area in held):
        progress = answer.context["progress"]
        done = sum(village.pk in claimed for village in mine)
        total = progress.total.figures
        assert (total["villages"], total["people"]) == (len(mine), 3 * len(mine))
        assert (total["found"], total["claimed"]) == (len(mine), done)
        for name, number in total.items():
            assert sum(line.figures[name] for line in progress.lines) == number
        for line in progress.lines:
            inside = [v for v in mine if below(v, line.label)]
            found = (line.figures["villages"], line.figures["found"])
            assert found == (len(inside), len(inside)), line.label
    else:
        assert answer.status_code == 403

    answer = client.post("/simulate", RAISED)
    mine = reached(world, held, SIMULATE)
    if any(role in SIMULATE and area.level == "province" for role, area in held):
        assert "result" not in answer.context  # the snapshot is of the prefecture, not of all these areas
    elif any(role in SIMULATE for role, _area in held):
        result = answer.context["result"]
        assert (result.total.now.fen, result.total.then.fen) == (360000 * len(mine), 480000 * len(mine))
        assert result.total.gain.people == len(mine)
        for line in result.lines:
            inside = [v for v in mine if below(v, line.label)]
            assert (line.now.people, line.difference) == (len(inside), 120000 * len(inside)), line.label
    else:
        assert answer.status_code == 403


def below(area: Any, name: str) -> bool:
    """The oracle: the area or one above it has this name."""
    while area is not None:
        if area.name == name:
            return True
        area = area.parent
    return False


def test_an_auditor_reads_of_the_own_areas_alone(world: World, make_account: Any) -> None:
    from tongchou.core.models import Assignment, AuditEntry

    areas = {a.scope_no: a for a in places.Area.objects.select_related("parent__parent__parent")}
    for code in ("520521", "520523", "520500", "520000"):
        area = places.area_by_code(code)
        account = make_account(f"auditor-{code}", "auditor", area)
        client = Client()
        client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
        found, address = set(), "/audit"
        while address:
            page = client.get(address)
            found |= {line.number for line in page.context["lines"]}
            address = page.context["older"]
        at_work = {
            f"account:{one.account_id}"
            for one in Assignment.objects.all()
            if may_see(areas[one.scope_no], {area.pk})
        }
        for entry in AuditEntry.objects.all():
            if entry.scope_no is None:
                expected = code == "520000" or entry.subject in at_work
            else:
                expected = may_see(areas[entry.scope_no], {area.pk})
            assert (entry.pk in found) == expected, (code, entry.action, entry.subject, entry.scope_no)


def test_the_counts_agree_with_the_oracle(world: World, make_account: Any) -> None:
    for area in offices():
        expected = sum(may_see(village, {area.pk}) for village in world.villages)
        account = make_account(f"counter-{area.pk}", "county_reviewer", area)
        scope = _scope(account)
        assert entitlements.worklist(scope=scope, year=2026).total == expected, area.name
        assert entitlements.counts(scope=scope, year=2026)["childcare_subsidy"]["open"] == expected
        assert len(registry.search("赵小", scope=scope)) == expected
        assert quality.named("hukou_unknown", scope=scope).total == expected
        months = balance.months_of(scope=scope).months
        assert (months[-1].closing if months else 0) == 3 * expected
        lines = quality.overview(scope=scope).lines
        assert {line.check.code: line.number for line in lines}["hukou_unknown"] == expected


def test_remembered_headers_are_those_of_the_own_counties(world: World, make_account: Any) -> None:
    """A township works with its county's headers; nobody sees another county's."""
    words = {village: ColumnWord.objects.get(pk=word) for village, word in world.word_of.items()}
    for area in offices():
        account = make_account(f"words-{area.pk}", "township_officer", area)
        client = Client()
        client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
        shown = body(client.get("/intake/words"))
        for word in words.values():
            touched = may_see(word.county, {area.pk}) or may_see(area, {word.county_id})
            assert (word.word in shown) == touched, (area.name, word.word)
            taken = client.post(f"/intake/words/{word.pk}/take-back")
            covered = may_see(word.county, {area.pk})
            assert taken.status_code == (302 if covered else 403 if touched else 404), (area.name, word.word)
            ColumnWord.objects.filter(pk=word.pk).update(taken_back_at=None, taken_back_by=None)


def test_a_person_sees_the_own_village(world: World, make_account: Any) -> None:
    village = world.villages[0]
    client = Client()
    client.force_login(
        make_account("own", "village_worker", village), backend="django.contrib.auth.backends.ModelBackend"
    )
    page = client.get(f"/households/{world.household_of[village.pk]}")
    assert page.status_code == 200 and f"赵小{MARKS[0]}" in body(page)
    assert f"赵小{MARKS[0]}" in body(client.get("/worklist"))
    assert f"赵小{MARKS[0]}" in body(client.post("/search", {"text": "赵小"}))


def test_keepers_find_the_accounts_of_their_own_county(world: World, make_account: Any) -> None:
    county = places.area_by_code("520521")
    inside = {v.pk for v in world.villages if may_see(v, {county.pk})}
    assert 0 < len(inside) < len(world.villages)
    for role in ("system_admin", "security_admin"):
        client = Client()
        client.force_login(
            make_account(f"keeper-{role}", role, county), backend="django.contrib.auth.backends.ModelBackend"
        )
        listed = body(client.get("/accounts"))
        for village, name in zip(world.villages, NAMES, strict=True):
            assert (f">{name}<" in listed) is (village.pk in inside), (role, name)
            page = client.get(f"/accounts/{world.account_of[village.pk]}")
            assert page.status_code == (200 if village.pk in inside else 404)


#: What each role may do, as the API asks for it: written by hand, so that a slip in the table of roles shows.
HOLDS = {
    "village_worker": "registry.search registry.open worklist.view worklist.claim population.view",
    "statistician": "population.view releases.view",
    "prefecture_supervisor": "population.view releases.view guarantees.view bulletins.view",
    "department_reader": "",
}
HOLDS["village_worker"] += " bulletins.view"
HOLDS["village_worker"] += " guarantees.view corrections.ask intake.answer cases.view cases.open notices.post"
HOLDS["township_officer"] = (
    HOLDS["village_worker"] + " intake.upload intake.apply corrections.decide registry.correct cases.review"
)
HOLDS["county_reviewer"] = HOLDS["township_officer"] + " entitlements.evaluate snapshot.take payments.view"
HOLDS["county_reviewer"] += " releases.view"
for _role in ("village_worker", "township_officer", "county_reviewer", "prefecture_supervisor"):
    HOLDS[_role] += " commitments.view plans.view targets.view"
for _role in ("township_officer", "county_reviewer", "prefecture_supervisor"):
    HOLDS[_role] += " plans.make"
HOLDS["county_finance"] = "payments.view payments.build payments.review funds.manage"


#: What is sent to routes that decide, by the end of their path.
SENT = {
    "/corrections/{correction_id}/approve": {"seen": "x"},
    "/corrections/{correction_id}/refuse": {"reason": "evidence"},
    "/corrections/approve": {"corrections": [{"correction_id": 1, "seen": "x"}]},
    "/corrections/refuse": {"corrections": [1], "reason": "evidence"},
    "/files/{file_id}/decide": {"verdict": "keep", "ground": "paper", "row": 5, "seen": "x"},
    "/files/{file_id}/decide-all": {"verdict": "keep", "ground": "paper", "reason": "x", "seen": 1},
    "/files/{file_id}/store-row": {"row": 5, "seen": "x"},
    "/not-listed/{task_id}/answer": {"answer": "here"},
    "/payments/{payment_id}/approve": {"seen": "x"},
    "/plans/groups/{group_id}/seats": {"post_id": 1},
    "/payments/{payment_id}/send-back": {"refusal": "later"},
    "/funds/{fund_id}/appropriations": {
        "source": "county", "fen": 1, "document": "1", "appropriated_on": "2026-03-02",
        "due_on": "2026-03-31",
    },
    "/appropriations/{appropriation_id}/arrivals": {"fen": 1, "arrived_on": "2026-04-10", "voucher": "1"},
    "/answers/{answer_id}/record": {},
    "/people/{person_id}/certificates": {
        "category": 4, "grade": 3, "number": "52059919600312123743", "issued": "2021-02-03",
    },
    "/people/{person_id}/certificates/end": {
        "ended": "2026-01-01", "document": "office_letter", "document_words": "1",
    },
    "/cases/{case_id}/ask": {"asked": ["photo"]},
    "/cases/{case_id}/brought": {},
    "/cases/{case_id}/pass": {"seen": "x"},
    "/cases/{case_id}/suspend": {"words": "x"},
    "/cases/{case_id}/appeal": {"words": "x"},
    "/cases/{case_id}/hear": {"verdict": "uphold", "words": "x", "seen": "x"},
    "/cases/{case_id}/refuse": {"reason": "conditions", "seen": "x"},
    "/cases/{case_id}/payee": {
        "relation": "self", "name": "赵", "identity": "520599196003121237", "bank": "x", "account": "1" * 16,
    },
    "/cases/{case_id}/payee/confirm": {"change_id": 1},
    "/cases/{case_id}/payee/refuse": {"change_id": 1, "words": "x"},
    "/applications/{application_id}/open": {"sending_id": 1, "person_id": 1, "confirmed": True},
    "/applications/{application_id}/answer": {"why": "elsewhere", "words": "x"},
    "/applications/{application_id}/pass-on": {"area_id": 1},
    "/people/{person_id}/cases": {
        "kind": "hardship_aid", "year": 2026, "channel": "home", "applicant": "self", "situation": "x",
    },
    "/people/{person_id}/corrections": {
        "name": "赵", "reason": "mistyped", "document": "id_card", "document_words": "1",
    },
}  # fmt: skip


@dataclass
class Program:
    """A client with a token, and what the oracle says of its owner: areas by role, never by number."""

    client: Any
    held: list[tuple[str, Any]]

    def reach(self, permission: str) -> set[int]:
        """Areas assigned with a role that holds the permission; of any role for ``any``."""
        return {
            area.pk for role, area in self.held if permission == "any" or permission in HOLDS[role].split()
        }

    def allowed(self, area: Any, permission: str) -> bool:
        return may_see(area, self.reach(permission))


def operations() -> list[tuple[str, str, str]]:
    """Every route of the API as ``(method, path, permission)``, from what it says of itself."""
    from tongchou.web.api.service import description

    return [
        (method, path, operation["x-permission"])
        for path, found in description()["paths"].items()
        for method, operation in found.items()
    ]


def test_the_description_names_every_route_of_the_api() -> None:
    routes = {re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", f"/{route}") for route, _ in addresses()}
    routes = {route for route in routes if route.startswith("/api/v1/")}
    assert routes - {path for _method, path, _needed in operations()} == {"/api/v1/", "/api/v1/openapi.json"}


@pytest.fixture
def jobs_of(world: World, frozen_clock: dt.datetime) -> dict[int, int]:
    """A job that stores a register, one a village."""
    from tongchou.core.jobs import api as jobs

    return {
        village.pk: jobs.enqueue(
            kind="intake.apply",
            payload={"file": world.file_of[village.pk]},
            key=f"walk:{village.pk}",
            by=None,
            at=frozen_clock,
            area_id=village.pk,
            scope_no=village.scope_no,
        ).pk
        for village in world.villages
    }


def at_random(seed: int, make_account: Any, make_program: Any) -> Program | None:
    """A program of somebody with random roles in random areas; None when nothing could be given to it."""
    from tongchou.core import actions, clock
    from tongchou.core.errors import Invalid

    draw = random.Random(f"api {seed}")
    areas = list(places.Area.objects.select_related("parent__parent__parent"))
    chosen = draw.sample([a for a in areas if a.level != "province"], k=draw.choice([0, 1, 1, 2, 3]))
    account, held = make_account("program"), []
    for area in chosen:
        held.append((draw.choice(list(HOLDS)), area))
        actions.assign_role(
            account=account, role=held[-1][0], area_id=area.pk, scope_no=area.scope_no,
            scope_end=area.scope_end, by=None, at=clock.now(),
        )  # fmt: skip
    try:
        return Program(make_program(account), held)
    except Invalid:
        assert not held
        return None


#: Numbers reached by another rule than the area of the row; tests of their own hold them.
OTHERWISE = {"complaint_id", "draw_id", "rectification_id", "volume_id", "acceptance_id", "seat_id"}


def single(needed: str) -> str:
    """The permission that decides on a row: of the kinds of jobs, the one that stores registers.

    Whoever reads cases decides at one stage or another; an appeal, which others hear, none has made.
    """
    if needed.startswith("cases.") and "|" in needed:
        return "cases.view"
    return "intake.apply" if "|" in needed else needed


@pytest.mark.parametrize("seed", seeds(10))
def test_no_program_reaches_a_row_outside(
    world: World,
    jobs_of: dict[int, int],
    make_account: Any,
    make_program: Any,
    monkeypatch: pytest.MonkeyPatch,
    seed: int,
) -> None:
    """Both ways: what the oracle allows is there, and nothing else."""
    monkeypatch.setattr(checking, "A_MINUTE", 10_000)  # the walk asks more in a minute than a program may
    program = at_random(seed, make_account, make_program)
    if program is None:
        return
    rows = {
        "household_id": world.household_of,
        "person_id": world.person_of,
        "file_id": world.file_of,
        "job_id": jobs_of,
        "correction_id": world.correction_of,
        "task_id": world.task_of,
        "area_id": {village.pk: village.pk for village in world.villages},
        "payment_id": world.money_of["payment"],
        "fund_id": world.money_of["fund"],
        "appropriation_id": world.money_of["appropriation"],
        "answer_id": world.money_of["answer"],
        "case_id": world.work_of["case"],
        "application_id": world.work_of["application"],
        "notice_id": world.work_of["notice"],
        "release_id": world.work_of["release"],
        "letter_id": world.work_of["letter"],
        "plan_task_id": world.work_of["plan_task"],
        "group_id": world.work_of["working_group"],
        "bulletin_id": world.work_of["issue"],
        "agreement_id": world.work_of["agreement"],
    }
    marks = {village.pk: mark for village, mark in zip(world.villages, MARKS, strict=True)}
    tried, inside_of = 0, {v.pk for v in world.villages if program.allowed(v, "any")}
    asked = one_of_each(world, seed, inside_of)
    for method, path, needed in operations():
        number = re.search(r"{(\w+_id)}", path)
        if number is None or number[1] in OTHERWISE:
            continue
        chosen = next(asked)
        for village in (one for one in world.villages if one.pk in chosen):
            address = path.replace(number[0], str(rows[number[1]][village.pk]))
            # Somebody else asked for these: only whoever may decide reads them.
            needed = "corrections.decide" if number[1] == "correction_id" else needed
            # A table that is not published goes to no program.
            inside = number[1] != "release_id" and program.allowed(village, single(needed))
            if method == "get":
                answer = program.client.get(address)
                assert (answer.status_code == 200) == inside, f"{address} {answer.status_code} {program.held}"
            elif not inside:
                sent = next((body for end, body in SENT.items() if path.endswith(end)), {"seen": 1})
                answer = program.client.post(address, sent, content_type="application/json")
            if not inside:
                assert answer.status_code in {403, 404}, f"{address} {answer.status_code} {program.held}"
                assert not [mark for mark in marks.values() if mark in body(answer)]
            tried += 1
    assert tried > 60
    for village in world.villages:
        if not program.allowed(village, "worklist.claim"):
            sent = {"person_id": world.person_of[village.pk], "programme": "childcare_subsidy", "year": 2026}
            answer = program.client.post("/api/v1/claims", sent, content_type="application/json")
            assert answer.status_code in {403, 404}
        if not program.allowed(village, "intake.upload"):
            sent = {"village": village.pk, "file": SimpleUploadedFile("1.xlsx", b"x")}
            assert program.client.post("/api/v1/files", sent).status_code in {403, 404}


@pytest.mark.parametrize("seed", seeds(10))
def test_no_list_or_count_of_a_program_holds_more_or_less(
    world: World, make_account: Any, make_program: Any, seed: int
) -> None:
    program = at_random(seed, make_account, make_program)
    if program is None:
        return

    def expected(permission: str, within: Any = None) -> set[str]:
        return {
            mark
            for village, mark in zip(world.villages, MARKS, strict=True)
            if program.allowed(village, permission) and (within is None or may_see(village, {within.pk}))
        }

    def shown(answer: Any) -> set[str]:
        assert answer.status_code in {200, 403, 404, 409}, answer.content
        return {mark for mark in MARKS if mark in body(answer)}

    client = program.client
    search = client.post("/api/v1/people/search", {"text": "赵小"}, content_type="application/json")
    assert shown(search) == expected("registry.search")
    assert shown(client.get("/api/v1/files")) == expected("intake.upload")
    for unclear in ("false", "true"):
        listed = client.get("/api/v1/worklist", {"unclear": unclear})
        assert shown(listed) == expected("worklist.view")
    assert shown(client.get("/api/v1/cases")) == expected("cases.view")
    assert shown(client.get("/api/v1/applications")) == expected("cases.review")
    assert shown(client.get("/api/v1/corrections")) == expected("corrections.decide")
    found = client.get("/api/v1/areas/find", {"text": "村"})
    names = {village.name for village in world.villages if program.allowed(village, "any")}
    assert {one["name"] for one in found.json()["items"]} == names
    areas = [None, *offices()]
    for area in areas:
        query = {} if area is None else {"area": area.pk}
        inside = area is None or program.allowed(area, "worklist.view")
        listed = client.get("/api/v1/worklist", query)
        assert shown(listed) == (expected("worklist.view", area) if inside else set())
        counted = client.get("/api/v1/population", query)
        inside = area is None or program.allowed(area, "population.view")
        if not program.reach("population.view"):
            assert counted.status_code == 403
        elif not inside:
            assert counted.status_code == 404
        else:
            assert counted.json()["total"] == 3 * len(expected("population.view", area))


def test_a_newborn_is_the_registrar_s_alone(world: World, make_account: Any) -> None:
    """Village workers may not register; officers of other townships and readers of lists see nothing."""
    village = world.villages[0]
    township = village.parent
    address = f"/newborns/{world.newborn_of[village.pk]}"
    expected = {
        ("village_worker", village): 403,
        ("township_officer", township): 200,
        ("township_officer", world.villages[2].parent): 404,
        ("department_reader", township.parent): 403,
        ("prefecture_supervisor", places.area_by_code("520500")): 403,
    }
    for number, ((role, area), status) in enumerate(expected.items()):
        client = Client()
        account = make_account(f"reader-{number}", role, area)
        client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
        assert client.get(address).status_code == status, role
        listed = client.get("/newborns")
        assert (f"赵新{MARKS[0]}" in body(listed)) == (status == 200)
