"""Pages of the administrators: whoever holds one of the permissions, in the areas where it is held."""

from __future__ import annotations

import functools
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from tongchou.core import scope
from tongchou.core.errors import NotAllowed
from tongchou.core.scope import Scope
from tongchou.web.console.chrome import assignments_of
from tongchou.web.console.page import View, staff

BOTH = ("accounts.manage", "accounts.secure")


def keepers(*permissions: str) -> Any:
    """A view for holders of one of the permissions; sets ``request.scope`` to where they hold it."""

    def decorate(view: View) -> View:
        @staff()
        @functools.wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            held = assignments_of(request)
            reaches = [scope.among(held, permission) for permission in permissions]
            request.scope = Scope(scope.merged(part for reach in reaches for part in reach.intervals))
            if request.scope.is_empty:
                raise NotAllowed("access.denied", _("Your role does not include this task."))
            return view(request, *args, **kwargs)

        return guarded

    return decorate
