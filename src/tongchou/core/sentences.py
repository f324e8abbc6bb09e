"""Sentences one after the other, as the language of the page sets them apart."""

from __future__ import annotations

from django.utils.translation import get_language


def sentences(*parts: object) -> str:
    """The parts that say something, in a row: Chinese needs no space between them.

    Examples
    --------
    >>> from django.utils import translation
    >>> with translation.override("zh-hans"):
    ...     sentences("读取3人。", "请决定。")
    '读取3人。请决定。'
    >>> with translation.override("en"):
    ...     sentences("3 people were read.", "", "Please decide.")
    '3 people were read. Please decide.'
    """
    mark = "" if (get_language() or "zh").startswith("zh") else " "
    return mark.join(text for text in map(str, parts) if text)
