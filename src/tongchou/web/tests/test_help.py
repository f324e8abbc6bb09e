"""Help: for each role, with links that lead somewhere and may be opened."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tongchou.core.roles import Role
from tongchou.web.console.presenters import helping

#: Pages every installation has.
ALWAYS = {
    "search",
    "worklist",
    "population",
    "intake",
    "intake-new",
    "jobs",
    "home",
    "components",
    "money",
    "progress",
    "audit",
}


def test_every_role_has_something_to_do() -> None:
    for role in Role:
        (told,) = helping.of([role])
        assert told.tasks, role
        for task in told.tasks:
            assert task.url or not task.view


def test_pages_that_always_exist_are_linked() -> None:
    named = {task.view for tasks in helping._TASKS.values() for task in tasks}
    assert named >= ALWAYS
    linked = {task.view for told in helping.of(Role) for task in told.tasks}
    assert linked >= ALWAYS


def test_a_page_that_is_not_there_is_not_promised() -> None:
    missing = helping.Task("Fly", "Above the hills.", "no-such-page")
    assert not missing.possible
    assert helping.Task("Walk", "On the path.").possible


def test_nobody_without_a_role_is_told_anything() -> None:
    assert helping.of([]) == ()


@pytest.mark.parametrize("role", Role.values)
def test_what_is_linked_opens(client: Client, make_account: Any, county: Any, role: str) -> None:
    client.force_login(
        make_account("reader", role, county.county), backend="django.contrib.auth.backends.ModelBackend"
    )
    page = client.get("/help")
    assert page.status_code == 200
    for told in helping.of([role]):
        for task in told.tasks:
            assert str(task.title) in page.content.decode()
            if task.url:
                assert client.get(task.url).status_code == 200, (role, task.view)
