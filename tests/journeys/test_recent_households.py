"""What a person opened lately is found again without typing, and can be cleared."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from journeykit import register

if TYPE_CHECKING:
    from conftest import Site
    from journeykit.sentences import Someone

pytestmark = [pytest.mark.journey, pytest.mark.wide]
YEAR = 2026


@pytest.mark.parametrize("language", ["zh"])
def test_the_own_list_comes_and_goes(someone: Someone, site: Site, tmp_path: Path, language: str) -> None:
    someone.given_signed_in("officer")
    someone.when_uploading(register.write(tmp_path / "right.xlsx", year=YEAR), village="青山村（示例）")
    someone.when_pressing("全部写入登记库")
    someone.when_opening("/search")
    assert not someone.page.get_by_text("您最近打开的家庭").is_visible()
    for number in (1, 2):
        someone.when_opening(f"/households/{number}")
    someone.when_opening("/search")
    someone.then_the_page_says("您最近打开的家庭")
    someone.then_the_page_is_sound("search-recent")
    someone.given_language("en")
    someone.then_the_page_is_sound("search-recent")
    someone.given_language("zh")
    someone.when_looking_for("青山")
    someone.page.wait_for_selector("#results table")
    someone.then_the_page_is_sound("search-village")
    someone.when_opening("/search")
    someone.when_pressing("清空记录")
    assert not someone.page.get_by_text("您最近打开的家庭").is_visible()
