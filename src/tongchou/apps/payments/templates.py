"""The bank templates there are: those of the program, and those of a folder the installation names."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from pathlib import Path
from types import MappingProxyType
from typing import Final

from django.utils.translation import gettext_lazy as _

from tongchou.core.errors import Invalid
from tongchou.domain.payments.templates import Template, TemplateError, read_template

#: The folder with templates of one's own (``*.yaml``); one with the code of a sample replaces it.
FOLDER: Final = "TONGCHOU_BANKS"


def templates() -> Mapping[str, Template]:
    """Every template by code.

    Raises
    ------
    TemplateError
        When one of them is wrong.
    """
    return _read(os.environ.get(FOLDER, ""))


@lru_cache(maxsize=4)
def _read(own: str) -> Mapping[str, Template]:
    samples = resources.files("tongchou.reference") / "banks"
    texts = [(one.name, one.read_text(encoding="utf-8")) for one in samples.iterdir()]
    if own:
        folder = Path(own)
        if not folder.is_dir():
            raise TemplateError(f"{own} ({FOLDER}) is not a folder")
        texts += [(str(file), file.read_text(encoding="utf-8")) for file in sorted(folder.glob("*.yaml"))]
    found: dict[str, Template] = {}
    for name, text in sorted(texts, key=lambda one: one[0] if "/" not in one[0] else f"~{one[0]}"):
        if name.endswith(".yaml"):
            template = read_template(text, name)
            found[template.code] = template
    return MappingProxyType(found)


def template_of(code: str) -> Template:
    """The template of that code.

    Raises
    ------
    Invalid
    """
    found = templates().get(code)
    if found is None:
        raise Invalid("payments.template", _("Choose the bank's template from the list."), field="template")
    return found
