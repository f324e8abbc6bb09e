"""The bank templates there are: those of the program, and those of a folder the installation names."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from pathlib import Path
from types import MappingProxyType
from typing import Final

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from tongchou.core.errors import Invalid
from tongchou.domain.payments.templates import Template, TemplateError, read_template

#: The setting that names the folder with templates of one's own (``*.yaml``).
FOLDER: Final = "TONGCHOU_BANKS"


def templates() -> Mapping[str, Template]:
    """Every template by code; one of the installation's folder with the code of a sample replaces it.

    Raises
    ------
    TemplateError
        When one of them is wrong.
    """
    return _read(settings.BANKS)


@lru_cache(maxsize=4)
def _read(own: str) -> Mapping[str, Template]:
    samples = resources.files("tongchou.reference") / "banks"
    listed = sorted(
        (one for one in samples.iterdir() if one.name.endswith(".yaml")), key=lambda one: one.name
    )
    texts = [(one.name, one.read_text(encoding="utf-8")) for one in listed]
    if own:
        folder = Path(own)
        if not folder.is_dir():
            raise TemplateError(f"{own} ({FOLDER}) is not a folder")
        try:
            texts += [(str(file), file.read_text(encoding="utf-8")) for file in sorted(folder.glob("*.yaml"))]
        except (OSError, UnicodeDecodeError) as error:
            raise TemplateError(f"{own}: {error}") from error
    return MappingProxyType({one.code: one for one in (read_template(text, name) for name, text in texts)})


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
