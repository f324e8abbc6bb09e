#!/usr/bin/env python3
"""Keeps the message catalogues: extract, fill, compile, check.

    python tools/catalogues.py update            read the sources, bring the catalogues and the .mo up to date
    python tools/catalogues.py fill zh_Hans F    take translations from a JSON file {English: translation}
    python tools/catalogues.py missing zh_Hans   print what has no translation, as JSON to fill in
    python tools/catalogues.py check             fail when anything is missing, fuzzy, unused or not compiled

A message with a context is written ``context|message`` in those JSON files. System gettext is not needed.
"""

from __future__ import annotations

import io
import json
import re
import sys
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "tongchou"
LOCALE = PACKAGE / "locale"
LANGUAGES = ("zh_Hans", "en")
KEYWORDS: dict = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
#: A fixed moment: catalogues change when messages change, not when the tool runs.
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
_PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|%[sd]|\{(\w*)\}")


def _django_templates(text: str, name: str) -> str:
    """A template as pseudo-Python whose only calls are gettext calls."""
    from django.conf import settings

    if not settings.configured:
        settings.configure(USE_I18N=True)
    from django.utils.translation.template import templatize

    return templatize(text, origin=name)


def sources() -> list[Path]:
    """Every file that may hold messages."""
    python = [path for path in PACKAGE.rglob("*.py") if "tests" not in path.parts]
    return sorted(python + list((PACKAGE / "web" / "templates").rglob("*.html")))


def extracted() -> Catalog:
    """The messages of the sources, with the files (not the lines) they come from."""
    template = Catalog(project="tongchou", charset="utf-8", fuzzy=False)
    for path in sources():
        text = path.read_text(encoding="utf-8")
        name = path.relative_to(ROOT).as_posix()
        if path.suffix == ".html":
            text = _django_templates(text, name)
        reader = io.BytesIO(text.encode("utf-8"))
        found = extract("python", reader, keywords=KEYWORDS, options={"encoding": "utf-8"})
        for _line, message, _comments, context in found:
            template.add(message, locations=[(name, 1)], context=context)
    return template


def path_of(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def read(language: str) -> Catalog:
    """The catalogue on disk, or an empty one."""
    path = path_of(language)
    if not path.exists():
        return Catalog(locale=language, project="tongchou", charset="utf-8", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def _is_empty(message) -> bool:
    texts = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return not any(texts)


def _english(message) -> None:
    """English text is its own translation unless a better one was written."""
    if _is_empty(message):
        message.string = message.id


def update(language: str, template: Catalog) -> Catalog:
    """The catalogue with exactly the messages of the sources, known translations kept."""
    catalogue = read(language)
    catalogue.update(template, no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    if language == "en":
        for message in catalogue:
            if message.id:
                _english(message)
    write(language, catalogue)
    return catalogue


def _po_bytes(catalogue: Catalog) -> bytes:
    catalogue.creation_date = catalogue.revision_date = EPOCH
    catalogue.project, catalogue.version = "tongchou", "1"
    catalogue.header_comment = "# Messages of Tongchou. Kept by tools/catalogues.py."
    catalogue.last_translator = catalogue.language_team = "Tongchou"
    catalogue.msgid_bugs_address = ""
    out = io.BytesIO()
    write_po(out, catalogue, width=110, sort_output=True, include_lineno=False, ignore_obsolete=True)
    return out.getvalue()


def _mo_bytes(catalogue: Catalog) -> bytes:
    out = io.BytesIO()
    write_mo(out, catalogue)
    return out.getvalue()


def write(language: str, catalogue: Catalog) -> None:
    """Both files, replaced whole so that a reader never sees half of one."""
    path = path_of(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    _replace(path, _po_bytes(catalogue))
    _replace(path.with_suffix(".mo"), _mo_bytes(read(language)))


def _replace(path: Path, content: bytes) -> None:
    draft = path.with_suffix(path.suffix + ".new")
    draft.write_bytes(content)
    draft.replace(path)


def _key(message) -> str:
    text = message.id[0] if isinstance(message.id, tuple | list) else message.id
    return f"{message.context}|{text}" if message.context else text


def missing(catalogue: Catalog) -> list[str]:
    return [_key(message) for message in catalogue if message.id and _is_empty(message)]


def fill(language: str, translations: dict[str, str]) -> int:
    """Number of messages that took a translation; existing ones are replaced."""
    catalogue = read(language)
    taken = 0
    for message in catalogue:
        text = translations.get(_key(message)) if message.id else None
        if not text:
            continue
        plural = isinstance(message.id, tuple | list)
        message.string = (text,) * catalogue.num_plurals if plural else text
        taken += 1
    write(language, catalogue)
    return taken


def _placeholders(text: str) -> set[str]:
    return {match.group(0) for match in _PLACEHOLDER.finditer(text)}


def problems() -> list[str]:
    """Everything wrong with the catalogues, in words; an empty list when all is well."""
    template = extracted()
    wanted = {_key(message) for message in template if message.id}
    found = []
    for language in LANGUAGES:
        catalogue = read(language)
        have = {_key(message) for message in catalogue if message.id}
        found += [f"{language}: not in the catalogue: {key!r}" for key in sorted(wanted - have)]
        found += [f"{language}: no longer used: {key!r}" for key in sorted(have - wanted)]
        found += [f"{language}: no translation: {key!r}" for key in missing(catalogue)]
        found += [f"{language}: marked fuzzy: {_key(m)!r}" for m in catalogue if m.id and m.fuzzy]
        found += [f"{language}: placeholders differ: {key!r}" for key in _wrong_placeholders(catalogue)]
        compiled = path_of(language).with_suffix(".mo")
        if not compiled.exists() or _strings(compiled) != _strings(_mo_bytes(catalogue)):
            found.append(f"{language}: {compiled.name} is older than its source")
    return found


def _strings(compiled: Path | bytes) -> dict:
    """What a compiled catalogue says, without the header (it names the version of the tool)."""
    content = compiled if isinstance(compiled, bytes) else compiled.read_bytes()
    return {_key(message): message.string for message in read_mo(io.BytesIO(content)) if message.id}


def _wrong_placeholders(catalogue: Catalog) -> list[str]:
    wrong = []
    for message in catalogue:
        if not message.id or _is_empty(message):
            continue
        ids = message.id if isinstance(message.id, tuple | list) else (message.id,)
        texts = message.string if isinstance(message.string, tuple | list) else (message.string,)
        # The last form (the plural one) carries every value; English singulars may spell "one" out.
        if any(not _placeholders(text) <= _placeholders(ids[-1]) for text in texts) or (
            _placeholders(texts[-1]) != _placeholders(ids[-1])
        ):
            wrong.append(_key(message))
    return wrong


def main(arguments: list[str]) -> int:
    match arguments:
        case [] | ["update"]:
            template = extracted()
            for language in LANGUAGES:
                catalogue = update(language, template)
                print(f"{language}: {len(catalogue)} messages, {len(missing(catalogue))} without translation")
        case ["fill", language, name] if language in LANGUAGES:
            translations = json.loads(Path(name).read_text(encoding="utf-8"))
            print(f"{language}: {fill(language, translations)} taken")
        case ["missing", language] if language in LANGUAGES:
            print(json.dumps(dict.fromkeys(missing(read(language)), ""), ensure_ascii=False, indent=1))
        case ["check"] | ["--check"]:
            found = problems()
            print("\n".join(found) or "catalogues: complete")
            return 1 if found else 0
        case _:
            print(__doc__)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
