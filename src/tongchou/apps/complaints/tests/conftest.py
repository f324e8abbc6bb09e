"""The officers of casework's tests, a supervisor above the county, and a complaint anywhere on its way."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from tongchou.apps.casework.tests.conftest import office
from tongchou.apps.complaints import api as complaints
from tongchou.apps.complaints.models import Complaint
from tongchou.apps.places import api as places

__all__ = ["complaint", "office", "supervisor"]

TOKEN = "0123456789abcdef0123456789abcdef"
WORDS = "补贴材料交了两个月，村里一直没有报上去"


def token(number: int) -> str:
    return f"{number:032x}"


@pytest.fixture
def supervisor(make_account: Callable[..., Any], county: Any) -> Any:
    """Somebody at the prefecture, so that a level stands above the county."""
    return make_account("shidu", "prefecture_supervisor", places.area_by_code("520500"), "市督导（示例）")


@pytest.fixture
def complaint(county: Any, office: Any, frozen_clock: dt.datetime) -> Callable[..., tuple[Complaint, str]]:
    """``complaint("approve", kind="payment")``: sent by the public page and moved on, with its code."""

    def made(to: str = "", **given: Any) -> tuple[Complaint, str]:
        at = given.pop("at", frozen_clock)
        number = Complaint.objects.count() + 1
        by, two = given.pop("by", office.township), given.pop("two", office.township_two)
        finding = given.pop("finding", "upheld")
        values = {
            "unit": county.village.code,
            "nature": "complaint",
            "kind": "payment",
            "words": WORDS,
            **given,
        }
        code = complaints.send(said=complaints.Said(**values), token=token(number), at=at).code
        one = Complaint.objects.get(pk=Complaint.objects.order_by("-pk").values("pk")[:1])
        mend = {"mend": "当月补报全部材料", "mend_days": 10} if finding in ("upheld", "partly") else {}
        steps: dict[str, Callable[[], Any]] = {
            "accept": lambda: complaints.accept(complaint_id=one.pk, by=by, at=at),
            "find": lambda: complaints.find(
                complaint_id=one.pk, finding=finding, answer="查实：材料未及时上报", by=by, at=at, **mend
            ),
            "approve": lambda: complaints.approve(complaint_id=one.pk, by=two, at=at),
        }
        if to:
            for name in ("accept", "find", "approve"):
                steps[name]()
                if name == to:
                    break
        one.refresh_from_db()
        return one, code

    return made
