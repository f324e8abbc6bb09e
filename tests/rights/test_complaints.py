"""Rights rules 4, 10 and 11: units alone are complained of, nobody by proxy, and how many never counts."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongchou.apps.complaints import api as complaints
from tongchou.apps.complaints.models import Complaint
from tongchou.core.roles import PERMISSIONS, Role
from tongchou.domain.complaints import kinds
from tongchou.domain.complaints.words import Fault, faults, tells_on_a_family

SRC = Path(complaints.__file__).parents[3] / "tongchou"


def test_no_table_of_complaints_names_a_person_or_a_household() -> None:
    for model in (Complaint, complaints.Round, complaints.Question, complaints.Breach, complaints.Taken):
        names = {field.name for field in model._meta.get_fields()}
        assert not {name for name in names if "person" in name or "household" in name}, model


def test_the_closed_list_holds_nothing_of_a_family_s_births() -> None:
    barred = ("birth", "child", "pregnan", "contracep", "marriage", "steril", "policy")
    assert not [kind for kind in kinds.Kind if any(word in kind.value for word in barred)]


def test_village_assisted_log_ins_open_no_complaint() -> None:
    assert complaints.RECORD not in PERMISSIONS[Role.VILLAGE_WORKER]
    assert complaints.HANDLE not in PERMISSIONS[Role.VILLAGE_WORKER]


@pytest.mark.parametrize("other", ["邻居", "隔壁", "他家", "有人家", "那户"])
@given(
    judged=st.sampled_from(
        ["超生", "计划外生育", "没办准生证", "生了三个", "违法生育", "没有孕检", "没有结扎"]
    ),
    around=st.sampled_from(["", "请管一管", "我要求处理", "村里不管", "我举报"]),
    gap=st.sampled_from(["", " ", "·", "*", "—"]),
)
def test_a_family_is_never_told_on(other: str, judged: str, around: str, gap: str) -> None:
    text = f"{gap.join(other)}{gap.join(judged)}，{around}"
    assert tells_on_a_family(text)
    for own in (True, False):
        assert Fault.FAMILY in faults(text, own=own)


@given(
    demand=st.sampled_from(
        ["要求我上环", "逼我做孕检", "让我结扎", "要收我社会抚养费", "要我办准生证", "说我超生，不给办"]
    ),
    place=st.sampled_from(["镇里", "村里", "县里"]),
)
def test_whoever_was_pressed_is_heard(demand: str, place: str) -> None:
    assert faults(place + demand, own=True) == []


def test_nothing_outside_reads_complaints_to_decide_about_a_family() -> None:
    """Only pages, the API, the command and what judges units import complaints."""
    allowed = (
        "apps/complaints",
        "apps/accountability",
        "apps/supervision",
        "apps/plans",
        "web/",
        "cli/",
        "config/",
    )
    for file in SRC.rglob("*.py"):
        where = file.relative_to(SRC).as_posix()
        if where.startswith(allowed) or "tests" in where:
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom):
                named = [node.module or "", *(f"{node.module}.{one.name}" for one in node.names)]
                assert not any(one.startswith("tongchou.apps.complaints") for one in named), where
