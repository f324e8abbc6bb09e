"""The templates there are: those of the program, and those of a folder the installation names."""

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
from tongchou.domain.exchange.templates import Template, TemplateError, read_template

#: The folder with templates of one's own (``*.yaml``); one with the code of a packaged one replaces it.
FOLDER: Final = "TONGCHOU_EXCHANGE"


def templates() -> Mapping[str, Template]:
    """Every template by code, the packaged ones first.

    Raises
    ------
    TemplateError
        When one of them is wrong.
    """
    return _read(os.environ.get(FOLDER, ""))


@lru_cache(maxsize=4)
def _read(own: str) -> Mapping[str, Template]:
    packaged = resources.files("tongchou.reference") / "exchange"
    names = sorted(one.name for one in packaged.iterdir() if one.name.endswith(".yaml"))
    texts = [(name, (packaged / name).read_text(encoding="utf-8")) for name in names]
    if own:
        folder = Path(own)
        if not folder.is_dir():
            raise TemplateError(f"{own} ({FOLDER}) is not a folder")
        texts += [(str(file), file.read_text(encoding="utf-8")) for file in sorted(folder.glob("*.yaml"))]
    found = [read_template(text, name) for name, text in texts]
    return MappingProxyType({one.code: one for one in found})


def template_of(code: str) -> Template:
    """The template of that code.

    Raises
    ------
    Invalid
        ``exchange.template``.
    """
    found = templates().get(code)
    if found is None:
        raise Invalid("exchange.template", _("Choose the list from those there are."), field="template")
    return found
