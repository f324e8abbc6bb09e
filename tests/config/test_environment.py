"""Settings from the environment: usable defaults, and every mistake named at once."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from tongchou.config.environment import Environment, read_or_make


def test_every_mistake_is_named_at_once() -> None:
    env = Environment({"A": "perhaps", "B": "12x", "C": "short", "D": "z"})
    env.flag("A", default=False)
    env.number("B", default=1, least=0, most=9)
    env.secret("C", file=Path("unused"))
    env.choice("D", default="x", among=("x", "y"))
    with pytest.raises(ImproperlyConfigured) as caught:
        env.finish()
    assert all(f"{name}: " in str(caught.value) for name in "ABCD")


@pytest.mark.parametrize(("raw", "expected"), [("yes", True), ("0", False), ("", True)])
def test_flags(raw: str, expected: bool) -> None:
    env = Environment({"F": raw})
    assert env.flag("F", default=True) is expected
    env.finish()


def test_words_fall_back_to_the_default() -> None:
    assert Environment({"W": " a, b ,"}).words("W", default=["x"]) == ["a", "b"]
    assert Environment({}).words("W", default=["x"]) == ["x"]


def test_a_secret_is_made_once_and_is_private(tmp_path: Path) -> None:
    first = read_or_make(tmp_path / "secret.key")
    assert len(first) >= 32
    assert read_or_make(tmp_path / "secret.key") == first
    assert stat.S_IMODE((tmp_path / "secret.key").stat().st_mode) == 0o600


def test_a_folder_that_cannot_be_made_is_a_mistake(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="ascii")
    env = Environment({"V": str(tmp_path / "file" / "inside")})
    env.path("V", default=tmp_path)
    with pytest.raises(ImproperlyConfigured, match="cannot make the folder"):
        env.finish()
