"""Write the generated reference pages. With ``--check`` only compare them with what is committed."""

from __future__ import annotations

import ast
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import click

ROOT = Path(__file__).resolve().parent.parent
REFERENCE = ROOT / "docs" / "reference"

SETTINGS_HEAD = """# Settings
All settings come from environment variables; a bad value stops the start with every mistake named at once.
Nothing needs to be set to begin with.

| Variable | Default | Meaning |
|---|---|---|
"""
MEANINGS = {
    "TONGCHOU_VAR": "folder for all the installation writes: database, keys, signed audit head, snapshots",
    "TONGCHOU_SECRET_KEY": "key for sessions and forms, ≥ 32 characters; made on first run",
    "TONGCHOU_HOSTS": "comma-separated host names the pages answer to",
    "TONGCHOU_ORIGINS": "comma-separated origins trusted for forms behind a proxy",
    "TONGCHOU_HTTPS": "yes when people reach the pages by HTTPS: cookies are then sent on HTTPS only",
    "TONGCHOU_LOG_LEVEL": "DEBUG, INFO, WARNING or ERROR; identity and telephone numbers are masked",
    "DATABASE_URL": "sqlite:///path or postgresql://user:password@host/name",
}


def settings_markdown() -> str:
    """The table of settings, read from the calls in ``config/settings.py``."""
    tree = ast.parse((ROOT / "src/tongchou/config/settings.py").read_text(encoding="utf-8"))
    rows = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("env.") and node.args:
            name = ast.literal_eval(node.args[0])
            if ast.unparse(node.func) == "env.refuse":
                continue
            default = {word.arg: ast.unparse(word.value) for word in node.keywords}
            shown = default.get("default") or f"generated in {default.get('file', '')}"
            rows.append(f"| `{name}` | `{shown}` | {MEANINGS[name]} |")
    return SETTINGS_HEAD + "\n".join(rows) + "\n"


def commands(command: click.Command, path: str) -> Iterator[str]:
    if isinstance(command, click.Group):
        for name in sorted(command.commands):
            yield from commands(command.commands[name], f"{path} {name}")
        return
    context = click.Context(command, info_name=path, terminal_width=100, max_content_width=100)
    yield f"## {path}\n\n```\n{command.get_help(context)}\n```\n"


def cli_markdown() -> str:
    from tongchou.cli import main

    head = "# Commands\nWritten from the commands themselves.\n\n"
    note = (
        "Commands that read the registry in bulk act as an account: its password comes from "
        "`TONGCHOU_PASSWORD` or a prompt, and the purpose goes into the audit chain.\n\n"
    )
    return head + note + "\n".join(commands(main, "tongchou"))


def pages() -> dict[str, str]:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongchou.config.settings")
    import django

    django.setup()
    from tongchou.apps.intake.reference import registers_markdown
    from tongchou.apps.local.reference import local_markdown
    from tongchou.policies.docs import facts_markdown, programmes_markdown

    return {
        "facts.md": facts_markdown(),
        "programmes.md": programmes_markdown(),
        "registers.md": registers_markdown(),
        "local.md": local_markdown(),
        "settings.md": settings_markdown(),
        "cli.md": cli_markdown(),
    }


def main() -> None:
    stale = []
    for name, text in pages().items():
        path = REFERENCE / name
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        stale.append(name)
        if "--check" not in sys.argv:
            path.write_text(text, encoding="utf-8")
            print(f"wrote docs/reference/{name}")
    if "--check" in sys.argv and stale:
        sys.exit(f"out of date, run `make docs`: {', '.join(stale)}")


if __name__ == "__main__":
    main()
