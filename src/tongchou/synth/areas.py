"""Demo townships, villages and villagers' groups: named so that nobody takes them for real places."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tongchou.synth.census import County
from tongchou.synth.targets import Ints, largest_remainder

#: Marks every made-up place by name.
MARK = "（示例）"
PEOPLE_A_VILLAGE = 1250
VILLAGES_A_TOWNSHIP = 12
#: Made-up townships are numbered in a range the statistical codes leave free (township part 901 and up).
FIRST_TOWNSHIP = 901
FIRST_VILLAGE = 201
#: The demo places exist since the census the people come from.
VALID_FROM = "2010-11-01"

_TOWNSHIP_FIRST = list("云龙凤松柏梨桂枫竹荷兰菊梅桐杉茶")
_TOWNSHIP_SECOND = list("岭塘坪溪泉坝场关营寨湾桥")
_VILLAGE_FIRST = list("青白红黄黑大小新老上下前后东西南北中长平高石沙水双三五七九金")
_VILLAGE_SECOND = list("山坪寨坝沟湾塘井岩坡岭林屯桥田泉洞冲坳河峰场营箐地关街院")
_TENS = list("一二三四五六七八九十")


@dataclass(frozen=True, slots=True)
class Village:
    """A demo village. ``name`` carries no mark; ``groups`` are the names of its villagers' groups."""

    code: str
    name: str
    township_code: str
    township: str
    groups: tuple[str, ...]

    def group_code(self, index: int) -> str:
        return f"{self.code}-{index + 1:02d}"


@dataclass(frozen=True, slots=True)
class Plan:
    """The villages of a demo county with the wished number of people in each, and one more for practice."""

    county: County
    villages: tuple[Village, ...]
    wished: Ints
    practice: Village

    @property
    def all_villages(self) -> tuple[Village, ...]:
        return (*self.villages, self.practice)


def plan(county: County, *, registered: int, rng: np.random.Generator) -> Plan:
    """Villages of about 1,250 people in townships of about twelve."""
    count = max(1, round(registered / PEOPLE_A_VILLAGE))
    townships = max(1, round(count / VILLAGES_A_TOWNSHIP))
    return plan_of(county, registered=registered, townships=townships, count=count, rng=rng)


def plan_of(county: County, *, registered: int, townships: int, count: int, rng: np.random.Generator) -> Plan:
    """``count`` villages of unequal size, in order, in ``townships`` townships that differ by one village."""
    wished = largest_remainder(rng.lognormal(0.0, 0.25, count), registered)
    township_names = _names(_TOWNSHIP_FIRST, _TOWNSHIP_SECOND, townships, rng)
    village_names = _names(_VILLAGE_FIRST, _VILLAGE_SECOND, count + 1, rng)
    villages = []
    for index, name in enumerate(village_names):
        # The practice village closes the list of the last township.
        place = min(index, count - 1) * townships // count
        in_township = index - -(-place * count // townships)
        kind = "镇" if place % 3 else "乡"
        code = f"{county.code}{FIRST_TOWNSHIP + place:03d}"
        villages.append(
            Village(
                code=f"{code}{FIRST_VILLAGE + in_township:03d}",
                name=f"{name}村",
                township_code=code,
                township=f"{township_names[place]}{kind}",
                groups=tuple(f"{_chinese(n)}组" for n in range(1, int(rng.integers(4, 11)) + 1)),
            )
        )
    return Plan(county, tuple(villages[:-1]), wished, villages[-1])


def _names(first: list[str], second: list[str], count: int, rng: np.random.Generator) -> list[str]:
    """Different two-character names; a number is added when the characters run out."""
    pairs = [a + b for a in first for b in second]
    shuffled = [pairs[i] for i in rng.permutation(len(pairs))]
    return [
        shuffled[i % len(pairs)] + ("" if i < len(pairs) else _chinese(i // len(pairs) + 1))
        for i in range(count)
    ]


def _chinese(number: int) -> str:
    """Small numbers in Chinese.

    Examples
    --------
    >>> [_chinese(n) for n in (1, 10, 12, 20, 34)]
    ['一', '十', '十二', '二十', '三十四']
    """
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else _TENS[tens - 1] + "十"
    return head + (_TENS[ones - 1] if ones else "")


def write(plan: Plan, path: Path) -> int:
    """Write the list of areas that ``tongchou places load`` reads; returns the number of rows."""
    return write_list(list(lines(plan.all_villages, lambda township: plan.county.code)), path)


def lines(
    villages: Iterable[Village], parent: Callable[[str], str]
) -> Iterator[tuple[str, str, str, str, int]]:
    """Code, name, level, code of the area above, local; ``parent`` gives the unit above a township."""
    seen = set()
    for village in villages:
        if village.township_code not in seen:
            seen.add(village.township_code)
            above = parent(village.township_code)
            yield village.township_code, village.township + MARK, "township", above, 0
        yield village.code, village.name + MARK, "village", village.township_code, 0
        for index, group in enumerate(village.groups):
            yield village.group_code(index), group, "group", village.code, 1


def write_list(rows: Sequence[tuple[str, str, str, str, int]], path: Path) -> int:
    """Write lines of ``lines``; returns their number."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("code", "name", "level", "parent_code", "valid_from", "local", "former_codes"))
        for code, name, level, parent, local in rows:
            writer.writerow((code, name, level, parent, VALID_FROM, local, ""))
    return len(rows)
