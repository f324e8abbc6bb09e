"""What legacy programmes ask about children born or adopted up to 2015-12-31, as the person declared them.

Living children are among the children ever had, so the one tells of the other: with one child ever the
question is settled whichever children live. Counts that contradict one another (more living than ever had)
settle nothing, neither for nor against the family: they are asked for again. Children born from 2016 on are
in none of the counts: no programme counts them, for or against.
"""

from __future__ import annotations

from tongchou.domain.policy.tree import (
    TRUE,
    Add,
    All,
    Any,
    Case,
    Compare,
    Const,
    Expr,
    Fact,
    Known,
    Not,
    Unclear,
)

SONS, DAUGHTERS, EVER = Fact("living_sons"), Fact("living_daughters"), Fact("children_ever")


def are(number: Fact, value: int) -> Expr:
    """Whether a count is this number."""
    return Compare(number, "=", Const(value))


def _more_than_ever(number: Expr, *parts: Fact) -> Expr:
    """More of these live than there ever were, as far as all that is known; never unknown."""
    return All((*(Known(part) for part in parts), Compare(number, ">", EVER)))


contradictory = All(
    (
        Known(EVER),
        Any(
            (
                _more_than_ever(SONS, SONS),
                _more_than_ever(DAUGHTERS, DAUGHTERS),
                _more_than_ever(Add(SONS, DAUGHTERS), SONS, DAUGHTERS),
            )
        ),
    )
)
ask_again = (contradictory, Unclear((SONS, DAUGHTERS, EVER)))
#: With two children ever had: no son lives, or both daughters do. What else is unknown then decides nothing.
no_son_of_two = All(
    (
        Known(EVER),
        are(EVER, 2),
        Any((All((Known(SONS), are(SONS, 0))), All((Known(DAUGHTERS), are(DAUGHTERS, 2))))),
    )
)
one_lives = Any((All((are(SONS, 1), are(DAUGHTERS, 0))), All((are(SONS, 0), are(DAUGHTERS, 1)))))
two_daughters_live = All((are(SONS, 0), are(DAUGHTERS, 2)))

#: One living child, two living daughters and no son, or children had of whom none lives.
one_or_two_daughters_or_none_left = Case(
    (
        ask_again,
        (All((Known(EVER), Compare(EVER, "≤", Const(1)))), are(EVER, 1)),
        (no_son_of_two, TRUE),
        (All((are(SONS, 0), are(DAUGHTERS, 0))), Compare(EVER, "≥", Const(1))),
    ),
    Any((one_lives, two_daughters_live)),
)


def _ever_at_least(number: int) -> Expr:
    """So many were ever had, as far as it is known; never unknown. Fewer cannot have so many living."""
    return Any((Not(Known(EVER)), Compare(EVER, "≥", Const(number))))


def _all_ever(number: int, *living: Fact) -> Expr:
    """All children ever had live and are of the one kind; what else is unknown then decides nothing."""
    all_of_one = Any(tuple(All((Known(kind), are(kind, number))) for kind in living))
    return All((Known(EVER), are(EVER, number), all_of_one))


#: Children had of whom none lives.
none_left = Case((ask_again,), All((are(SONS, 0), are(DAUGHTERS, 0), Compare(EVER, "≥", Const(1)))))
#: Exactly one child lives.
one_left = Case((ask_again, (_all_ever(1, SONS, DAUGHTERS), TRUE)), All((_ever_at_least(1), one_lives)))
#: Two daughters live and no son.
two_daughters = Case(
    (ask_again, (_all_ever(2, DAUGHTERS), TRUE)), All((_ever_at_least(2), two_daughters_live))
)
