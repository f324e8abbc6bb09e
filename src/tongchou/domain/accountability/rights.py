"""What no unit may be judged by, however it is written (rights rules 5 and 6).

A figure rests on every count its formula names, and on those of every indicator it names, whatever is done to
them on the way: renaming, arithmetic, a factor of zero. One exception: how complaints were handled is judged
as a share of the complaints there were. A ``ratio`` or ``rate`` of a handling count over just the count it is
measured over (``Count.over``) does not change with their number; everything else that names either does.

What a count is about is declared by whoever writes it, so its code and title are read as well: a word of
births under another heading is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from tongchou.domain.accountability.definitions import Catalogue, Count, Subject
from tongchou.domain.accountability.expression import Call, Name, Node, children
from tongchou.domain.accountability.problems import Problem
from tongchou.domain.policy.words import Text

#: Never scored, targeted, ranked or alarmed.
FORBIDDEN: Final = frozenset({
    Subject.BIRTHS, Subject.NATURAL_INCREASE, Subject.SEX_RATIO, Subject.PREGNANCIES,
    Subject.REPRODUCTIVE_SERVICE_USE, Subject.SIGNATURES, Subject.PARTICIPATION, Subject.COMPLAINT_VOLUME,
    Subject.REFUSALS,
})  # fmt: skip
#: What a unit supplies; its name may say to whom it is offered.
SUPPLY: Final = frozenset({Subject.SERVICES_OFFERED, Subject.WAITING, Subject.SATISFACTION, Subject.STAFF})
#: Words of a code or title, and the subjects of which one has to be declared then. The first pattern that
#: occurs counts, and supply stands for none but the service of births and pregnancies.
WORDS: Final[tuple[tuple[re.Pattern[str], frozenset[Subject]], ...]] = (
    (
        re.compile(r"避孕|节育|结扎|绝育|上环|取环|引产|流产|堕胎|contracept|sterili[sz]|abortion|iud", re.I),
        frozenset({Subject.REPRODUCTIVE_SERVICE_USE}),
    ),
    (
        re.compile(r"自增率|自然增长|natural.increase", re.I),
        frozenset({Subject.NATURAL_INCREASE}),
    ),
    (re.compile(r"性别比|sex.ratio", re.I), frozenset({Subject.SEX_RATIO})),
    (
        re.compile(r"出生|生育|分娩|新生儿|二孩|三孩|多孩|孩次|births?(?![a-z])|newborn|fertil|parity", re.I),
        frozenset({Subject.BIRTHS, Subject.REPRODUCTIVE_SERVICE_USE}) | SUPPLY,
    ),
    (
        re.compile(r"怀孕|妊娠|孕|pregnan|antenatal|prenatal", re.I),
        frozenset({Subject.PREGNANCIES, Subject.REPRODUCTIVE_SERVICE_USE}) | SUPPLY,
    ),
    (
        re.compile(r"拒绝|谢绝|不参加|refus|declin|opt.?out", re.I),
        frozenset({Subject.REFUSALS}),
    ),
    (
        re.compile(r"签名|签字|签约|签订|参与户|参与人|signature|signed by famil|participat", re.I),
        frozenset({Subject.SIGNATURES, Subject.PARTICIPATION}),
    ),
    (
        re.compile(r"投诉|举报|信访|申诉|complaint|petition|grievance", re.I),
        frozenset({Subject.COMPLAINT_HANDLING, Subject.COMPLAINT_VOLUME}),
    ),
)


def misnamed(count: Count) -> Iterator[Problem]:
    """Words of a count's code and title that its declared subjects do not answer for."""
    said = f"{count.code} {count.title.zh} {count.title.en}".replace("_", " ")
    for pattern, needed in WORDS:
        found = pattern.search(said)
        if found and not needed & count.subjects:
            subjects = ", ".join(sorted(needed))
            yield Problem(
                count.where,
                f"{count.code}.subjects",
                Text(
                    f"名称里有“{found[0].strip()}”，应写明所涉事项：{subjects}中的一项。",
                    f"its name says {found[0].strip()!r}: one of {subjects} has to be declared.",
                ),
                count.line,
            )


def paths(node: Node, catalogue: Catalogue, seen: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every way from a formula to a count it must not rest on: codes of indicators, the count last.

    Indicators that name each other in a circle are followed once.
    """
    if isinstance(node, Name):
        if node.code in catalogue.counts:
            if _barred(catalogue.counts[node.code]):
                yield (*seen, node.code)
        elif node.code in catalogue.indicators and node.code not in seen:
            yield from paths(catalogue.indicators[node.code].formula, catalogue, (*seen, node.code))
        return
    if isinstance(node, Call) and _handling_share(node, catalogue.counts):
        return
    for one in children(node):
        yield from paths(one, catalogue, seen)


def _barred(count: Count) -> bool:
    """Alone, the handling of complaints grows with their number just as the number does."""
    return bool(count.subjects & (FORBIDDEN | {Subject.COMPLAINT_HANDLING}))


def _handling_share(node: Call, counts: Mapping[str, Count]) -> bool:
    """ratio(sum(part), sum(whole)) of complaints: unchanged when both are multiplied by the same number."""
    if node.function not in ("ratio", "rate"):
        return False
    pair = [_summed(one, counts) for one in node.arguments]
    part, whole = pair
    if part is None or whole is None or part.over != whole.code:
        return False
    told = {Subject.COMPLAINT_HANDLING}
    return part.subjects <= told and whole.subjects <= told | {Subject.COMPLAINT_VOLUME}


def _summed(node: Node, counts: Mapping[str, Count]) -> Count | None:
    if isinstance(node, Call) and node.function == "sum" and isinstance(node.arguments[0], Name):
        return counts.get(node.arguments[0].code)
    return None
