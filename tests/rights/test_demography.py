"""Figures of births are statistics of populations: nothing ranks, scores or aims at them."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "src" / "tongchou" / "domain" / "demography"
MODULES = sorted(PACKAGE.glob("*.py"))
#: Words of putting areas in an order, of a duty, and of single people.
FORBIDDEN = re.compile(
    r"rank|league|sort|score|target|quota|alarm|worst|best_|person_id|household|mother_id", re.I
)
#: Calls that put values in an order.
ORDERING = {"sort", "argsort", "lexsort", "sorted", "argpartition", "partition", "argmax", "argmin"}
OF_BIRTHS = ("fertility", "sex_ratio", "rates", "births_completeness", "news")


def public_names(tree: ast.Module) -> list[str]:
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            found.append(node.name)
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            found += [one.arg for one in (*node.args.args, *node.args.kwonlyargs)]
        if isinstance(node, ast.ClassDef):
            found += [
                one.target.id
                for one in node.body
                if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name)
            ]
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_no_name_ranks_aims_or_points_at_people(path: Path) -> None:
    names = public_names(ast.parse(path.read_text(encoding="utf-8")))
    assert [name for name in names if FORBIDDEN.search(name)] == []


def test_the_check_sees_a_ranking() -> None:
    tree = ast.parse("def areas_by_births(births, rank): ...\nclass Found:\n    worst: int")
    assert [name for name in public_names(tree) if FORBIDDEN.search(name)] == ["rank", "worst"]


@pytest.mark.parametrize("name", OF_BIRTHS)
def test_figures_of_births_are_put_in_no_order(name: str) -> None:
    tree = ast.parse((PACKAGE / f"{name}.py").read_text(encoding="utf-8"))
    called = {
        node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
    }
    assert not called & ORDERING


def test_the_package_says_so_itself() -> None:
    text = " ".join((PACKAGE / "__init__.py").read_text(encoding="utf-8").split())
    assert "Figures of births are for population accounts only" in text
    assert "nothing here about one person, couple or household" in text


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_the_package_is_pure(path: Path) -> None:
    """Arrays in, arrays out: no file, clock, network or database."""
    allowed = {
        "__future__",
        "collections",
        "dataclasses",
        "enum",
        "functools",
        "itertools",
        "typing",
        "numpy",
        "tongchou",
    }
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            assert {alias.name.split(".")[0] for alias in node.names} <= allowed
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            assert module.split(".")[0] in allowed
            assert not module.startswith("tongchou") or module.startswith("tongchou.domain.demography")
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id not in {"open", "print", "input"}
