"""What is wrong with a file of outlines, in words."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongchou.domain.outlines import Problem, Wrong

_WORDS: Final[dict[Wrong, str | Promise]] = {
    Wrong.TOO_LARGE: gettext_lazy("The file is larger than 10 MB."),
    Wrong.NOT_JSON: gettext_lazy("This is not JSON in UTF-8."),
    Wrong.NOT_COLLECTION: gettext_lazy("This is not a FeatureCollection with features."),
    Wrong.TOO_MANY: gettext_lazy("The file has more than 5,000 areas."),
    Wrong.TOO_MANY_POINTS: gettext_lazy("The outlines have too many points: simplify them first."),
    Wrong.NOT_FEATURE: gettext_lazy("This is not a Feature."),
    Wrong.NO_CODE: gettext_lazy("The code of the area is missing: it stands in code or adcode."),
    Wrong.UNKNOWN_CODE: gettext_lazy("No area of yours has this code today."),
    Wrong.TWICE: gettext_lazy("This area is in the file twice."),
    Wrong.GEOMETRY: gettext_lazy("The shape is no Polygon and no MultiPolygon."),
    Wrong.RING: gettext_lazy("A ring has fewer than four points or does not end where it begins."),
    Wrong.NOT_NUMBER: gettext_lazy("A point is not two numbers."),
    Wrong.OUTSIDE: gettext_lazy("A point lies outside China: longitude comes before latitude, in degrees."),
}


def problem(one: Problem) -> tuple[str, str]:
    """Where something is wrong, and what."""
    if not one.place:
        where = _("The file")
    else:
        where = _("Feature %(n)s") % {"n": one.place}
        where += f" · {one.code}" if one.code else ""
    return where, str(_WORDS[one.wrong])
