"""The front door of upkeep."""

from tongchou.apps.upkeep.backup import Made
from tongchou.apps.upkeep.backup import last as last_backup
from tongchou.apps.upkeep.backup import make as make_backup
from tongchou.apps.upkeep.checklist import Item, items
from tongchou.apps.upkeep.checks.finding import Finding, Level
from tongchou.apps.upkeep.doctor import Answer, examine, worst
from tongchou.apps.upkeep.restore import Restored, bring_back

__all__ = [
    "Answer",
    "Finding",
    "Item",
    "Level",
    "Made",
    "Restored",
    "bring_back",
    "examine",
    "items",
    "last_backup",
    "make_backup",
    "worst",
]
