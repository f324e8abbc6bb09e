"""The form that loads outlines of areas."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from tongchou.domain.outlines import LARGEST
from tongchou.web.console.forms import ConsoleForm


class OutlineForm(ConsoleForm):
    """A GeoJSON file."""

    file = forms.FileField(
        label=_("GeoJSON file"),
        help_text=_(
            "Polygons in longitude and latitude (WGS 84), each with the code of its area as code or adcode. "
            "At most 10 MB. Names and whatever else is in the file are not kept."
        ),
        error_messages={"required": _("Choose a file."), "empty": _("This file is empty.")},
        widget=forms.FileInput(attrs={"accept": ".geojson,.json"}),
    )

    def clean_file(self) -> object:
        upload = self.cleaned_data["file"]
        if upload.size > LARGEST:
            raise forms.ValidationError(_("This file is larger than 10 MB."))
        return upload
