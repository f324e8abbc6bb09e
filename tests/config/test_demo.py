"""What a newcomer does first: `tongchou demo` in an empty folder, and a look at its pages."""

from __future__ import annotations

import http.cookiejar
import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from tests.config.test_serving import answers

from tongchou.cli.serve import free_port

PATIENCE = 120.0  # seconds for the whole set-up; a busy machine takes its time


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """The address of a demo that has just been set up by the process that serves it, and its folder."""
    port = free_port("127.0.0.1", 0)
    folder = tmp_path / "demo"
    kept = {
        name: text for name, text in os.environ.items() if not name.startswith(("TONGCHOU_", "DATABASE_"))
    }
    words = ("demo", "--var", str(folder), "--registered", "200", "--port", str(port))
    log = (tmp_path / "log").open("wb")
    started = subprocess.Popen(
        [sys.executable, "-m", "tongchou", *words], env=kept, stdout=log, stderr=log, start_new_session=True
    )
    address = f"http://127.0.0.1:{port}"
    try:
        end = time.monotonic() + PATIENCE
        while not answers(port):
            assert started.poll() is None, (tmp_path / "log").read_text()
            assert time.monotonic() < end, (tmp_path / "log").read_text()
            time.sleep(0.3)
        yield address, folder
    finally:
        os.killpg(started.pid, signal.SIGTERM)
        try:
            started.wait(30)
        finally:
            log.close()


def test_the_first_pages_of_a_fresh_demo_answer(demo: tuple[str, Path]) -> None:
    address, folder = demo
    accounts = json.loads((folder / "demo.json").read_text("utf-8"))["accounts"]
    (statistician,) = (one for one in accounts if one["username"] == "tongji")
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
    page = opener.open(f"{address}/sign-in", timeout=20).read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert token is not None
    fields = {"username": "tongji", "password": statistician["password"], "csrfmiddlewaretoken": token[1]}
    request = urllib.request.Request(  # noqa: S310 - our own
        f"{address}/sign-in", urlencode(fields).encode(), headers={"Referer": address}
    )
    assert "孙丽" in opener.open(request, timeout=20).read().decode()
    # Each of the server's processes reads the snapshot, which a server forked after the set-up never does.
    for _time in range(6):
        assert "金字塔" in opener.open(f"{address}/population", timeout=20).read().decode()
