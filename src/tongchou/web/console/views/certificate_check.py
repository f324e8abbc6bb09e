"""Checking a certificate: a page for everybody, one file of it that works without a network, and its data."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from typing import Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tongchou.apps.certificates import api as certificates
from tongchou.core import clock, signing
from tongchou.web.console import formatters
from tongchou.web.console.presenters import certificates as present
from tongchou.web.console.table_workbook import attachment
from tongchou.web.console.views.public import for_everybody

_STATIC: Final = Path(__file__).parents[2] / "static"
_SCRIPTS: Final = (
    "vendor/tweetnacl/nacl-fast.min.js",
    "vendor/jsqr/jsQR.js",
    "console/certificate_check.js",
)
_STYLES: Final = tuple(
    f"console/{name}.css" for name in ("tokens", "base", "layout", "controls", "status", "certificate_check")
)
#: Longest text of a square that is looked at; a longer one is none of ours.
_LONGEST: Final = 4000


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """The page; without a script it sends the text, and the office's own list answers."""
    found, said = None, []
    token = request.POST.get("token", "")[:_LONGEST].strip()
    if token:
        found = certificates.checked(token, at=clock.now())
        said = present.says(found.claims) if found.claims else []
    return for_everybody(
        request,
        "console/certificate_check.html",
        words=present.check_words(),
        keys=signing.public_keys(),
        listed=_list(),
        verdict=present.finding(found.finding) if found else None,
        finding=found.finding if found else "",
        said=said,
        empty=request.method == "POST" and not token,
        status=422 if request.method == "POST" and not token else 200,
    )


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """All of it in one file, to be kept on a counter's machine: nothing in it asks for anything else."""
    scripts = [_inline((_STATIC / name).read_text(encoding="utf-8")) for name in _SCRIPTS]
    style = "\n".join((_STATIC / name).read_text(encoding="utf-8") for name in _STYLES)
    allowed = " ".join(f"'{_digest(one)}'" for one in scripts)
    policy = (
        f"default-src 'none'; script-src {allowed}; style-src '{_digest(style)}'; "
        "img-src blob: data:; media-src blob:"
    )
    newest = certificates.newest()
    text = render_to_string(
        "console/certificate_check_offline.html",
        {
            # Our own files, unchanged: their digests stand in the policy of the page.
            "scripts": [mark_safe(one) for one in scripts],  # noqa: S308
            "style": mark_safe(style),  # noqa: S308
            "policy": policy,
            "words": present.check_words(),
            "keys": signing.public_keys(),
            "listed": newest.token if newest else "",
            "made": formatters.day(clock.today()),
            "language": get_language(),
        },
    )
    return attachment(text.encode(), f"{_('check-certificates')}.html", kind="text/html; charset=utf-8")


@require_safe
def keys(request: HttpRequest) -> HttpResponse:
    """The public keys as a JSON Web Key Set."""
    return _public(JsonResponse(signing.public_keys()))


@require_safe
def status(request: HttpRequest) -> HttpResponse:
    """The newest signed status list."""
    return _public(HttpResponse(_list(), content_type="application/statuslist+jwt"))


def _public(answer: HttpResponse) -> HttpResponse:
    answer["Cache-Control"] = "public, max-age=300"
    answer["Access-Control-Allow-Origin"] = "*"
    return answer


def _list() -> str:
    found = certificates.newest()
    return found.token if found else ""


def _inline(script: str) -> str:
    """A script as it may stand inside a page."""
    return script.replace("</script", "<\\/script")


def _digest(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
