"""Who may make yearbooks and who reads what is told."""

from typing import Final

from django.utils.translation import gettext_lazy as _

MAKE: Final = "yearbook.make"
READ: Final = "population.view"
#: Said where an area has no counts yet.
NO_COUNTS = _("The population of this area was not counted yet.")
