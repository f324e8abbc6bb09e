"""Reads settings from the environment and reports every bad one at once."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


class Environment:
    """Typed access to environment variables.

    Each reader returns a usable value and notes what was wrong; ``finish`` raises
    ``ImproperlyConfigured`` naming all of them, so that one start shows all mistakes.
    """

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values
        self._problems: list[str] = []

    def refuse(self, name: str, why: str) -> None:
        self._problems.append(f"{name}: {why}")

    def text(self, name: str, *, default: str) -> str:
        return self._values.get(name, "").strip() or default

    def words(self, name: str, *, default: list[str]) -> list[str]:
        """A comma-separated list."""
        raw = self._values.get(name, "")
        return [word.strip() for word in raw.split(",") if word.strip()] or default

    def flag(self, name: str, *, default: bool) -> bool:
        raw = self._values.get(name, "").strip().lower()
        if raw in {"", "1", "yes", "true", "on", "0", "no", "false", "off"}:
            return default if raw == "" else raw in {"1", "yes", "true", "on"}
        self.refuse(name, f"must be yes or no, not {raw!r}")
        return default

    def choice(self, name: str, *, default: str, among: tuple[str, ...]) -> str:
        raw = self._values.get(name, "").strip()
        if raw and raw not in among:
            self.refuse(name, f"must be one of {', '.join(among)}, not {raw!r}")
            return default
        return raw or default

    def number(self, name: str, *, default: int, least: int, most: int) -> int:
        raw = self._values.get(name, "").strip()
        if not raw:
            return default
        if not (raw.isascii() and raw.isdigit() and least <= int(raw) <= most):
            self.refuse(name, f"must be a whole number from {least} to {most}, not {raw!r}")
            return default
        return int(raw)

    def path(self, name: str, *, default: Path) -> Path:
        folder = Path(self._values.get(name, "").strip() or default).expanduser().absolute()
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            self.refuse(name, f"cannot make the folder {folder}: {error.strerror}")
        return folder

    def secret(self, name: str, *, file: Path) -> str:
        """The variable, or the content of a private file that is made on first run."""
        value = self._values.get(name, "").strip()
        if value:
            if len(value) < 32:
                self.refuse(name, "must have at least 32 characters")
            return value
        return read_or_make(file)

    def finish(self) -> None:
        if self._problems:
            raise ImproperlyConfigured("settings: " + "; ".join(self._problems))


def read_or_make(path: Path) -> str:
    """The secret kept in a file only its owner can read; made once, whoever comes first."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    except OSError as error:
        raise ImproperlyConfigured(f"settings: cannot write {path}: {error.strerror}") from error
    value = secrets.token_urlsafe(48)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(value + "\n")
    return value
