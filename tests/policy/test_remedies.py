"""What is left to a family follows from how often its objection was heard."""

from __future__ import annotations

import pytest

from tongchou.domain.casework.steps import APPEALS
from tongchou.policies.case_kinds import case_kinds
from tongchou.policies.remedies import later, remedy

KINDS = case_kinds()


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_each_review_leaves_one_remedy_less(kind: object) -> None:
    first, second, last = (remedy(kind, reviews, above="示例县") for reviews in range(APPEALS + 1))
    assert first == kind.objection
    assert "示例县" in second.zh and "再申请一次复核" in second.zh
    assert "到此为止" in last.zh and "再申请" not in last.zh
    for one in (first, second, last):  # reconsideration and court stay open, with their days
        assert "60日" in one.zh and "6个月" in one.zh and "行政复议" in one.zh
        assert "60 days" in one.en and "six months" in one.en
    assert remedy(kind, APPEALS + 1, above="示例县") == last


def test_no_text_is_left_with_a_blank() -> None:
    for text in later().values():
        assert {part.split("}")[0] for part in text.zh.split("{")[1:]} == {"above"}
