"""An officer lets a program in, the program works, and is shut out again."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import TYPE_CHECKING

import pytest
from journeykit.setting import PASSWORD

if TYPE_CHECKING:
    from conftest import Site
    from journeykit.sentences import Someone

pytestmark = [pytest.mark.journey, pytest.mark.wide]


def ask(site: Site, secret: str, path: str) -> tuple[int, dict]:
    """What a program of its own gets from the server."""
    request = urllib.request.Request(  # noqa: S310
        site.address + path, headers={"Authorization": f"Bearer {secret}", "Accept-Language": "zh-CN"}
    )
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def test_a_program_is_let_in_and_shut_out(site: Site, someone: Someone) -> None:
    page = someone.page
    someone.given_signed_in("officer")
    someone.when_opening("/account")
    someone.when_following("程序访问令牌")
    someone.then_the_page_is_sound("tokens-none")

    page.fill("#id_name", "数据交换")
    page.fill("#id_password", PASSWORD)
    someone.when_pressing("生成令牌")
    someone.then_the_page_says("请选择令牌的权限")
    someone.then_the_page_is_sound("tokens-wrong")

    page.check("input[value='worklist.view']")
    page.check("input[value='registry.search']")
    page.fill("#id_password", PASSWORD)
    someone.when_pressing("生成令牌")
    someone.then_the_page_says("令牌已生成")
    someone.then_the_page_is_sound("tokens-made")
    secret = page.inner_text("#secret")

    status, areas = ask(site, secret, "/api/v1/areas")
    assert status == 200 and [one["name"] for one in areas["items"]] == ["云岭镇（示例）"]
    status, refusal = ask(site, secret, "/api/v1/files")
    assert (status, refusal["code"]) == (403, "token.lacks_permission")
    assert refusal["detail"].startswith("该令牌没有此项权限")

    someone.when_opening("/account/tokens")
    assert secret not in page.content()
    someone.when_pressing("撤销")
    someone.then_the_page_says("令牌已撤销")
    assert ask(site, secret, "/api/v1/areas")[0] == 401
