"""Fixtures for every test: a private folder, a still clock, a small named county and three people at work."""

from __future__ import annotations

import csv
import datetime as dt
import os
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import hypothesis
import pytest

if TYPE_CHECKING:
    from tongchou.apps.places.models import Area
    from tongchou.apps.statistics.models import Built
    from tongchou.core.models import Account

# The browser driver leaves a running event loop in its process; tests that follow it there use the database
# from the same, only thread.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
# A test of a law says nothing about how long the machine takes for one example. `make test-long` tries more.
EXAMPLES = int(os.environ.get("TONGCHOU_EXAMPLES", "30"))
hypothesis.settings.register_profile("laws", deadline=None, max_examples=EXAMPLES)
hypothesis.settings.load_profile("laws")
#: The moment most tests happen at: a Tuesday morning in Shanghai.
MORNING = dt.datetime(2026, 6, 30, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
PASSWORD = "山路-十八弯-2026"  # noqa: S105 - of accounts in test databases


#: What runs without a database, or in installations of its own on SQLite: once is enough.
ALIKE = (
    "src/tongchou/domain",
    "src/tongchou/policies",
    "src/tongchou/synth",
    "tests/architecture",
    "tests/config",
    "tests/docs",
    "tests/domain",
    "tests/fuzz",
    "tests/policy",
    "tests/synth",
    "tests/truth/test_command_line.py",
    "tests/truth/test_first_run_by_commands.py",
    "tests/truth/test_three_formats.py",
)

#: What asks the database through the ORM alone, or as other tests do: on PostgreSQL not among the quick
#: tests.
PAGES = (
    *(
        f"src/tongchou/apps/{app}/"
        for app in (
            "corrections",
            "duplicates",
            "local",
            "quality",
            "snapshot",
            "statistics",
            "upkeep",
            "yearbook",
        )
    ),
    "src/tongchou/web",
    "tests/access",
    "tests/api",
    "tests/properties",
    "tests/rights",
    "tests/screens",
    "tests/truth",
)


@pytest.hookimpl(tryfirst=True)  # before -m is looked at
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL, leave out what the run on SQLite has shown already for both; pages are wide there."""
    if not os.environ.get("DATABASE_URL", "").startswith("postgres"):
        return
    root = config.rootpath
    for item in items:
        if item.path.relative_to(root).as_posix().startswith(PAGES):
            item.add_marker(pytest.mark.wide)
    alike = {
        item
        for item in items
        if item.path.relative_to(root).as_posix().startswith(ALIKE)
        and "db" not in getattr(item, "fixturenames", ())
        and item.get_closest_marker("django_db") is None
    }
    if alike and len(alike) < len(items):  # somebody who names such tests gets them
        config.hook.pytest_deselected(items=[item for item in items if item in alike])
        items[:] = [item for item in items if item not in alike]


@pytest.fixture(autouse=True)
def var_folder(tmp_path: Path, settings: Any) -> Path:
    """Keys, signed heads and snapshots of each test stay in a folder of its own."""
    folder = tmp_path / "var"
    folder.mkdir()
    settings.VAR = folder
    return folder


@pytest.fixture(autouse=True)
def quick_passwords(settings: Any) -> None:
    """Argon2id takes its time by design; tests that are not about it use a quick hash."""
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.MD5PasswordHasher",
        "django.contrib.auth.hashers.Argon2PasswordHasher",
    ]


@pytest.fixture(autouse=True)
def language_of_the_house(settings: Any) -> None:
    """A page that an earlier test read in English leaves its language behind in the thread."""
    from django.utils import translation

    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture(autouse=True)
def no_second_factor(settings: Any) -> None:
    """Who signs in has to prove it once; tests about second factors set the rule themselves."""
    settings.SECOND_FACTOR = "optional"


@pytest.fixture(autouse=True, scope="session")
def files_listed_once() -> Iterator[None]:
    """Each test client has middleware of its own, which would look for all static files anew."""
    from whitenoise.middleware import WhiteNoiseMiddleware

    listing = WhiteNoiseMiddleware.add_files_from_finders
    known: dict[str, Any] = {}

    def once(middleware: WhiteNoiseMiddleware) -> None:
        if not known:
            listing(middleware)
            known.update(middleware.files)
        middleware.files.update(known)

    patch = pytest.MonkeyPatch()
    patch.setattr(WhiteNoiseMiddleware, "add_files_from_finders", once)
    yield
    patch.undo()


@pytest.fixture(autouse=True, scope="session")
def flush_guarded_tables() -> Iterator[None]:
    """Tests with real transactions empty all tables afterwards; append-only ones open up for that."""
    from django.db import connection
    from django.test import TransactionTestCase

    from tongchou.core.append_only import paused

    empty = TransactionTestCase._fixture_teardown

    def opened(case: TransactionTestCase) -> None:
        with paused(connection):
            empty(case)

    patch = pytest.MonkeyPatch()
    patch.setattr(TransactionTestCase, "_fixture_teardown", opened)
    yield
    patch.undo()


@pytest.fixture
def frozen_clock() -> Iterator[dt.datetime]:
    """The moment the clock is held at during the test."""
    from tongchou.core import clock

    with clock.frozen(MORNING) as at:
        yield at


@dataclass(frozen=True)
class DemoCounty:
    """大方县 with one made-up township: two villages of two groups each."""

    county: Area
    township: Area
    villages: tuple[Area, Area]
    groups: tuple[Area, ...]

    @property
    def village(self) -> Area:
        return self.villages[0]

    @property
    def other_village(self) -> Area:
        return self.villages[1]


_TOWNSHIP = "520521901"
_DEMO_AREAS = (
    (_TOWNSHIP, "云岭镇（示例）", "township", "520521"),
    (f"{_TOWNSHIP}201", "青山村（示例）", "village", _TOWNSHIP),
    (f"{_TOWNSHIP}201-01", "一组（示例）", "group", f"{_TOWNSHIP}201"),
    (f"{_TOWNSHIP}201-02", "二组（示例）", "group", f"{_TOWNSHIP}201"),
    (f"{_TOWNSHIP}202", "白水村（示例）", "village", _TOWNSHIP),
    (f"{_TOWNSHIP}202-01", "一组（示例）", "group", f"{_TOWNSHIP}202"),
    (f"{_TOWNSHIP}202-02", "二组（示例）", "group", f"{_TOWNSHIP}202"),
)


@pytest.fixture
def county(db: None, frozen_clock: dt.datetime) -> DemoCounty:
    """The packaged nine units, and the demo township in 大方县."""
    from tongchou.apps.places import api as places
    from tongchou.apps.places.loading import REFERENCE

    # In one go: a second list would number all areas anew, and every table with them.
    lines = REFERENCE.read_text("utf-8").splitlines()
    rows = list(csv.DictReader(line for line in lines if not line.startswith("#")))
    rows += [
        {"code": code, "name": name, "level": level, "parent_code": parent, "valid_from": "2010-11-01"}
        for code, name, level, parent in _DEMO_AREAS
    ]
    places.load_areas(rows, by=None, at=frozen_clock)
    areas = {area.code: area for area in places.Area.objects.all()}
    return DemoCounty(
        county=areas["520521"],
        township=areas[_TOWNSHIP],
        villages=(areas[f"{_TOWNSHIP}201"], areas[f"{_TOWNSHIP}202"]),
        groups=tuple(areas[code] for code, _name, level, _parent in _DEMO_AREAS if level == "group"),
    )


@pytest.fixture
def make_account(db: None, frozen_clock: dt.datetime) -> Callable[..., Account]:
    """``make_account("name", role, area)``: an account (password: see ``password``) with one role or none."""
    from tongchou.core import actions

    def make(
        username: str, role: str | None = None, area: Area | None = None, display_name: str = ""
    ) -> Account:
        account = actions.create_account(
            username=username,
            display_name=display_name or username,
            password=PASSWORD,
            by=None,
            at=frozen_clock,
        )
        if role is not None and area is not None:
            actions.assign_role(
                account=account,
                role=role,
                area_id=area.pk,
                scope_no=area.scope_no,
                scope_end=area.scope_end,
                by=None,
                at=frozen_clock,
            )
        return account

    return make


@pytest.fixture
def make_program(frozen_clock: dt.datetime) -> Callable[..., Any]:
    """``make_program(account)``: a client that calls the API with a token of the account.

    The token holds all the account may do, or the ``permissions`` named.
    """
    from django.test import Client

    from tongchou.core.tokens import api as tokens

    def make(account: Account, permissions: Iterable[str] | None = None, language: str = "en") -> Client:
        held = tokens.own_permissions(account, on=frozen_clock.date()) if permissions is None else permissions
        made = tokens.make_token(
            name=f"program {len(tokens.tokens_of(account))}",
            permissions=list(held),
            expires_on=frozen_clock.date() + dt.timedelta(days=30),
            by=account,
            at=frozen_clock,
        )
        client = Client(headers={"authorization": f"Bearer {made.secret}", "accept-language": language})
        client.token = f"Bearer {made.secret}"
        return client

    return make


@pytest.fixture
def password() -> str:
    """The password of every account the fixtures make."""
    return PASSWORD


@pytest.fixture
def village_worker(make_account: Callable[..., Account], county: DemoCounty) -> Account:
    """王芳, who works in 青山村."""
    return make_account("wangfang", "village_worker", county.village, "王芳（示例）")


@pytest.fixture
def township_officer(make_account: Callable[..., Account], county: DemoCounty) -> Account:
    """李文, officer of 云岭镇."""
    return make_account("liwen", "township_officer", county.township, "李文（示例）")


@pytest.fixture
def county_reviewer(make_account: Callable[..., Account], county: DemoCounty) -> Account:
    """周敏, reviewer of 大方县."""
    return make_account("zhoumin", "county_reviewer", county.county, "周敏（示例）")


@pytest.fixture
def audited() -> Callable[[], AbstractContextManager[None]]:
    """``with audited(): act(...)`` fails unless the last statement inside that writes is the audit row."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    @contextmanager
    def check() -> Iterator[None]:
        with CaptureQueriesContext(connection) as caught:
            yield
        writes = [
            query["sql"] for query in caught if re.match(r"\s*(INSERT|UPDATE|DELETE|COPY)\b", query["sql"])
        ]
        assert writes, "nothing was written"
        assert "core_auditentry" in writes[-1], f"written after the audit row: {writes[-1][:200]}"

    return check


@pytest.fixture
def make_cubes(
    county: DemoCounty, county_reviewer: Account, frozen_clock: dt.datetime
) -> Callable[..., Built]:
    """``make_cubes()``: cubes of made-up numbers of the two villages of the county, kept as real ones are.

    ``months`` (five years of them), ``people`` of a village and ``seed`` are those of ``synth.made_months``.
    ``change`` is done to the cube before it is kept, ``boundaries`` is the day of the tree, today's when left
    out, and ``former`` stands before the names of villages on it; ``tables`` are tables of ``files.LATER``.
    """
    import polars as pl

    from tongchou.apps.snapshot import api as snapshots
    from tongchou.apps.statistics import actions, counting, files
    from tongchou.domain.statistics.cube import Basis
    from tongchou.synth.months import made_months, made_tables

    def make(
        *,
        change: Callable[[Any], Any] = lambda cube: cube,
        boundaries: dt.date | None = None,
        former: str = "",
        tables: dict[str, Any] | None = None,
        **wanted: Any,
    ) -> Built:
        at = frozen_clock
        day = boundaries or at.date()
        snapshot = snapshots.take_snapshot(by=county_reviewer, at=at, as_of=at.date(), purpose="test")
        villages = [(area.code, f"{former}{area.name}") for area in county.villages]
        cube = made_months(villages=len(villages), **wanted)
        cube = change(replace(cube, areas=tuple(code for code, _name in villages), boundaries=day))
        stock, marital = made_tables(cube, township=county.township.code)
        above = {
            "township_code": county.township.code,
            "township_name": county.township.name,
            "county_code": county.county.code,
            "county_name": county.county.name,
        }
        areas = pl.DataFrame([{"code": code, "name": name} | above for code, name in villages])
        cubes = files.Cubes(
            months={basis: replace(cube, basis=basis) for basis in Basis},
            stock=stock,
            marital=marital,
            areas=areas,
            **(tables or {}),
        )
        counted = counting.Counted(cubes, chosen=0, unplaced=0)
        return actions.keep(counted, by=county_reviewer, at=at, snapshot=snapshot, boundaries=day)

    return make
