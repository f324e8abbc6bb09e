"""A table or file of facts is read as the reference says, or refused with everything that is wrong."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from tongchou import policies
from tongchou.domain.policy.errors import FactsError
from tongchou.policies.files import facts_from_csv, read_facts, write_results

CHILD = {"person_id": [1], "birth_year": [2025], "deceased": [False], "chinese_national": [True]}


def refused(frame: pl.DataFrame) -> list[str]:
    with pytest.raises(FactsError) as error:
        policies.evaluate_many(frame, policies.listed(), 2026)
    return error.value.lines("en")


def test_all_problems_of_a_table_are_told_at_once() -> None:
    frame = pl.DataFrame(
        {
            "person_id": [1, 2, 3],
            "birth_yaer": [1960, 1961, 1962],
            "sex": [1, 3, 3],
            "birth_month": [13, 0, 12],
            "hukou_kind": ["rural", None, "unified"],
            "deceased": ["no", "no", "no"],
        }
    )
    lines = refused(frame)
    assert len(lines) == 5
    text = "\n".join(lines)
    assert "'birth_yaer' is not a column of the facts" in text
    assert (
        "Column sex: in 2 rows the value is not a whole number from 1 to 2 (person → value, e.g. 2 → 3; 3"
        in text
    )
    assert "Column birth_month: in 2 rows" in text and "1 → 13; 2 → 0" in text
    assert "Column hukou_kind: in 1 rows" in text and "1 → rural" in text
    assert "Column deceased is String; it must hold yes or no" in text


def test_the_person_number_is_needed_once_for_each() -> None:
    assert "person_id is missing" in refused(pl.DataFrame({"birth_year": [1960]}))[0]
    assert "person_id is missing" in refused(pl.DataFrame({"person_id": [None]}))[0]
    assert (
        "1 rows have no person_id"
        in refused(pl.DataFrame({"person_id": [1, None], "birth_year": [1960, 1960]}))[0]
    )
    both = refused(pl.DataFrame({"person_id": [1, 1, None, None]}))
    assert ["2 rows have no person_id" in both[0], "repeated 1 times" in both[1]] == [True, True]
    assert "repeated 2 times" in refused(pl.DataFrame({"person_id": [1, 1, 1], "birth_year": [1960] * 3}))[0]


def test_years_as_decimals_are_refused() -> None:
    assert (
        "Column birth_year is Float64" in refused(pl.DataFrame({"person_id": [1], "birth_year": [1960.0]}))[0]
    )


def test_extra_columns_can_be_left_out_on_request() -> None:
    frame = pl.DataFrame({**CHILD, "note": ["x"]})
    assert "'note'" in refused(frame)[0]
    assert policies.evaluate_many(frame, policies.listed(), 2026, allow_extra=True).height == 2


def test_small_integer_types_do_not_overflow() -> None:
    frame = pl.DataFrame({**CHILD, "birth_year": [2023], "birth_month": [12]}).with_columns(
        pl.col("birth_month").cast(pl.Int8), pl.col("birth_year").cast(pl.Int16)
    )
    assert policies.evaluate_many(frame, policies.listed(), 2026)["amount_fen"][0] == 360_000


def test_households_are_carried_through_and_no_rows_are_no_error() -> None:
    with_house = pl.DataFrame({**CHILD, "household_id": [7]})
    assert policies.evaluate_many(with_house, policies.listed(), 2026)["household_id"].to_list() == [7, 7]
    assert policies.evaluate_many(pl.DataFrame(CHILD), policies.listed(), 2026)["household_id"].to_list() == [
        None,
        None,
    ]
    assert policies.evaluate_many(with_house.clear(), policies.listed(), 2026).height == 0


def test_one_person_is_checked_like_a_table() -> None:
    programme = policies.listed()[0]
    for facts, said in (
        ({"birth_yaer": 2025}, "'birth_yaer' is not a fact"),
        ({"birth_year": 25}, "25 is not a whole number from 1850 to 2150"),
        ({"birth_year": True}, "True is not a whole number"),
        ({"deceased": 0}, "0 is not yes or no"),
    ):
        with pytest.raises(FactsError, match=said):
            programme.evaluate_one(facts, 2026)


def file(folder: Path, content: str | bytes, name: str = "facts.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_a_csv_prepared_by_hand(tmp_path: Path) -> None:
    text = (
        "person_id, birth_year,birth_month,deceased,chinese_national\r\n"
        "1,2023,5,false,是\r\n2, 2023 ,,0,1\r\n,,,,\r\n\r\n3,1966,3,否,TRUE\r\n"
    )
    frame = read_facts(file(tmp_path, "\ufeff" + text))
    assert frame.rows() == [
        (1, 2023, 5, False, True),
        (2, 2023, None, False, True),
        (3, 1966, 3, False, True),
    ]
    assert read_facts(file(tmp_path, text.encode("gb18030"), "gbk.csv")).equals(frame)


def test_all_problems_of_a_csv_are_told_with_row_and_column(tmp_path: Path) -> None:
    path = file(
        tmp_path,
        "person_id,birth_year,sex,deceased,hukou_kind\n1,2x,3,maybe,农业\n2,66,1,1,unified\nabc,1966.0,2,,x\n",
    )
    with pytest.raises(FactsError) as error:
        read_facts(path)
    english, chinese = error.value.lines("en"), error.value.lines("zh")
    assert len(english) == len(chinese) == 5
    assert "Column birth_year: row 2 '2x', row 3 '66', row 4 '1966.0'" in english[1]
    assert "列 person_id：第4行“abc”" in chinese[0]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "empty"),
        ("person_id,age\n1,2\n", "Row 1, column 2: 'age'"),
        ("person_id,sex,sex\n1,2,1\n", "given twice"),
        ("person_id,sex\n1,2,3\n", "Row 2 has 3 cells"),
        ("person_id,sex\n1,2\n3\n", "Row 3 has 1 cells"),
        ('person_id,area_code\n1,"52\n', "quotation mark|not closed|cells"),
        (b"person_id\n\xff\xff\xff\n", "neither UTF-8"),
    ],
)
def test_a_csv_that_cannot_be_read(tmp_path: Path, content: str | bytes, said: str) -> None:
    with pytest.raises(FactsError, match=said):
        read_facts(file(tmp_path, content))


def test_other_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FactsError, match=r"use a \.csv or \.parquet"):
        read_facts(file(tmp_path, "x", "facts.xlsx"))
    with pytest.raises(FactsError, match="not readable Parquet"):
        read_facts(file(tmp_path, "person_id\n1\n", "facts.parquet"))
    with pytest.raises(FileNotFoundError):
        read_facts(tmp_path / "nowhere.csv")


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_results_are_written_whole_and_never_over_the_facts(tmp_path: Path, suffix: str) -> None:
    facts = file(tmp_path, "person_id,birth_year,deceased,chinese_national\n1,2025,0,1\n")
    out = tmp_path / f"results{suffix}"
    results = policies.evaluate_many(read_facts(facts), policies.listed(), 2026)
    write_results(results, out, source=facts)
    read = pl.read_csv(out) if suffix == ".csv" else pl.read_parquet(out)
    assert read["outcome"].to_list() == ["entitled", "not_entitled"] and read["amount_fen"][0] == 360_000
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == sorted(
        [facts.name, out.name]
    )
    with pytest.raises(FactsError, match="overwrite the facts"):
        write_results(results, facts, source=facts)
    with pytest.raises(FactsError, match=r"\.csv or \.parquet"):
        write_results(results, tmp_path / "results.xlsx", source=facts)
    assert facts.read_text(encoding="utf-8").startswith("person_id,")


def test_repeated_and_empty_numbers_are_told_at_once_with_their_rows() -> None:
    with pytest.raises(FactsError) as caught:
        facts_from_csv("person_id,sex\n1,1\n,2\n1,2\n2,1\n,\n,1\n")
    said = [str(problem.text.en) for problem in caught.value.problems]
    assert said == ["No person_id in rows 3, 7.", "person_id is repeated in rows 2, 4; one row a person."]
    assert [problem.count for problem in caught.value.problems] == [2, 2]


@pytest.mark.parametrize(
    ("label", "code"),
    [("农业户口", "agricultural"), ("非农业户口", "non_agricultural"), ("统一登记的居民户口", "unified")],
)
def test_kinds_of_registration_may_be_given_by_their_chinese_names(label: str, code: str) -> None:
    table = facts_from_csv(f"person_id,hukou_kind,spouse_hukou_kind\n1,{label},{code}\n")
    assert table.row(0) == (1, code, code)


def test_a_name_of_no_kind_is_refused() -> None:
    with pytest.raises(FactsError, match="hukou_kind"):
        facts_from_csv("person_id,hukou_kind\n1,农村户口\n")
