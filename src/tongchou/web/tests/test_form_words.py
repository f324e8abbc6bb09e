"""What forms say of empty and wrong input is Chinese on Chinese pages: no sentence of the framework's own."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation

from tongchou.web import console

pytestmark = pytest.mark.django_db
#: Three words of Latin letters after another are a sentence nobody has translated.
SENTENCE = re.compile(r"[A-Za-z]{2,}(?:[ ,'’-]+[A-Za-z]+){2,}")
WRONG = ("", "x" * 5000, "-99999999", "1.2345678", "2026-13-45", "@ @", "\x00", "9" * 400)


def plain_forms() -> Iterator[type[forms.Form]]:
    """Every form of the console that can be made without a person, a case or a scope; not the sign-in."""
    for module in pkgutil.iter_modules(console.__path__):
        if "form" not in module.name:
            continue
        found = importlib.import_module(f"{console.__name__}.{module.name}")
        for one in vars(found).values():
            if not inspect.isclass(one) or one.__module__ != found.__name__:
                continue
            if issubclass(one, forms.BaseForm) and not issubclass(one, AuthenticationForm):
                asked = inspect.signature(one.__init__).parameters.values()
                if not any(p.default is p.empty and p.kind is p.KEYWORD_ONLY for p in asked):
                    yield one


def said(form: type[Any], wrong: str) -> list[str]:
    """What a form says of one wrong input in every field."""
    try:
        fields = form().fields
    except TypeError:  # wants somebody
        return []
    uploads = {
        name: SimpleUploadedFile("a" * 300, b"" if wrong == "-99999999" else b"no picture")
        for name, field in fields.items()
        if isinstance(field, forms.FileField) and wrong
    }
    bound = form(data=dict.fromkeys(fields, wrong), files=uploads)
    return [str(error) for errors in bound.errors.values() for error in errors]


def test_no_form_answers_in_english_on_a_chinese_page() -> None:
    chosen = list(plain_forms())
    with translation.override("zh-hans"):
        told = {(form.__name__, text) for form in chosen for wrong in WRONG for text in said(form, wrong)}
    assert len(chosen) > 30 and len(told) > 60
    assert not [one for one in told if SENTENCE.search(one[1])]
    with translation.override("en"):  # the same forms do speak English to whoever reads it
        assert any(SENTENCE.search(text) for form in chosen for text in said(form, ""))
