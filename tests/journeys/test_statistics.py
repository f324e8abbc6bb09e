"""The statistician walks the pages of population statistics; an officer opens the people behind a number."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from journeykit import register

if TYPE_CHECKING:
    from conftest import Site
    from journeykit.sentences import Someone

pytestmark = pytest.mark.journey
YEAR = dt.datetime.now(tz=dt.timezone(dt.timedelta(hours=8))).year
#: People of the register: the statistician meets none of them.
PEOPLE = ("罗德贵", "罗雨桐", "穆子轩", "520599")


@pytest.fixture(scope="module")
def counted(site: Site, chromium: object, tmp_path_factory: pytest.TempPathFactory) -> Site:
    """One register, and the counts of the county."""
    from journeykit.sentences import Someone

    context = chromium.new_context(locale="zh-CN")
    officer = Someone(context, site)
    officer.given_signed_in("officer")
    folder = tmp_path_factory.mktemp("registers")
    officer.when_uploading(register.write(folder / "right.xlsx", year=YEAR), village="青山村（示例）")
    officer.when_pressing("全部写入登记库")
    context.close()
    site.run("counts")
    return site


@pytest.fixture
def sit_down(counted: Site, chromium: object) -> object:
    from conftest import WINDOW
    from journeykit.sentences import Someone

    contexts = []

    def begin(username: str, **more: object) -> Someone:
        context = chromium.new_context(
            viewport=WINDOW, locale="zh-CN", timezone_id="Asia/Shanghai", accept_downloads=True, **more
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        someone = Someone(context, counted)
        someone.given_signed_in(username)
        return someone

    yield begin
    for context in contexts:
        context.close()


def bars(someone: Someone) -> str:
    """The drawing of the pyramid as it is now."""
    return someone.page.locator("#years-pyramid svg").inner_html()


def test_the_statistician_walks_the_pages(sit_down: Callable[..., Someone]) -> None:
    reader = sit_down("statistician")
    for path, name in (
        ("", "overview"),
        ("/trends", "trends"),
        ("/map", "map"),
        ("/map?indicator=cbr", "map-of-births"),
        ("/generations", "generations"),
        ("/generations?of=deaths", "generations-deaths"),
        ("/people", "make-up"),
        ("/quality", "quality"),
        ("/pyramid", "pyramid"),
    ):
        reader.when_opening(f"/statistics{path}")
        reader.then_the_page_does_not_say(*PEOPLE)
        reader.then_the_page_is_sound(f"statistics-{name}")
        reader.then_everything_can_be_hit()


def test_dark_and_printed(sit_down: Callable[..., Someone]) -> None:
    reader = sit_down("statistician", color_scheme="dark")
    for path, name in (
        ("/map", "map"),
        ("/trends", "trends"),
        ("/pyramid", "pyramid"),
        ("/generations", "surface"),
    ):
        reader.when_opening(f"/statistics{path}")
        reader.then_the_page_is_sound(f"statistics-dark-{name}")


def test_the_pyramid_plays_when_asked_to(sit_down: Callable[..., Someone]) -> None:
    reader = sit_down("statistician")
    reader.when_opening("/statistics/pyramid")
    first = bars(reader)
    reader.page.wait_for_timeout(1200)
    assert bars(reader) == first  # nothing moves by itself
    slider = reader.page.locator("#moment")
    slider.focus()
    reader.page.keyboard.press("Home")
    oldest = reader.page.locator("[data-moment]").inner_text()
    assert bars(reader) != first
    reader.page.locator("[data-play]").focus()
    reader.page.keyboard.press("Enter")
    reader.page.wait_for_timeout(1500)
    assert reader.page.locator("[data-moment]").inner_text() != oldest
    reader.page.keyboard.press("Enter")
    assert reader.page.locator("[data-play]").get_attribute("aria-pressed") == "false"
    stopped = bars(reader)
    reader.page.wait_for_timeout(1200)
    assert bars(reader) == stopped


def test_two_areas_are_laid_over_each_other(sit_down: Callable[..., Someone]) -> None:
    reader = sit_down("statistician")
    reader.when_opening("/statistics/pyramid")
    reader.page.click("#other_text")
    reader.page.locator("#other_list [role=option]", has_text="云岭镇").first.click()
    reader.page.wait_for_selector("#now thead th:nth-child(5)")
    heads = reader.page.locator("#now thead th").all_inner_texts()
    assert len(heads) == 5
    reader.then_the_page_is_sound("statistics-pyramid-two")


def test_outlines_take_the_place_of_squares(sit_down: Callable[..., Someone], tmp_path: Path) -> None:
    reader = sit_down("statistician")
    reader.when_opening("/statistics/map")
    assert reader.page.locator("svg.map rect.area").count() >= 17
    codes = ["520521901", "520521902", *(f"5205219{number}" for number in range(10, 25))]
    features = []
    for place, code in enumerate(codes):
        x, y = 105.5 + place % 5 * 0.1, 27.0 + place // 5 * 0.08
        ring = [[x, y], [x + 0.1, y + 0.01], [x + 0.1, y + 0.09], [x, y + 0.08], [x, y]]
        features.append(
            {
                "type": "Feature",
                "properties": {"code": code, "name": "<script>alert(1)</script>"},
                "geometry": {"type": "Polygon", "coordinates": [ring]},
            }
        )
    wrong = tmp_path / "wrong.geojson"
    wrong.write_text(json.dumps({"type": "FeatureCollection", "features": [*features, {"type": "Point"}]}))
    reader.when_opening("/statistics/outlines")
    reader.page.set_input_files("#id_file", wrong)
    with reader.page.expect_navigation():
        reader.page.click("main form button[type=submit]")
    assert reader.page.locator("[role=alert] tbody tr").count() == 1
    reader.then_the_page_is_sound("statistics-outlines-wrong")
    right = tmp_path / "right.geojson"
    right.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    reader.page.set_input_files("#id_file", right)
    with reader.page.expect_navigation():
        reader.page.click("main form button[type=submit]")
    reader.then_the_page_is_sound("statistics-outlines")
    reader.when_opening("/statistics/map?indicator=cdr")
    assert reader.page.locator("svg.map path.area").count() == len(codes)
    reader.then_the_page_does_not_say("alert(1)")
    reader.then_the_page_is_sound("statistics-map-true")


def test_an_officer_opens_the_people_behind_a_number(sit_down: Callable[..., Someone]) -> None:
    officer = sit_down("officer")
    officer.when_opening("/statistics/people")
    assert officer.page.locator("button[name=cell]").count() == 0
    officer.page.click("#area_text")
    officer.page.locator("#area_list [role=option]", has_text="青山村").first.click()
    officer.page.wait_for_url(re.compile("area="))
    with officer.page.expect_navigation():
        officer.page.locator("button[name=cell]").first.click()
    officer.then_address_matches(r"/statistics/people$")
    officer.then_the_page_is_sound("statistics-people-list")
    officer.then_the_page_does_not_say("52059919")


def test_a_village_sees_its_people_and_ages_alone(sit_down: Callable[..., Someone]) -> None:
    worker = sit_down("worker")
    worker.when_opening("/statistics")
    worker.then_the_page_is_sound("statistics-village")
    text = worker.page.inner_text("main")
    assert "Total fertility" not in text and "总和生育率" not in text
