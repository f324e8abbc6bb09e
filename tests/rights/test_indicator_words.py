"""What no unit is judged by, as somebody would write it into a file: refused with file, line and sentence."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from tongchou import indicators
from tongchou.cli import main
from tongchou.domain.accountability.problems import AccountabilityError
from tongchou.domain.accountability.reading import read_catalogue

REFUSED = [
    ("妇检完成率", "checks done"),
    ("少生户数", "households"),
    ("政策外人数", "people"),
    ("多子女户比例", "share of households"),
    ("育龄妇女服务率", "women served"),
    ("长效措施落实率", "measures"),
    ("已签承诺的户", "households"),
    ("不愿参加的户", "households"),
    ("12345件数", "number of calls"),
    ("三 胎 件数", "children"),
    ("政策生育率", "rate"),
    ("出生人口", "people"),
    ("計劃外生育", "events"),
    ("孕檢率", "rate"),
    ("户数", "third children"),
    ("户数", "signed letters"),
    ("人数", "women examined"),
    ("件数", "calls to the hotline"),
    ("人数", "women of childbearing age"),
    ("人数", "households unwilling to take part"),
    ("人口增长", "population growth"),
]
HONEST = [
    ("三岁以下托位开放率", "nursery places that are open"),
    ("出生证明按时送达率", "birth certificates brought in time"),
    ("补贴按时发放率", "allowances paid in time"),
    ("免费孕前检查开放天数", "days on which free pre-pregnancy checks were open to all"),
    ("服务等候天数", "days waited for a service"),
    ("政府承诺书送达率", "households that hold the government's commitment"),
]


def file(zh: str, en: str, subject: str, *, of: str = "both") -> str:
    """An indicator scored on a count; the words stand in both titles or in one."""
    plain = ("件数甲", "cases")
    count = (zh, en) if of != "indicator" else plain
    title = (zh, en) if of != "count" else plain
    return (
        "counts:\n"
        f"  - {{code: own_part, title: {{zh: '{count[0]}', en: '{count[1]}'}}, unit: cases, nature: flow, "
        f"subjects: [{subject}]}}\n"
        "indicators:\n"
        f"  - {{code: own_figure, title: {{zh: '{title[0]}', en: \"{title[1]}\"}}, kind: paid_on_time, "
        "uses: [scored], unit: cases, direction: higher, formula: sum(own_part), "
        "source: {zh: 文件, en: document}}\n"
    ).replace("'" + count[1] + "'", '"' + count[1] + '"')


@pytest.mark.parametrize("of", ["both", "count", "indicator"])
@pytest.mark.parametrize("subject", ["payments", "services_offered", "records"])
@pytest.mark.parametrize(("zh", "en"), REFUSED, ids=[f"{zh} {en}" for zh, en in REFUSED])
def test_words_of_families_are_scored_under_no_heading(zh: str, en: str, subject: str, of: str) -> None:
    with pytest.raises(AccountabilityError) as told:
        read_catalogue({"own.yaml": file(zh, en, subject, of=of)})
    assert all(line.startswith("own.yaml第") for line in told.value.lines("zh"))


@pytest.mark.parametrize(
    "subject", ["births", "reproductive_service_use", "signatures", "refusals", "complaint_volume"]
)
@pytest.mark.parametrize(("zh", "en"), REFUSED[:10])
def test_a_subject_that_is_declared_is_refused_for_what_it_is(zh: str, en: str, subject: str) -> None:
    with pytest.raises(AccountabilityError):
        read_catalogue({"own.yaml": file(zh, en, subject)})


@pytest.mark.parametrize(("zh", "en"), HONEST)
def test_what_a_unit_does_for_people_is_scored(zh: str, en: str) -> None:
    assert "own_figure" in read_catalogue({"own.yaml": file(zh, en, "services_offered")}).indicators


def test_what_ships_is_read() -> None:
    assert read_catalogue(indicators.texts()).indicators


@pytest.mark.parametrize(("language", "said"), [("zh", "own.yaml第2行"), ("en", "own.yaml, line 2")])
def test_the_command_says_it_without_a_traceback(tmp_path: Path, language: str, said: str) -> None:
    bad = tmp_path / "own.yaml"
    bad.write_text(file("妇检完成率", "checks", "payments"), encoding="utf-8")
    done = CliRunner().invoke(main, ["indicators", "check", str(bad), "--language", language])
    assert done.exit_code == 1 and said in done.output and "妇检" in done.output
    assert "Traceback" not in done.output and isinstance(done.exception, SystemExit)


def test_the_command_lists_what_may_stand(tmp_path: Path) -> None:
    good = tmp_path / "own.yaml"
    good.write_text(file("补贴按时发放件数", "allowances paid", "payments"), encoding="utf-8")
    done = CliRunner().invoke(main, ["indicators", "check", str(good)])
    assert done.exit_code == 0 and "own_figure" in done.output and "own.yaml:4" in done.output
    assert CliRunner().invoke(main, ["indicators", "check"]).exit_code == 0


def test_a_broken_file_ends_with_its_line(tmp_path: Path) -> None:
    broken = tmp_path / "own.yaml"
    broken.write_text("counts: [\n  - {code", encoding="utf-8")
    done = CliRunner().invoke(main, ["indicators", "check", str(broken)])
    assert done.exit_code == 1 and "own.yaml" in done.output and isinstance(done.exception, SystemExit)
    broken.write_bytes("标题".encode("gb18030"))
    done = CliRunner().invoke(main, ["indicators", "check", str(broken)])
    assert done.exit_code == 1 and "UTF-8" in done.output
