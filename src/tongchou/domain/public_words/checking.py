"""What cannot stand in words of a government, with the words that were found."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from tongchou.domain.public_words import births, conduct, naming
from tongchou.domain.public_words.families import holds_number, tells_on_a_family
from tongchou.domain.public_words.folding import sentences, squeezed, written_plainly
from tongchou.domain.register.legacy import OMITTED

#: Words shown of one kind at most, and characters of each.
_MOST: Final = 3
_LONGEST: Final = 24


class Why(StrEnum):
    """Why words cannot stand."""

    #: Births, their number or order, pregnancy, contraception, or what law has closed.
    BIRTHS = "births"
    #: Help that hangs on what a family does.
    CONDITION = "condition"
    #: A person or a family by name.
    NAMED = "named"
    #: The number of an identity card or a telephone.
    NUMBER = "number"
    #: Fault found with families.
    BLAME = "blame"


@dataclass(frozen=True, slots=True)
class Found:
    """One kind of what cannot stand, and the words that say it; without words for numbers of people."""

    why: Why
    words: tuple[str, ...]


def found(text: str, *, names: Iterable[str] = (), kinds: Collection[Why] = tuple(Why)) -> list[Found]:
    """All that keeps a text from standing in a promise, a task, minutes, a notice, a reply or a reason.

    Parameters
    ----------
    names
        Names of residents that are looked for; those of one character are passed over.
    kinds
        What is looked for.

    Returns
    -------
    list of Found
        In the order of ``Why``; empty for words that may stand.

    Examples
    --------
    >>> [(one.why.value, one.words) for one in found("把全乡出生人数压到200人以下")]
    [('births', ('出生人数压到',))]
    >>> found("出生登记在10个工作日内办结，三岁以下托位不少于60个")
    []
    >>> [one.why.value for one in found("签订参与书的家庭优先办理低保")]
    ['condition']
    """
    plain = written_plainly(text)
    seen: dict[Why, list[str]] = {one: [] for one in Why}
    for sentence in sentences(plain):
        for why, words in _of(sentence):
            seen[why].append(words)
    # Names are told by their capitals in Latin letters.
    seen[Why.NAMED] += [one[0] for one in naming.EN_NAMED.finditer(text)]
    whole = squeezed(plain)
    seen[Why.NAMED] += [one for one in names if len(one) > 1 and squeezed(written_plainly(one)) in whole]
    if OMITTED in text or (not seen[Why.BIRTHS] and tells_on_a_family(births.HELP.sub("事", plain))):
        seen[Why.BIRTHS].append("")
    numbers = holds_number(text)
    return [
        Found(why, () if why is Why.NUMBER else _shown(seen[why]))
        for why in Why
        if why in kinds and (seen[why] or (why is Why.NUMBER and numbers))
    ]


def _shown(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one[:_LONGEST] for one in words if one))[:_MOST]


def _of(sentence: str) -> Iterator[tuple[Why, str]]:
    yield from _births(squeezed(births.HELP.sub("事", _no_gaps(sentence))), squeezed(sentence))
    free = squeezed(conduct.OFFICIAL.sub("，", conduct.NO_CONDITION.sub("，", _no_gaps(sentence))))
    if conduct.speaks_of_families(squeezed(sentence)):
        yield from ((Why.CONDITION, one[0]) for one in conduct.CONDITION.finditer(free))
    yield from ((Why.CONDITION, one[0]) for one in conduct.ALWAYS.finditer(free))
    yield from ((Why.BLAME, one[0]) for one in conduct.BLAME.finditer(free))
    yield from ((Why.NAMED, one[0]) for one in naming.NAMED.finditer(squeezed(sentence)))
    if any("a" <= one <= "z" for one in sentence):
        yield from _english(" ".join(sentence.split()))


def _births(text: str, whole: str) -> Iterator[tuple[Why, str]]:
    """What a sentence says of births without its honest services; ``whole`` is the sentence with them."""
    for pattern in (births.CLOSED, births.NUMBERS, births.FEWER):
        yield from ((Why.BIRTHS, one[0]) for one in pattern.finditer(text))
    picked = births.PICKED.search(text)
    if picked is not None and (births.AGAINST.search(text) or not births.FOR.search(whole)):
        yield Why.BIRTHS, picked[0]


def _english(text: str) -> Iterator[tuple[Why, str]]:
    yield from ((Why.BIRTHS, one[0]) for one in births.ENGLISH.finditer(births.EN_HELP.sub("service", text)))
    free = conduct.EN_NO_CONDITION.sub(";", text)
    yield from ((Why.CONDITION, one[0]) for one in conduct.EN_CONDITION.finditer(free))
    yield from ((Why.BLAME, one[0]) for one in conduct.EN_BLAME.finditer(free))


_GAP: Final = re.compile(r"(?<=[一-龥])[\s*＊·._/\\|\-—“”\"'‘’()（）\[\]【】<>《》]+(?=[一-龥])")


def _no_gaps(sentence: str) -> str:
    """Without gaps inside words; commas stay, for what stands between two of them belongs together."""
    return _GAP.sub("", sentence)


def family_named(text: str) -> list[str]:
    """Families that are named in a text (王家, 小花家).

    Examples
    --------
    >>> family_named("到小花家上门的干部是谁"), family_named("大家都知道王家湾村")
    (['小花家'], [])
    """
    return [one[0] for one in naming.NAMED.finditer(squeezed(written_plainly(text)))]
