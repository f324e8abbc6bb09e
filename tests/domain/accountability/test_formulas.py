"""Formulas: what is one, what is refused and where, and that writing and reading are each other's inverse."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongchou.domain.accountability.expression import (
    FUNCTIONS,
    OF_TWO,
    Binary,
    Call,
    FormulaError,
    Name,
    Node,
    Number,
    names,
    parse,
    written,
)
from tongchou.domain.accountability.units import BASE, Unit, unit

CODES = st.sampled_from(["paid", "due", "waited_days", "a1"])
LEAVES: st.SearchStrategy[Node] = st.one_of(
    CODES.map(Name),
    st.one_of(st.integers(0, 10**6).map(float), st.floats(1e-9, 1e12)).map(Number),
)


def _deeper(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    one = [name for name in FUNCTIONS if name not in OF_TWO]
    return st.one_of(
        st.builds(Binary, st.sampled_from(["+", "-", "*", "/"]), inner, inner),
        st.builds(Call, st.sampled_from(one), st.tuples(inner)),
        st.builds(Call, st.sampled_from(OF_TWO), st.tuples(inner, inner)),
    )


TREES = st.recursive(LEAVES, _deeper, max_leaves=12)


@given(TREES)
def test_a_tree_is_read_back_from_its_text(tree: Node) -> None:
    assert parse(written(tree)) == tree


@given(st.text(max_size=60))
def test_any_text_is_a_formula_or_refused_in_words(text: str) -> None:
    try:
        tree = parse(text)
    except FormulaError as error:
        assert error.text.zh and error.text.en
    else:
        assert parse(written(tree)) == tree


def test_products_bind_closer_and_lines_are_read_from_the_left() -> None:
    assert parse("a1-2-3*4") == Binary(
        "-", Binary("-", Name("a1"), Number(2)), Binary("*", Number(3), Number(4))
    )
    assert parse("8÷4÷2") == Binary("/", Binary("/", Number(8), Number(4)), Number(2))
    assert list(names(parse("ratio(sum(paid), sum(due)) + paid"))) == ["paid", "due", "paid"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "the formula ends where a number"),
        ("sum(paid", "ends where a closing bracket"),
        ("paid due", "an operator is expected at character 6"),
        ("ratio(paid)", "ratio takes 2, not 1"),
        ("sum(paid, due)", "sum takes 1, not 2"),
        ("__import__('os')", "character 1, '_'"),
        ("eval(paid)", "there is no function eval"),
        ("paid; drop", "character 5, ';'"),
        ("paid.due", "character 5, '.'"),
        ("1e999", "a finite number"),
        ("(" * 60 + "1" + ")" * 60, "brackets deeper than 40"),
        ("1+" * 2000 + "1", "longer than"),
        ("付款", "character 1, '付'"),
    ],
)
def test_what_is_no_formula(text: str, said: str) -> None:
    with pytest.raises(FormulaError, match=r".") as raised:
        parse(text)
    assert said in str(raised.value)


UNITS = st.lists(st.sampled_from(BASE), max_size=3).map(lambda one: unit("/".join(one)) if one else Unit())


@given(UNITS, UNITS, UNITS)
def test_units_multiply_as_numbers_do(a: Unit, b: Unit, c: Unit) -> None:
    assert a * b == b * a and (a * b) * c == a * (b * c)
    assert (a * b) / b == a and a / a == Unit()


def test_an_unknown_unit_is_named() -> None:
    with pytest.raises(ValueError, match="'births' is none of"):
        unit("births")
