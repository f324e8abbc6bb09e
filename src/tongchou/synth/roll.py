"""People behind a community who do not stand in its registers: the dead, those who left, newborns, strangers.

Numbers go on after those of the community, so one number names a person of either kind.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tongchou.domain import identity
from tongchou.synth import names
from tongchou.synth.community import SEQUENCES, Community
from tongchou.synth.errors import SynthError
from tongchou.synth.kin import NOBODY
from tongchou.synth.people import MALE, as_date, years_of
from tongchou.synth.targets import Ints

#: Why somebody is not in the registers.
DEAD, LEFT, UNREGISTERED, ELSEWHERE, STRANGER = "dead", "left", "unregistered", "elsewhere", "stranger"


def surname_of(name: str) -> str:
    """The surname of a full name; empty for names of the Yi with a dot, which have none.

    Examples
    --------
    >>> surname_of("欧阳明"), surname_of("王秀英"), surname_of("阿鲁·阿木")
    ('欧阳', '王', '')
    """
    if "·" in name:
        return ""
    return name[:2] if name.startswith(names.COMPOUND) else name[:1]


class Roll:
    """Everybody a life event may speak of. Added people have a household number or ``NOBODY``."""

    def __init__(self, community: Community) -> None:
        self.community = community
        self.sex: list[int] = community.people.sex.tolist()
        self.birth: list[int] = community.people.birth.tolist()
        self.page: list[int] = community.households.number.tolist()
        self.name: list[str] = list(community.name)
        self.id_number: list[str] = list(community.id_number)
        self.fate: list[str] = [""] * len(self.sex)
        self.first = len(self.sex)
        self._surname: list[str] = []

    def add(
        self, fate: str, sex: Sequence[int], birth: Sequence[int], page: Sequence[int], surname: Sequence[str]
    ) -> Ints:
        """Add people; an empty surname is drawn later. Returns their numbers."""
        start = len(self.sex)
        self.sex += list(sex)
        self.birth += list(birth)
        self.page += list(page)
        self.fate += [fate] * len(sex)
        self._surname += list(surname)
        return np.arange(start, len(self.sex))

    def stand(self, person: int, page: int, surname: str) -> None:
        """Put somebody added earlier on a page, under its surname."""
        self.page[person] = page
        self._surname[person - self.first] = surname

    def in_register(self, person: int) -> bool:
        return 0 <= person < self.first

    def village_code(self, person: int) -> str:
        """Code of the village of a person's household; empty when there is none."""
        page = self.page[person]
        if page == NOBODY:
            return ""
        community = self.community
        return community.villages[int(community.village[page])].code

    def household_no(self, person: int) -> str:
        page = self.page[person]
        return "" if page == NOBODY else f"{int(self.community.page_no[page]):04d}"

    def name_and_number(
        self, shares: tuple[float, ...], taken: Sequence[str], rng: np.random.Generator
    ) -> None:
        """Names for the people added, and identity numbers nobody else has; unregistered children get none.

        Raises
        ------
        SynthError
            When a birth date runs out of identity numbers.
        """
        added = len(self.sex) - self.first
        share = np.array(shares) / sum(shares)
        drawn = names.surnames(rng.choice(len(share), size=added, p=share), rng)
        birth = np.array(self.birth[self.first :], dtype=np.int64)
        male = np.array(self.sex[self.first :]) == MALE
        given = names.given_names(male, years_of(birth), rng)
        self.name += [
            (known or other) + last
            for known, other, last in zip(self._surname, drawn.tolist(), given.tolist(), strict=True)
        ]
        used = {*self.id_number, *taken}
        start = rng.integers(SEQUENCES, size=added).tolist()
        for person, begin in enumerate(start, start=self.first):
            if self.fate[person] == UNREGISTERED:
                self.id_number.append("")
                continue
            number = _free_number(self.birth[person], self.sex[person], begin, used)
            used.add(number)
            self.id_number.append(number)


def _free_number(birth: int, sex: int, begin: int, used: set[str]) -> str:
    day = as_date(birth)
    for step in range(SEQUENCES):
        sequence = 2 * ((begin + step) % SEQUENCES) + (1 if sex == MALE else 2)
        number = identity.compose(identity.SYNTHETIC_AREA, day, sequence)
        if number not in used:
            return number
    raise SynthError("人数过多，顺序码不够用。Too many people: a birth date runs out of identity numbers")
