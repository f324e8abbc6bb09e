"""What several programmes say of their amounts in the same words."""

from __future__ import annotations

from tongchou.domain.policy.tree import TRUE, Expr, Note
from tongchou.domain.policy.words import Text

#: Of a programme that is older than the amounts this system knows.
KNOWN_HERE = Text("本系统自{first_year}年起有标准", "amounts are known here from {first_year}")
#: Of a programme whose amount an area sets.
SET_HERE = Text("自{first_year}年起有本地标准", "with an amount set here from {first_year}")


def whole_year(amount: Expr) -> Note:
    """The sentence for an amount that is of the whole year, whatever else."""
    return Note(TRUE, Text("全年{amount}", "the whole year: {amount}"), (("amount", amount),))
