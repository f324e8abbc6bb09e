"""Words of Django on our pages: known to Django still, and said as our pages speak."""

from __future__ import annotations

from pathlib import Path

import django
import pytest
from babel.messages.pofile import read_po
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.exceptions import ValidationError
from django.utils import translation

from tongchou.core.models import Account
from tongchou.web.console import borrowed

PO = Path(django.__file__).parent / "contrib/auth/locale/zh_Hans/LC_MESSAGES/django.po"


def test_django_still_says_them() -> None:
    with PO.open("rb") as file:
        known = {message.id if isinstance(message.id, str) else message.id[0] for message in read_po(file)}
    with translation.override("en"):
        assert (
            set(borrowed.MESSAGES) | {"Your password must contain at least %(min_length)d character."}
            <= known
        )


def test_what_is_wrong_with_a_password_is_said_in_chinese() -> None:
    """Also where Django asks its own catalogue for words that are not in it."""
    with translation.override("zh-hans"), pytest.raises(ValidationError) as caught:
        validate_password("12345", Account(username="wangfang"))
    said = "".join(caught.value.messages)
    assert "至少10个字符" in said
    assert not any(letter.isascii() and letter.isalpha() for letter in said)


def test_our_pages_are_polite() -> None:
    with translation.override("zh-hans"):
        said = [*map(translation.gettext, borrowed.MESSAGES), *borrowed.plurals(10)]
        said += map(str, password_validators_help_texts())
    assert [text for text in said if "你" in text] == []
    assert "密码至少10个字符。" in said


def test_the_catalogue_never_says_thou() -> None:
    catalogue = Path(borrowed.__file__).parents[2] / "locale/zh_Hans/LC_MESSAGES/django.po"
    assert "你" not in catalogue.read_text(encoding="utf-8")
