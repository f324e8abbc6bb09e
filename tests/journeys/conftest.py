"""A real server in a folder of its own, a browser, and the sentences the journeys are written in."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))
WINDOW = {"width": 1366, "height": 768}
CHROMIUM_ARGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@dataclass(frozen=True)
class Site:
    """A running installation."""

    address: str
    var: Path

    def run(self, *words: str) -> None:
        """A step of ``setting.py`` in this installation."""
        subprocess.run(
            [sys.executable, str(HERE / "journeykit" / "setting.py"), *words],
            check=True,
            env=self.environment,
            cwd=self.var,
        )

    @property
    def environment(self) -> dict[str, str]:
        return _environment(self.var)


def _environment(var: Path) -> dict[str, str]:
    kept = {key: text for key, text in os.environ.items() if not key.startswith(("TONGCHOU_", "DATABASE_"))}
    return kept | {
        "TONGCHOU_VAR": str(var),
        "TONGCHOU_SECOND_FACTOR": "optional",
        "DJANGO_SETTINGS_MODULE": "tongchou.config.settings",
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def _free_port() -> int:
    with contextlib.closing(socket.socket()) as door:
        door.bind(("127.0.0.1", 0))
        return door.getsockname()[1]


def _wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        if server.poll() is not None:
            pytest.fail(f"the server ended with {server.returncode}")
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{address}/healthz", timeout=2) as answer:  # noqa: S310
            if answer.status == 200:
                return
        time.sleep(0.1)
    pytest.fail("the server did not answer within 30 seconds")


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an empty installation, to be copied."""
    var = tmp_path_factory.mktemp("migrated")
    migrate = [sys.executable, "-m", "django", "migrate", "--verbosity", "0"]
    subprocess.run(migrate, check=True, env=_environment(var), cwd=var)
    return var


@pytest.fixture(scope="session")
def prepared(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with areas and accounts."""
    var = tmp_path_factory.mktemp("prepared") / "var"
    shutil.copytree(migrated, var)
    Site("", var).run("prepare")
    return var


@pytest.fixture(scope="module")
def site(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """An installation with areas and accounts but without people, one for the tests of a module."""
    var = tmp_path_factory.mktemp("site") / "var"
    shutil.copytree(prepared, var)
    environment = _environment(var)
    port = _free_port()
    there = Site(f"http://127.0.0.1:{port}", var)
    command = [sys.executable, "-m", "gunicorn", "tongchou.config.wsgi", "--bind", f"127.0.0.1:{port}",
               "--threads", "4", "--log-level", "warning"]  # fmt: skip
    with (var / "server.log").open("wb") as log:
        server = subprocess.Popen(command, env=environment, cwd=var, stdout=log, stderr=log)
        try:
            _wait_for(there.address, server)
            yield there
        finally:
            server.terminate()
            server.wait(timeout=20)


@pytest.fixture(scope="session")
def chromium() -> Iterator[object]:
    """The installed Chromium. Without one the journeys fail: a green run has seen the pages."""
    from playwright.sync_api import sync_playwright

    names = ("chromium", "chromium-browser", "google-chrome")
    found = next((path for path in map(shutil.which, names) if path), None)
    if found is None:
        pytest.fail(
            "no Chromium on this machine: apt-get install chromium, or leave them out: -m 'not journey'"
        )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(CHROMIUM_ARGS))
        yield browser
        browser.close()


@pytest.fixture
def someone(chromium: object, site: Site) -> Iterator[object]:
    """Somebody at a desk with a 1366×768 screen who reads Chinese."""
    from journeykit.sentences import Someone

    context = chromium.new_context(viewport=WINDOW, locale="zh-CN", timezone_id="Asia/Shanghai")
    context.set_default_timeout(15_000)
    yield Someone(context, site)
    context.close()


@pytest.fixture
def at_desk(chromium: object, site: Site) -> Iterator[Callable[[str], object]]:
    """``at_desk(username)``: somebody signed in, each at a desk of their own."""
    from journeykit.sentences import Someone

    opened = []

    def signed_in(username: str) -> Someone:
        context = chromium.new_context(viewport=WINDOW, locale="zh-CN")
        opened.append(context)
        person = Someone(context, site)
        person.given_signed_in(username)
        return person

    yield signed_in
    for context in opened:
        context.close()
