"""Choosing an area without shipping them all: a step down at a time, or a few letters of its name.

The page holds a select with the way down to the chosen area and its children. A script lays a combobox over
it that asks ``console:area-choices`` while the person types; without it the select leads there step by step.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from tongchou.apps.places import api as places
from tongchou.core.scope import Scope
from tongchou.web.console.parts import whole

#: Levels people choose among, from the widest. Villagers' groups are named in registers, not on forms.
LEVELS = (places.Level.PREFECTURE, places.Level.COUNTY, places.Level.TOWNSHIP, places.Level.VILLAGE)
#: Suggestions shown at once.
MOST = 20


@dataclass(frozen=True, slots=True)
class Choice:
    """An area that can be chosen; ``depth`` says how far below the reader's areas it lies."""

    value: str
    name: str
    level: str
    place: str
    code: str
    chosen: bool = False
    depth: int = 0

    @property
    def label(self) -> str:
        return f"{'　' * self.depth}{self.name}"


@dataclass(frozen=True, slots=True)
class Picker:
    """What ``parts/area_picker.html`` draws. ``empty`` is the words for no area, "" where one is needed."""

    name: str
    area: places.Area | None
    choices: list[Choice]
    permission: str
    empty: str = ""
    level: str = ""
    submits: bool = False

    @property
    def value(self) -> str:
        return str(self.area.pk) if self.area else ""

    @property
    def needed(self) -> bool:
        """False when there is nothing to choose among."""
        return len(self.choices) > 1

    @property
    def chosen(self) -> Choice | None:
        return next((choice for choice in self.choices if choice.chosen), None)

    @property
    def source(self) -> str:
        """Where the combobox asks for suggestions."""
        return f"{reverse('console:area-choices')}?{urlencode({'for': self.permission, 'level': self.level})}"


def pick(
    asked: Any,
    *,
    scope: Scope,
    permission: str,
    name: str = "area",
    empty: str = "",
    level: str = "",
    submits: bool = False,
) -> Picker:
    """The picker of a form that asks for one of the reader's areas; at most five queries.

    Parameters
    ----------
    asked
        Number of the area the reader chose, as it came; one that is unknown or out of reach is ignored.
    permission
        Under which suggestions are looked for: the one that gave ``scope``.
    level
        The level wanted in the end; a wider area is a step on the way to it. Any level when empty.
    submits
        True for a filter that is applied as soon as an area is chosen.
    """
    area = reached(asked, scope)
    choices = _choices(area, scope)
    return Picker(name, area, choices, permission, empty=empty, level=level, submits=submits)


def reached(asked: Any, scope: Scope) -> places.Area | None:
    """The area with the number asked for when people may choose it and the scope reaches it."""
    number = whole(asked)
    area = None if number is None else places.area_by_id(number, within=scope)
    return area if area is not None and area.valid_to is None and area.level in LEVELS else None


def suggestions(text: str, *, scope: Scope, level: str = "", under: Any = None) -> list[Choice]:
    """At most ``MOST`` areas meant by the text; for no text the steps from ``under``, as in the select."""
    if not text.strip():
        return _choices(reached(under, scope), scope)
    levels = (level,) if level else LEVELS
    return [_choice(area) for area in places.suggest(text, within=scope, levels=levels, limit=MOST)]


def _choices(area: places.Area | None, scope: Scope) -> list[Choice]:
    """The way down to the area and what lies below it; at the top the reader's own areas."""
    if area is None:
        line, below = [], places.tops(scope)
        if len(below) == 1:  # one area is all the reader has: the choice is among its children
            line, below = below, _children(below[0])
    else:
        line, below = places.line_to(area, scope), _children(area)
    return [
        *(_choice(one, chosen=one == area, depth=depth) for depth, one in enumerate(line)),
        *(_choice(one, depth=len(line)) for one in below if one.level in LEVELS),
    ]


def _children(area: places.Area) -> list[places.Area]:
    return places.children(area) if area.level != places.Level.VILLAGE else []


def _choice(area: places.Area, *, chosen: bool = False, depth: int = 0) -> Choice:
    """The area with the names above it, when they were read with it."""
    above = []
    step = area
    while "parent" in step._state.fields_cache and step.parent is not None:
        step = step.parent
        if step.level in (places.Level.COUNTY, places.Level.TOWNSHIP):
            above.append(step.name)
    return Choice(str(area.pk), area.name, area.level, " · ".join(above[::-1]), area.code, chosen, depth)


class AreaWidget(forms.Widget):
    """Draws the picker of its field."""

    picker: Picker

    def use_required_attribute(self, initial: Any) -> bool:
        return False

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        given = self.build_attrs(self.attrs, attrs)
        context = {
            "picker": self.field.picker(name, value),
            "id": given.get("id", f"id_{name}"),
            "described_by": given.get("aria-describedby"),
            "wrong": given.get("aria-invalid") == "true",
        }
        return render_to_string("console/parts/area_picker.html", context)

    field: AreaField


class AreaField(forms.Field):
    """One of the reader's areas; the cleaned value is the area.

    A form takes the scope when it is made: ``self.fields["village"].scope = scope``. With ``level`` only an
    area of that level will do; a wider one brings the form back with what lies below it, and says so.
    """

    widget = AreaWidget
    default_error_messages = {
        "required": _("Choose an area."),
        "invalid_choice": _("Choose an area from the list."),
        "wider": _("Now choose one of the areas below %(area)s."),
    }

    def __init__(self, *, permission: str, level: str = "", empty: Any = "", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.permission, self.level, self.empty = permission, level, empty
        self.scope = Scope.nothing()
        self.widget.field = self

    def __deepcopy__(self, memo: Any) -> AreaField:
        copied: AreaField = super().__deepcopy__(memo)
        copied.widget.field = copied
        return copied

    def picker(self, name: str, value: Any) -> Picker:
        asked = value.pk if isinstance(value, places.Area) else value
        empty = str(self.empty)
        return pick(
            asked, scope=self.scope, permission=self.permission, name=name, empty=empty, level=self.level
        )

    def clean(self, value: Any) -> places.Area | None:
        if value in self.empty_values:
            if self.required:
                raise ValidationError(self.error_messages["required"], code="required")
            return None
        area = reached(value, self.scope)
        if area is None:
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
        if self.level and area.level != self.level:
            code = "wider" if _is_above(area.level, self.level) else "invalid_choice"
            raise ValidationError(self.error_messages[code], code=code, params={"area": area.name})
        return area


def _is_above(level: str, other: str) -> bool:
    order: Sequence[str] = places.Level.values
    return order.index(level) < order.index(other)
