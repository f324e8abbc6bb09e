"""Supervision looks at units' work and at institutions; no person, birth or pregnancy is in its tables."""

from __future__ import annotations

import re

import pytest
from django.apps import apps

from tongchou.apps.supervision import api as supervision
from tongchou.apps.supervision import sealing
from tongchou.apps.supervision.models import Kind
from tongchou.core import record_frames
from tongchou.core.errors import Invalid
from tongchou.domain.supervision.checklists import ListProblem, read_checklists

#: What no column of supervision is about.
CLOSED = re.compile(r"person|household|birth|child|sex|marital|pregnan|contracept|phone|id_number")


def test_no_table_of_supervision_is_about_a_person() -> None:
    for model in apps.get_app_config("supervision").get_models():
        for field in model._meta.get_fields():
            assert not CLOSED.search(field.name), (model.__name__, field.name)


def test_kinds_of_records_are_closed_and_none_is_of_births_or_services_asked_for() -> None:
    assert set(record_frames.kinds()) == set(Kind.values)
    assert not any(CLOSED.search(one) or "service" in one for one in Kind.values)
    assert not any(CLOSED.search(one) for one in record_frames.FACTS)


@pytest.mark.parametrize(
    "question",
    [
        {"about": "premises", "zh": "查看孕妇登记", "en": "Register of visitors"},
        {"about": "papers", "zh": "门诊登记", "en": "Names of pregnant women"},
        {"about": "people", "zh": "人员在岗", "en": "Staff is there"},
        {"about": "procedure", "zh": "出生人口性别比", "en": "Rates"},
    ],
)
def test_a_list_that_asks_about_people_is_refused(question: dict[str, str]) -> None:
    told = {
        "code": "clinic",
        "of": "institution",
        "title": {"zh": "诊所", "en": "Clinic"},
        "source": {"zh": "本平台规定", "en": "set by the platform"},
        "questions": [{"code": "first_one", **question}],
    }
    with pytest.raises(ListProblem):
        read_checklists([told])


def test_the_lists_that_come_along_load_and_cover_institutions() -> None:
    lists = supervision.checklists().values()
    assert {one.of for one in lists} == {"unit", "institution"}
    ultrasound = next(one for one in lists if one.code == "institution_ultrasound")
    assert {"two_on_duty", "two_signed", "equipment_registered"} <= {q.code for q in ultrasound.questions}


@pytest.mark.parametrize(
    "text",
    [
        "对不配合的家庭停止办理待遇",
        "王芳家生了三个孩子",
        "出生人口控制不力",
        "签订参与书的家庭优先",
        "多胎户拖了后腿",
    ],
)
def test_no_notice_and_no_note_of_an_inspection_presses_or_names_a_family(text: str) -> None:
    """Notices, replies, re-checks, notes of checks and inspections all go through here."""
    with pytest.raises(Invalid) as told:
        sealing.words(text)
    assert told.value.code == "supervision.words"
    assert sealing.words("三份凭证缺失，30日内补齐并公开") == "三份凭证缺失，30日内补齐并公开"
