"""Figures of births on the pages: no order, no colour, no map; no list of people by anything sensitive."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tongchou.domain.statistics.indicators import INDICATORS
from tongchou.synth.months import made_months
from tongchou.web.console.presenters.statistics import chosen, make_up, tiles, trends, words

SOURCE = Path(__file__).parents[2] / "src" / "tongchou"
PRESENTERS = sorted((SOURCE / "web/console/presenters/statistics").glob("*.py"))
TEMPLATES = sorted((SOURCE / "web/templates/console/statistics").glob("*.html"))
BIRTHS = [one for one in INDICATORS.values() if one.births]
#: What may be put in an order: bounds of classes, and reasons by how often they occur. Never areas.
ORDERED = {"shades.py": {"sort"}, "words.py": {"sorted"}}
ORDERING = {"sort", "argsort", "lexsort", "sorted", "argpartition", "partition", "nlargest", "nsmallest"}


def units(number: int) -> list[object]:
    from tongchou.apps.statistics.api import Group

    cube = made_months(villages=number * 10, months=30, people=300)
    return [
        Group(f"520599{100 + one}", f"镇{one}", "县", tuple(cube.areas[10 * one : 10 * one + 10]))
        for one in range(number)
    ]


def cube_of(groups: list[object], *, seed: int = 1) -> object:
    from tongchou.domain.statistics.cube import villages_of

    cube = made_months(villages=len(groups) * 10, months=30, people=300, seed=seed)
    return cube.grouped(
        villages_of(cube.areas, [one.villages for one in groups]), [one.code for one in groups]
    )


@pytest.mark.parametrize(
    "one", [one for one in BIRTHS if chosen.shown_for(one, "township")], ids=lambda one: one.code
)
def test_births_have_a_table_in_the_order_of_the_tree_and_no_map(one: object) -> None:
    groups = units(8)
    for seed in (1, 2):
        figures = tiles.newest(cube_of(groups, seed=seed), groups, one)
        found = tiles.present(figures, groups, one, level="township")
        assert [row.name for row in found.rows] == [unit.name for unit in groups]
        assert found.schematic is None and found.outlined is None and found.legend == []
        assert {row.shade for row in found.rows} == {0}
        assert not any(row.unsure for row in found.rows)


def test_other_figures_have_both() -> None:
    groups = units(8)
    one = INDICATORS["share_60_plus"]
    found = tiles.present(tiles.newest(cube_of(groups), groups, one), groups, one, level="township")
    assert found.schematic is not None and len({row.shade for row in found.rows}) > 1
    assert [row.name for row in found.rows] == [unit.name for unit in groups]


@pytest.mark.parametrize("path", PRESENTERS, ids=lambda path: path.name)
def test_no_page_puts_areas_in_an_order_of_their_figures(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    called = {
        node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
    }
    assert called & ORDERING <= ORDERED.get(path.name, set())


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_table_offers_an_order_or_an_alarm(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert "aria-sort" not in text and "sort" not in re.findall(r'class="([^"]*)"', text)
    assert "dictsort" not in text
    for tone in ("bad", "good", "warn"):
        assert not re.search(rf'class="[^"]*\b{tone}\b', text), tone


def test_a_village_is_shown_nothing_of_births_or_deaths() -> None:
    shown = {code for code, one in INDICATORS.items() if chosen.shown_for(one, "village")}
    assert shown == {
        "population", "growth_rate", "share_0_14", "share_15_59", "share_60_plus", "share_65_plus",
        "child_dependency", "old_dependency", "total_dependency", "ageing_index", "median_age", "sex_ratio",
        "unknown_share",
    }  # fmt: skip
    assert not any(one.births and chosen.shown_for(one, "village") for one in INDICATORS.values())
    offered = [choice.value for group in trends.offered("village", []) for choice in group.choices]
    assert set(offered) == shown


def test_what_people_can_be_listed_by_is_closed() -> None:
    """Age, sex, where they live, kind of registration: no other key is read from what a form sends."""
    keys = set()

    class Sent(dict):
        def get(self, key: str, default: object = None) -> object:
            keys.add(key)
            return default

    make_up.wanted(Sent())
    assert keys == {"cell", "residence", "hukou"}
    assert make_up.wanted({"cell": "60-1", "marital": "1", "children": "2"}) == make_up.wanted(
        {"cell": "60-1"}
    )


def test_every_indicator_has_its_words() -> None:
    assert list(words.INDICATORS) != [] and set(words.INDICATORS) == set(INDICATORS)
    from django.utils import translation

    with translation.override("en"):
        assert {code: str(name) for code, name in words.INDICATORS.items()} == {
            code: one.name for code, one in INDICATORS.items()
        }


PAGES = (
    "", "/pyramid", "/trends", "/map", "/generations", "/births", "/people", "/quality",
)  # fmt: skip
#: What a form that opens people may send: an age and sex, where they live, kind of registration, and where.
KEYS = {"csrfmiddlewaretoken", "area", "cell", "residence", "hukou", "after"}


def _sent(text: str) -> list[tuple[str, set[str]]]:
    """The address and the fields of each form that is sent by POST."""
    found = []
    for attributes, inside in re.findall(r"<form([^>]*)>(.*?)</form>", text, flags=re.S):
        if 'method="post"' in attributes:
            action = re.search(r'action="([^"]*)"', attributes)
            names = set(re.findall(r'<(?:input|button|select|textarea)[^>]*\bname="([^"]+)"', inside))
            found.append((action[1] if action else "", names))
    return found


@pytest.mark.django_db
def test_no_cell_but_age_and_sex_leads_to_people(
    client: object, make_cubes: object, county: object, county_reviewer: object
) -> None:
    """The make-up alone opens people; of births, generations, maps, trends and quality nothing does."""
    make_cubes(months=64, people=2000)
    client.force_login(county_reviewer)
    opening = 0
    for page in PAGES:
        for area in ("", str(county.township.pk), str(county.village.pk)):
            text = client.get(f"/statistics{page}", {"area": area}).content.decode()
            main = text.split("<main")[1].split("</main>")[0]
            for action, names in _sent(main):
                assert page == "/people" and action == "/statistics/people", (page, action)
                assert names <= KEYS
                opening += 1
            people = re.findall(r'href="(/(?:people|households|persons?|search)[^"]*)"', main)
            assert people == [], (page, people)
    assert opening == 2  # of a township and of a village


@pytest.mark.django_db
@pytest.mark.parametrize(
    "more", [{"marital": "20"}, {"children": "2"}, {"order": "3"}, {"mother": "25"}, {"pregnant": "1"}]
)
def test_a_list_asked_for_by_anything_sensitive_is_that_without_it(
    client: object, make_cubes: object, county: object, county_reviewer: object, more: dict[str, str]
) -> None:
    make_cubes(months=14)
    client.force_login(county_reviewer)
    asked = {"area": str(county.village.pk), "cell": "20-2"}
    plain, other = (client.post("/statistics/people", asked | one) for one in ({}, more))
    assert plain.status_code == other.status_code == 200
    assert plain.context["people"] == other.context["people"]
    assert client.post("/statistics/people", {"area": str(county.village.pk)} | more).status_code == 404


def test_a_cell_of_people_has_no_sensitive_side() -> None:
    from dataclasses import fields

    from tongchou.apps.registry.api import Cell

    assert {one.name for one in fields(Cell)} == {"first", "last", "sex", "residence", "hukou"}
