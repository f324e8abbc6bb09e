"""Template tags of the console: icons from the sprite, and the formatters as filters."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from typing import Any

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils import translation
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from tongchou.web.console import formatters, svg_charts, svg_rank_charts

register = template.Library()

_TONES = {"success": "good", "error": "bad", "warning": "warn"}
#: Runs of Chinese signs and the punctuation between them.
_CHINESE = re.compile(r"([\u3400-\u9fff]+(?:[、，（）·]+[\u3400-\u9fff]+)*）?)")
_HTML_LANGUAGES = {"zh-hans": "zh-Hans"}


@register.simple_tag
def icon(name: str, extra: str = "") -> SafeString:
    """One drawing of the sprite; decorative, so the words beside it must say the same."""
    return _icon(name, extra, settings.STATIC_URL)


# A page has a hundred of them; where the sprite is does not change while the server runs.
@functools.lru_cache(maxsize=256)
def _icon(name: str, extra: str, _static_url: str) -> SafeString:
    return format_html(
        '<svg class="icon {}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        extra,
        static("console/icons.svg"),
        name,
    )


@register.simple_tag
def chart(drawn: Mapping[str, Any]) -> SafeString:
    """A chart of a publication or a bulletin of units as SVG."""
    return svg_rank_charts.svg(drawn) if drawn["kind"] in svg_rank_charts.KINDS else svg_charts.svg(drawn)


@register.simple_tag
def interval_bar(bar: tuple[float, float, float], least: float) -> SafeString:
    """A figure with its interval as a line in a cell; its words stand beside it."""
    return svg_rank_charts.bar(bar, least)


@register.filter
def tone(level: str) -> str:
    """The colour class of a message level; information has none."""
    return _TONES.get(level, "")


@register.filter
def html_lang(code: str) -> str:
    """The language tag browsers and screen readers expect (``zh-Hans``)."""
    return _HTML_LANGUAGES.get(code, code)


@register.filter
def chinese(text: str) -> SafeString:
    """A text with its Chinese words marked as such, for pages in another language.

    Examples
    --------
    >>> with translation.override("en"):
    ...     chinese("Write 男 or <b>")
    'Write <span lang="zh-Hans">男</span> or &lt;b&gt;'
    """
    if (translation.get_language() or "").startswith("zh"):
        return conditional_escape(text)
    parts = _CHINESE.split(str(text))
    marked = (
        format_html('<span lang="zh-Hans">{}</span>' if place % 2 else "{}", part)
        for place, part in enumerate(parts)
    )
    return mark_safe("".join(marked))  # noqa: S308 - every part went through format_html


#: Commands, paths and names of settings inside a sentence.
_TECHNICAL = re.compile(
    r"((?:[A-Za-z/][\w./=:@-]*[\w/=]|--?[A-Za-z-]+)(?: (?:[A-Za-z/\d][\w./=:@,-]*[\w/=]|--?[A-Za-z-]+))*)"
)


@register.filter
def technical(text: str) -> SafeString:
    """A Chinese text with its commands and paths set apart; an English one with its Chinese words marked.

    Examples
    --------
    >>> with translation.override("zh-hans"):
    ...     technical("请运行：tongchou setup")
    '请运行：<code translate="no">tongchou setup</code>'
    """
    if not (translation.get_language() or "").startswith("zh"):
        return chinese(text)
    parts = _TECHNICAL.split(str(text))
    marked = (
        format_html('<code translate="no">{}</code>' if place % 2 else "{}", part)
        for place, part in enumerate(parts)
    )
    return mark_safe("".join(marked))  # noqa: S308 - every part went through format_html


register.filter("day", formatters.day)
register.filter("yuan", formatters.yuan)
register.filter("signed_yuan", formatters.signed_yuan)
register.filter("number", formatters.number)
register.filter("listed", formatters.listed)
register.filter("moment", formatters.moment)
