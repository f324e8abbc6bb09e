"""Copies of papers: only what the kind names or families are asked for, sealed, each opening noted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from tongchou.apps.casework import api as casework
from tongchou.apps.casework.models import Case
from tongchou.apps.casework.paper_models import Paper
from tongchou.core.errors import Conflict, Invalid, NotAllowed, NotFound
from tongchou.core.models import AuditEntry

PDF = b"%PDF-1.7 x"
JPEG = bytes.fromhex("ffd8ffe100040000ffd9")


def test_a_copy_is_kept_once_without_what_the_camera_added(
    apply: Callable[..., int], office: Any, frozen_clock: dt.datetime
) -> None:
    given = {"case_id": apply(), "code": "birth_certificate", "by": office.village, "at": frozen_clock}
    made = casework.attach_paper(content=JPEG, **given)
    assert casework.attach_paper(content=JPEG, **given) == made
    assert JPEG.hex() not in made.sealed
    assert casework.open_copy(made.pk, by=office.township, at=frozen_clock) == (
        "jpeg", bytes.fromhex("ffd8ffd9"),
    )  # fmt: skip
    actions = list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))
    assert actions[-2:] == ["casework.attach", "casework.open_copy"]
    assert [one.code for one in casework.papers_of(given["case_id"])] == ["birth_certificate"]


@pytest.mark.parametrize("code", ["marriage", "contraception", "situation", "", "rural_determination"])
def test_what_nobody_asks_for_is_not_kept(
    apply: Callable[..., int], office: Any, frozen_clock: dt.datetime, code: str
) -> None:
    with pytest.raises(Invalid, match="paper"):
        casework.attach_paper(case_id=apply(), code=code, content=PDF, by=office.village, at=frozen_clock)
    assert not Paper.objects.exists()


@pytest.mark.parametrize("content", [b"", b"GIF89a", b"MZ", PDF + b"0" * casework.LARGEST_COPY])
def test_what_is_no_copy_is_refused(
    apply: Callable[..., int], office: Any, frozen_clock: dt.datetime, content: bytes
) -> None:
    with pytest.raises(Invalid, match="copy"):
        casework.attach_paper(
            case_id=apply(), code="identity", content=content, by=office.village, at=frozen_clock
        )


def test_other_areas_and_ended_cases(
    apply: Callable[..., int], office: Any, make_account: Any, county: Any, frozen_clock: dt.datetime
) -> None:
    case = apply()
    given = {"case_id": case, "code": "identity", "content": PDF, "at": frozen_clock}
    outsider = make_account("waixian", "township_officer", county.other_village, "外乡（示例）")
    with pytest.raises((NotFound, NotAllowed)):
        casework.attach_paper(by=outsider, **given)
    made = casework.attach_paper(by=office.village, **given)
    with pytest.raises((NotFound, NotAllowed)):
        casework.open_copy(made.pk, by=outsider, at=frozen_clock)
    Case.objects.filter(pk=case).update(state="withdrawn", desk="")
    with pytest.raises(Conflict, match="closed"):
        casework.attach_paper(by=office.village, **given | {"content": PDF + b"2"})
    with pytest.raises(DatabaseError), transaction.atomic():
        Paper.objects.all().delete()


def test_a_case_keeps_so_many_and_no_more(
    apply: Callable[..., int], office: Any, frozen_clock: dt.datetime
) -> None:
    case = apply()
    for number in range(21):
        given = {"case_id": case, "code": "photo", "by": office.village, "at": frozen_clock}
        if number == 20:
            with pytest.raises(Conflict, match="papers"):
                casework.attach_paper(content=PDF + bytes([number]), **given)
        else:
            casework.attach_paper(content=PDF + bytes([number]), **given)


def test_each_paper_is_offered_once() -> None:
    """A paper the kind names and families are asked for is one, not two."""
    for kind in casework.in_force():
        codes = casework.paper_codes(kind)
        assert len(codes) == len(set(codes)), kind.code
