"""Why the full numbers of a person may be shown: a closed list; the one chosen is audited."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Purpose(models.TextChoices):
    VERIFY_IDENTITY = "verify_identity", _("Verify the identity of the person who is here")
    FILL_APPLICATION = "fill_application", _("Fill in an application for this person")
    CORRECT_REGISTER = "correct_register", _("Correct the register")
    OWN_REQUEST = "own_request", _("Answer the person's own request")
