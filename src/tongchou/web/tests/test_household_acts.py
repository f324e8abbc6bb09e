"""The acts on a household as pages: chosen, looked at, recorded; and the family drawn."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tongchou.apps.registry import api as registry
from tongchou.core.scope import Scope
from tongchou.domain.dates import PartialDate
from tongchou.domain.register.row import RegisterRow

EVERYWHERE = Scope.everything()


def row(number: int, name: str, relation: str, sex: int, year: int, **more: Any) -> RegisterRow:
    given = {"household_no": "001"} | more
    return RegisterRow(row_no=number, name=name, relation=relation, sex=sex, birth=PartialDate(year), **given)


FAMILY = [
    row(5, "赵大山", "02", 1, 1960),
    row(6, "钱小兰", "12", 2, 1962),
    row(7, "赵强", "21", 1, 1985),
    row(8, "孙丽", "38", 2, 1988),
    row(9, "赵小雨", "42", 2, 2021),
    row(10, "周伯", "02", 1, 1950, household_no="009"),
]


@pytest.fixture
def family(county: Any, township_officer: Any, frozen_clock: dt.datetime) -> dict[str, int]:
    registry.apply_register(
        FAMILY, village_id=county.village.pk, source="a" * 64, by=township_officer, at=frozen_clock
    )
    names = [one.name for one in FAMILY]
    return {name: registry.search(name, scope=EVERYWHERE)[0].person_id for name in names}


@pytest.fixture
def officer(client: Client, township_officer: Any) -> Client:
    client.force_login(township_officer, backend="django.contrib.auth.backends.ModelBackend")
    return client


def home(family: dict[str, int], name: str = "赵强") -> int:
    found = registry.open_person(family[name], scope=EVERYWHERE).household_id
    assert found is not None
    return found


def members(number: int) -> dict[str, str]:
    house = registry.open_household(number, scope=EVERYWHERE)
    return {one.name: one.relation for one in house.members}


def test_a_split_is_looked_at_before_it_is_recorded(officer: Client, family: dict[str, int]) -> None:
    address = reverse("console:household-split", args=[home(family)])
    assert 'value="010"' in officer.get(address).content.decode()
    leaving = [family[name] for name in ("赵强", "孙丽", "赵小雨")]
    sent: dict[str, Any] = {"members": leaving, "head": family["赵强"], "number": "010", "day": "2026-05"}
    look = officer.post(address, sent)
    assert look.status_code == 200 and len(members(home(family))) == 5
    selects = {line.name: line.field.initial for group in look.context["groups"] for line in group.lines
               if line.field}  # fmt: skip
    assert selects == {"孙丽": "12", "赵小雨": "30"}
    said = {f"relation_{family['孙丽']}": "12", f"relation_{family['赵小雨']}": "30", "step": "record"}
    done = officer.post(address, sent | said)
    assert done.status_code == 302
    assert members(home(family)) == {"赵强": "02", "孙丽": "12", "赵小雨": "30"}


def test_the_household_stands_before_the_act(officer: Client, family: dict[str, int]) -> None:
    """The head must not read as the one who becomes guardian, or is entered."""
    house = home(family)
    for act in ("household-guardian", "household-enter", "household-split"):
        page = officer.get(reverse(f"console:{act}", args=[house]), headers={"accept-language": "en"})
        heading = re.search(r"<h1>(.*?)</h1>", page.content.decode())
        assert heading and heading[1].startswith('Household of <span lang="zh-Hans">赵大山</span>: '), act
    labels = [str(one.label) for one in officer.get(
        reverse("console:household-guardian", args=[house])).context["form"]]  # fmt: skip
    assert len(labels) == len(set(labels))


def test_all_mistakes_at_once(officer: Client, family: dict[str, int]) -> None:
    address = reverse("console:household-split", args=[home(family)])
    sent = {"members": [family["赵大山"]], "head": family["赵强"], "number": "009", "day": "2027"}
    answer = officer.post(address, sent)
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"head", "number", "day", "rest_head"}
    empty = officer.post(address, {})
    assert set(empty.context["form"].errors) == {"members", "head", "number"}
    assert len(members(home(family))) == 5


def test_what_no_tie_says_is_asked(officer: Client, family: dict[str, int]) -> None:
    address = reverse("console:household-head", args=[home(family)])
    look = officer.post(address, {"head": family["赵强"]})
    field = f"relation_{family['钱小兰']}"
    assert look.context["form"][field].initial == ""
    said = {f"relation_{family[n]}": code for n, code in (("赵大山", "51"), ("孙丽", "12"), ("赵小雨", "30"))}
    open_one = officer.post(address, {"head": family["赵强"], "step": "record"} | said)
    assert open_one.status_code == 422 and set(open_one.context["form"].errors) == {field}
    back = officer.post(address, {"head": family["赵强"], "step": "choose"} | said)
    assert back.status_code == 200 and "form" in back.context and "groups" not in back.context
    officer.post(address, {"head": family["赵强"], "step": "record", field: "52"} | said)
    assert members(home(family))["钱小兰"] == "52"


def test_a_merge_closes_the_household(officer: Client, family: dict[str, int]) -> None:
    old = home(family)
    address = reverse("console:household-merge", args=[old])
    for wrong in ("001", "777"):
        assert officer.post(address, {"number": wrong}).status_code == 422
    look = officer.post(address, {"number": "009"})
    names = [line.name for line in look.context["groups"][0].lines]
    assert sorted(names) == sorted(["赵大山", "钱小兰", "赵强", "孙丽", "赵小雨"])
    said = {f"relation_{family[name]}": "99" for name in names}
    assert officer.post(address, {"number": "009", "step": "record"} | said).status_code == 302
    assert members(old) == {} and len(members(home(family))) == 6
    page = officer.get(reverse("console:household-family", args=[old])).content.decode()
    assert reverse("console:household-family", args=[home(family)]) in page
    assert reverse("console:household-split", args=[old]) not in page
    assert officer.get(reverse("console:household", args=[old])).status_code == 200
    assert officer.get(address).status_code == 200
    assert officer.post(address, {"number": "009"}).status_code in (200, 422)


def test_lodging_and_guardian(officer: Client, family: dict[str, int], county: Any) -> None:
    house = home(family)
    lodging = reverse("console:household-lodging", args=[house])
    assert set(officer.post(lodging, {"person": family["赵小雨"]}).context["form"].errors) == {
        "area",
        "number",
    }
    sent = {"person": family["赵小雨"], "area": county.village.pk, "number": "009", "day": "2025-09"}
    assert "009" in officer.post(lodging, sent).content.decode()
    assert officer.post(lodging, sent | {"step": "record"}).status_code == 302
    guardian = reverse("console:household-guardian", args=[house])
    asked = officer.get(guardian).content.decode()
    assert "赵强" in asked and f'value="{family["赵小雨"]}"' in asked
    wrong = officer.post(guardian, {"person": family["赵小雨"], "basis": "law"})
    assert set(wrong.context["form"].errors) == {"guardian", "evidence_kind", "evidence"}
    given = {
        "person": family["赵小雨"],
        "basis": "law",
        "guardian": family["赵大山"],
        "evidence_kind": "village_letter",
        "evidence": "2026-05-01",
    }
    assert officer.post(guardian, given | {"step": "record"}).status_code == 302
    page = officer.get(reverse("console:household-family", args=[house]))
    lines = [(one.name, one.value) for one in page.context["arrangements"]]
    assert lines == [("赵小雨", "青山村（示例） · 009"), ("赵小雨", "赵大山")]
    host = officer.get(reverse("console:household-family", args=[home(family, "周伯")]))
    assert [one.name for one in host.context["arrangements"]] == ["赵小雨"]


def test_only_who_may_correct_there(
    client: Client, family: dict[str, int], village_worker: Any, make_account: Any, county: Any
) -> None:
    house = home(family)
    acts = ("split", "merge", "head", "lodging", "guardian")
    for account, seen, acting in (
        (village_worker, 200, 403),
        (make_account("elsewhere", "township_officer", county.other_village), 404, 404),
    ):
        client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
        page = client.get(reverse("console:household-family", args=[house]))
        assert page.status_code == seen
        if seen == 200:
            assert page.context["acts"] == []
        for act in acts:
            address = reverse(f"console:household-{act}", args=[house])
            assert client.get(address).status_code == acting
            assert client.post(address, {"step": "record"}).status_code == acting


def test_the_family_is_drawn_and_said(officer: Client, family: dict[str, int]) -> None:
    page = officer.get(reverse("console:household-family", args=[home(family)]))
    text = page.content.decode()
    tree = page.context["tree"]
    assert [box.name for box in tree.boxes] == ["赵大山", "钱小兰", "赵强", "孙丽", "赵小雨"]
    rows = sorted({box.y for box in tree.boxes})
    assert [sum(box.y == y for box in tree.boxes) for y in rows] == [2, 2, 1]
    assert len(tree.couples) == 2 and len(tree.parents) == 2 and not tree.dashed
    assert '<svg role="img"' in text and "style=" not in text.split("<svg role")[1].split("</svg>")[0]
    said = {one.name: dict(one.ties) for one in tree.said}
    assert list(said["赵小雨"].values()) == ["赵强"]  # one known parent, and nothing marks the other


def test_how_a_child_came_is_for_those_who_may_correct_it(
    officer: Client, client: Client, family: dict[str, int], township_officer: Any, village_worker: Any,
    frozen_clock: dt.datetime,
) -> None:  # fmt: skip
    registry.record_adoption(
        person_id=family["赵小雨"], adopter_ids=[family["孙丽"]], since=None, by=township_officer,
        evidence_kind="adoption_certificate", evidence_words="2026-1", at=frozen_clock,
    )  # fmt: skip
    address = reverse("console:household-family", args=[home(family)])
    assert officer.get(address).context["tree"].dashed
    client.force_login(village_worker, backend="django.contrib.auth.backends.ModelBackend")
    tree = client.get(address).context["tree"]
    assert not tree.dashed and len(tree.parents) == 2


def test_names_of_kin_elsewhere_stay_there(
    client: Client, family: dict[str, int], county: Any, township_officer: Any, make_account: Any,
    frozen_clock: dt.datetime,
) -> None:  # fmt: skip
    far = RegisterRow(5, "1", "郑远", "02", sex=1, birth=PartialDate(1970))
    registry.apply_register(
        [far], village_id=county.other_village.pk, source="8" * 64, by=township_officer, at=frozen_clock
    )
    number = registry.search("郑远", scope=EVERYWHERE)[0].person_id
    registry.move_registration(
        person_id=family["赵强"], household_id=home({"郑远": number}, "郑远"), relation="99", since=None,
        by=township_officer, at=frozen_clock,
    )  # fmt: skip
    address = reverse("console:household-family", args=[home(family, "赵小雨")])
    worker = make_account("one", "village_worker", county.village)
    for account, seen in ((township_officer, True), (worker, False)):
        client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
        assert ("赵强" in client.get(address).content.decode()) is seen


def test_as_many_queries_for_thirty_as_for_three(
    officer: Client, county: Any, township_officer: Any, frozen_clock: dt.datetime
) -> None:
    rows = []
    for house, size in (("101", 3), ("102", 30)):
        rows.append(row(len(rows) + 5, f"吴{house}", "02", 1, 1960, household_no=house))
        rows += [
            row(len(rows) + 5, f"吴{house}之{n}", "29", 1, 1985 + n % 9, household_no=house)
            for n in range(size - 1)
        ]
        for place, one in enumerate(rows):
            rows[place] = row(place + 5, one.name, one.relation, 1, one.birth.year,  # type: ignore[union-attr]
                              household_no=one.household_no)  # fmt: skip
    registry.apply_register(
        rows, village_id=county.village.pk, source="c" * 64, by=township_officer, at=frozen_clock
    )
    counts = []
    for house in ("101", "102"):
        number = registry.household_by_number(county.village.pk, house, scope=EVERYWHERE)
        assert number is not None
        head = registry.open_household(number, scope=EVERYWHERE).members[1].person_id
        pages = (("family", None), ("head", {"head": head}))
        for name, sent in pages:
            address = reverse(f"console:household-{name}", args=[number])
            with CaptureQueriesContext(connection) as seen:
                answer = officer.post(address, sent) if sent else officer.get(address)
            assert answer.status_code == 200
            counts.append(len(seen))
    assert counts[:2] == counts[2:] and max(counts) <= 34


def test_a_wide_family_fits_a_screen_or_scrolls_in_its_card(officer: Client, family: dict[str, int]) -> None:
    tree = officer.get(reverse("console:household-family", args=[home(family)])).context["tree"]
    assert tree.width < 1000 and tree.height < 500
    assert all(box.x >= 0 and box.x + 112 <= tree.width for box in tree.boxes)
    spots = {(box.x, box.y) for box in tree.boxes}
    assert len(spots) == len(tree.boxes)
    assert all(re.fullmatch(r"[MVH\d ]+", path.d) for path in [*tree.parents, *tree.couples])
