"""The names of people in forms and programs, checked as the reader of registers checks them."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from tongchou.core.errors import Invalid
from tongchou.domain.register import cells

LONGEST: Final = cells.MOST_TEXT["name"]


def checked(text: str) -> str:
    """A name as it is stored; nothing of it is cut.

    Raises
    ------
    Invalid
        ``registry.name`` when there is none, it is too long, or it cannot be one.
    """
    if len(text.strip()) > LONGEST:
        message = _("A name has at most 60 characters. Nothing was cut off: check it.")
        raise Invalid("registry.name", message, field="name")
    name, odd = cells.person_name(text)
    if odd:
        message = _("This does not look like a name. Write the name alone, without figures and signs.")
        raise Invalid("registry.name", message, field="name")
    if name is None:
        raise Invalid("registry.name", _("Write the name."), field="name")
    return name
