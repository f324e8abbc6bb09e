"""Agreements as bytes: the same for the same content, another seal for any change, back without loss."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongchou.domain.responsibility.agreements import (
    Agreement,
    Aim,
    Answering,
    lines_of,
    read,
    sealed,
    written,
)

TEXT = st.text(max_size=12)
ANSWERING = st.builds(Answering, TEXT, TEXT, TEXT, TEXT, TEXT, TEXT, TEXT)
AGREEMENT = st.builds(
    Agreement,
    TEXT,
    TEXT,
    TEXT,
    TEXT,
    TEXT,
    st.lists(ANSWERING, max_size=3).map(tuple),
    st.lists(st.builds(Aim, TEXT, TEXT), max_size=3).map(tuple),
    st.lists(TEXT, max_size=3).map(tuple),
    st.lists(TEXT, max_size=3).map(tuple),
)


@given(AGREEMENT)
def test_bytes_there_and_back(one: Agreement) -> None:
    assert read(written(one)) == one and written(read(written(one))) == written(one)


@given(AGREEMENT, AGREEMENT)
def test_two_seals_are_equal_for_equal_agreements_alone(one: Agreement, other: Agreement) -> None:
    assert (sealed(one) == sealed(other)) == (one == other)
    assert sealed(dataclasses.replace(one, period=one.period + "x")) != sealed(one)


def test_lines_are_kept_without_empty_ones() -> None:
    assert lines_of(" 按时足额发放 \n\n 公开  承诺\n") == ("按时足额发放", "公开 承诺")


@pytest.mark.parametrize(
    ("text", "why"),
    [(" \n", "none"), ("好\n" * 21, "many"), ("好" * 201, "long"), ("完成结扎任务", "closed")],
)
def test_lines_that_cannot_stand(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        lines_of(text)
