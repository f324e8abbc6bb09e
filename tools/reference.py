"""Write the generated reference pages. With ``--check`` only compare them with what is committed.

Names of pages that follow ``--but`` are left out.
"""

from __future__ import annotations

import ast
import os
import sys
from collections.abc import Callable, Iterator
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
    "TONGCHOU_SECOND_FACTOR": "who signs in with a second factor: keepers (administrators, auditors "
    "and roles that export or decide for a county), all, or optional",
    "TONGCHOU_IDLE_MINUTES": "minutes without a click after which a session ends, 5 to 240; 15 at most for "
    "administrators and auditors",
    "TONGCHOU_OFFICE": "the office that answers for personal information here, as the public pages name it",
    "TONGCHOU_OVERLAYS": "folder with the amounts and ages of province, prefecture and county (`*.yaml`)",
    "TONGCHOU_BANKS": "folder with templates of bank files (`*.yaml`) beside the samples of the program",
    "TONGCHOU_OFFICE_CONTACT": "its address and telephone, in one line",
    "TONGCHOU_INTAKE_MOST_ERRORS": "percent of people in error; above it a register is refused",
    "TONGCHOU_INTAKE_MOST_DUPLICATES": "percent of people listed twice; above it a register is refused",
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


CHECKS_HEAD = """# Checks of the records
Written from `src/tongchou/checks/`. A check names people whose record lacks something or says what cannot
be, so that somebody helps to mend it. It can look at the [facts](facts.md) alone, and at none that is
sensitive; nobody is refused anything because a check names them. `tongchou checks run` runs them over the
latest snapshot.
"""


def checks_markdown() -> str:
    """Every packaged check with its words and its clauses."""
    from tongchou import checks

    parts = [CHECKS_HEAD]
    for check in checks.load():
        clauses = " and ".join(
            f"`{one.fact}` {one.word.replace('_', ' ')} `{one.operand}`" for one in check.where
        )
        parts.append(
            f"## {check.text('title', 'en')} · {check.text('title', 'zh')}\n"
            f"`{check.code}`, {check.severity}. {check.text('wrong', 'en')} {check.text('why', 'en')}\n\n"
            f"- When: {clauses}\n- Mend: {check.text('fix', 'en')}\n"
        )
    return "\n".join(parts)


def commands(command: click.Command, path: str) -> Iterator[str]:
    context = click.Context(command, info_name=path, terminal_width=100, max_content_width=100)
    if isinstance(command, click.Group):
        for name in sorted(command.list_commands(context)):
            inside = command.get_command(context, name)
            assert inside is not None
            yield from commands(inside, f"{path} {name}")
        return
    yield f"## {path}\n\n```\n{command.get_help(context)}\n```\n"


def cli_markdown() -> str:
    from tongchou.cli import main

    head = "# Commands\nWritten from the commands themselves.\n\n"
    note = (
        "Commands that read the registry in bulk act as an account: its password comes from "
        "`TONGCHOU_PASSWORD` or a prompt, a code of its second factor when it has one from "
        "`TONGCHOU_CODE` or a prompt, and the purpose goes into the audit chain.\n\n"
    )
    return head + note + "\n".join(commands(main, "tongchou"))


def pages() -> dict[str, Callable[[], str]]:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongchou.config.settings")
    import django

    django.setup()
    from tongchou.apps.intake.lists.reference import lists_markdown
    from tongchou.apps.intake.reference import registers_markdown
    from tongchou.apps.local.reference import local_markdown
    from tongchou.policies.certification import certification_markdown
    from tongchou.policies.docs import facts_markdown, programmes_markdown
    from tongchou.web.api.reference import api_markdown

    return {
        "facts.md": facts_markdown,
        "lists.md": lists_markdown,
        "programmes.md": programmes_markdown,
        "certification.md": certification_markdown,
        "checks.md": checks_markdown,
        "registers.md": registers_markdown,
        "local.md": local_markdown,
        "settings.md": settings_markdown,
        "cli.md": cli_markdown,
        "api.md": api_markdown,
    }


def main() -> None:
    stale = []
    left_out = sys.argv[sys.argv.index("--but") + 1 :] if "--but" in sys.argv else []
    for name, written in pages().items():
        if name in left_out:
            continue
        path, text = REFERENCE / name, written()
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
