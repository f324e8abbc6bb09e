"""Code lists, names and division codes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongchou.domain import codes, divisions, names
from tongchou.domain.register.groups import group_key

LISTS = (codes.SEX, codes.MARITAL, codes.ETHNICITY, codes.EDUCATION, codes.RELATION)


@pytest.mark.parametrize("codelist", LISTS, ids=lambda codelist: codelist.source)
def test_labels_and_codes_are_read_back(codelist: codes.CodeList) -> None:
    for code, label in codelist.items():
        assert codelist.parse(code) == codelist.parse(label.zh) == codelist.parse(int(code)) == code
        assert label.en and codelist.label(code, "en") == label.en
    assert (
        codelist.parse("") is codelist.parse(None) is codelist.parse("？？") is codelist.parse(True) is None
    )


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("苗族", "06"),
        ("彝", "07"),
        ("穿青人", "97"),
        ("仡佬族", "37"),
        ("基诺族", "56"),
        ("汉 族", "01"),
        ("回族", "03"),
    ],
)
def test_ethnicities(word: str, code: str) -> None:
    assert codes.ETHNICITY.parse(word) == code
    assert len(codes.ETHNICITY) == 58


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("户主", "02"),
        ("妻", "12"),
        ("长子", "22"),
        ("次女", "33"),
        ("儿媳", "38"),
        ("父亲", "51"),
        ("孙女", "42"),
        ("孙", "41"),
    ],
)
def test_relations(word: str, code: str) -> None:
    assert codes.RELATION.parse(word) == code


def test_a_relation_implies_the_sex_of_its_word() -> None:
    for code, sex in codes.RELATION_SEX.items():
        word = codes.RELATION[code].en
        female = any(part in word for part in ("wife", "daughter", "mother", "sister", "female"))
        of_men = ("daughter's husband", "sister's husband", "sister's son", "daughter's son", "wife's father")
        male = any(part in word for part in ("husband", "son", "father", "brother", "nephew"))
        assert (sex == 2 and female) or (sex == 1 and (male or word in of_men)), (code, word)


@given(st.text(max_size=12))
def test_a_compare_key_is_its_own_key(name: str) -> None:
    key = names.compare_key(name)
    assert names.compare_key(key) == key or "(" in key


@given(
    st.text("张王李单曾仇欧阳阿依古丽买提", min_size=2, max_size=6),
    st.sampled_from([" ", "　", "·", "．", "•"]),
)
def test_spaces_and_dots_do_not_part_a_name(name: str, mark: str) -> None:
    assert names.compare_key(mark.join(name)) == names.compare_key(name)


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("单小勇", "sxy"),
        ("解放", "xf"),
        ("曾国", "zg"),
        ("查良", "zl"),
        ("仇英", "qy"),
        ("欧阳明", "oym"),
        ("覃强", "qq"),
        ("张三", "zs"),
        ("吕布", "lb"),
        ("阿依古丽·买买提", "aygl"),
        ("长孙无忌", "zswj"),
        ("", ""),
        ("LiWei", "liwei"),
    ],
)
def test_initials(name: str, letters: str) -> None:
    assert names.initials(name).startswith(letters)
    assert names.initials(name).isascii()


@pytest.mark.parametrize("code", ["52", "5205", "520521", "520521901", "520521901201"])
def test_division_codes(code: str) -> None:
    assert divisions.significant(divisions.padded(code)) == code
    assert divisions.level(divisions.padded(code)) == divisions.level(code)
    above = divisions.parent(code)
    assert above is None or code.startswith(above)


@given(st.integers(1, 99))
def test_a_group_is_the_same_in_either_script(number: int) -> None:
    tens, ones = divmod(number, 10)
    digits = "零一二三四五六七八九"
    words = (digits[tens] if tens > 1 else "") + ("十" if tens else "") + (digits[ones] if ones else "")
    assert group_key(f"{words}组（示例）") == str(number)
    assert group_key(f"第{number}村民组") == group_key(str(number)) == str(number)
