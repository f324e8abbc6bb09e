"""The front door of what an installation says of itself."""

from tongchou.apps.local.actions import Entry, set_values
from tongchou.apps.local.area_drafts import Preview, TreeLine, bring_in, discard, load, preview
from tongchou.apps.local.catalogue import GROUPS, PARAMETERS, Parameter, Wrong, parameter
from tongchou.apps.local.queries import Known, known, own_values, unit, unit_within, value, values_at
from tongchou.apps.local.setting_up import (
    FIRST_ROLES,
    FirstAccount,
    FirstPerson,
    choose_unit,
    enter,
    entered,
    finish,
    first_accounts,
    is_wanted,
    issue_token,
    make_first_accounts,
    new_first_password,
    open_setup,
    parameters_seen,
)

__all__ = [
    "FIRST_ROLES",
    "GROUPS",
    "PARAMETERS",
    "Entry",
    "FirstAccount",
    "FirstPerson",
    "Known",
    "Parameter",
    "Preview",
    "TreeLine",
    "Wrong",
    "bring_in",
    "choose_unit",
    "discard",
    "enter",
    "entered",
    "finish",
    "first_accounts",
    "is_wanted",
    "issue_token",
    "known",
    "load",
    "make_first_accounts",
    "new_first_password",
    "open_setup",
    "own_values",
    "parameter",
    "parameters_seen",
    "preview",
    "set_values",
    "unit",
    "unit_within",
    "value",
    "values_at",
]
