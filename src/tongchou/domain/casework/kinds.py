"""A kind of case as data: its stages, who acts in them, how long each may take, what is shown in public.

.. code-block:: yaml

    code: elderly_reward
    class: legacy
    programme: elderly_reward
    title: {zh: …, en: …}
    source: {zh: …, en: …}
    stages:
      - {code: village_discussion, kind: discussion, level: village, by: 02-15}
      - {code: village_notice, kind: notice, level: village, days: 10, count: calendar}
      - {code: township_review, kind: review, level: township, within: 20}
      - {code: county_approval, kind: approval, level: county, within: 20}

Laws, checked when a kind is read: the last stage is an approval, and approvals are followed by approvals
alone; two officers decide at least, whatever the amount; a private kind has neither discussion nor notice
(rights rule 3); every notice follows a stage in which somebody has looked at the case.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeVar

import yaml

from tongchou.domain.policy.parameters import Reader, composed
from tongchou.domain.policy.words import Text

Class = Literal["open", "legacy", "private"]
StageKind = Literal["discussion", "verification", "notice", "review", "approval"]
Level = Literal["village", "township", "county"]
Count = Literal["working", "calendar"]

T = TypeVar("T", bound=str)

CLASSES: Final[tuple[Class, ...]] = ("open", "legacy", "private")
STAGE_KINDS: Final[tuple[StageKind, ...]] = (
    "discussion",
    "verification",
    "notice",
    "review",
    "approval",
)
LEVELS: Final[tuple[Level, ...]] = ("village", "township", "county")
COUNTS: Final[tuple[Count, ...]] = ("working", "calendar")
#: Stages in which an officer decides, so that each of them needs somebody else.
DECIDED: Final[frozenset[StageKind]] = frozenset({"discussion", "verification", "review", "approval"})


@dataclass(frozen=True, slots=True)
class Stage:
    """One step.

    ``within`` are working days the step may take; ``by`` the month and day on which it ends every year (the
    later of both counts). ``days`` and ``count`` say how long a notice hangs. ``from_fen``: the stage is only
    for cases of at least that amount, so that a large sum is approved by two.
    """

    code: str
    kind: StageKind
    level: Level
    title: Text
    within: int | None = None
    by: tuple[int, int] | None = None
    days: int | None = None
    count: Count = "calendar"
    from_fen: int = 0


@dataclass(frozen=True, slots=True)
class Paper:
    """A document that is asked for only where no record exists that shows the same."""

    code: str
    title: Text
    unless: Text  # the record that makes it unnecessary


@dataclass(frozen=True, slots=True)
class Given:
    """The certificate a kind gives: the letter its numbers begin with, and how long it holds."""

    letter: str
    months: int


@dataclass(frozen=True, slots=True)
class CaseKind:
    """A kind of case. ``programme`` is the rule it rests on; empty where an officer decides the amount.

    ``neutral`` is its name where others may see it (rights rule 3). ``within`` are the working days from
    acceptance to the decision; ``answer`` those a family has to bring what was asked for. ``sha256`` names
    this very text: a case keeps the version under which it was begun.
    """

    code: str
    kind: Class
    programme: str
    title: Text
    neutral: Text | None
    source: Text
    objection: Text
    stages: tuple[Stage, ...]
    #: The stages of a case that goes on from the year before; empty where each year is applied for anew.
    renewal: tuple[Stage, ...]
    within: int
    answer: int
    papers: tuple[Paper, ...]
    gives: Literal["money", "certificate", "service"]
    certificate: Given | None
    sha256: str
    #: Whether it is always about a small child, who neither applies nor holds an account as "the person".
    of_child: bool = False

    @property
    def public_title(self) -> Text:
        return self.neutral or self.title

    @property
    def posted(self) -> bool:
        """Whether any of it is shown in public."""
        return any(stage.kind == "notice" for stage in self.stages)

    def stages_for(self, amount_fen: int | None, *, renewal: bool = False) -> tuple[Stage, ...]:
        """The stages a case of this amount goes through; of an amount not known yet those of every amount."""
        amount = amount_fen or 0
        return tuple(
            stage for stage in (self.renewal if renewal else self.stages) if stage.from_fen <= amount
        )


def read_kind(text: str, source: str) -> CaseKind:
    """The kind of case a YAML text describes.

    Raises
    ------
    LoadError
        With file and line: an unknown key or value, a stage given twice, a missing language, or stages that
        break a law of this module.
    """
    reader = Reader(source)
    root = composed(text, source)
    parts = reader.mapping(
        root,
        ("code", "class", "title", "source", "objection", "stages", "within", "answer"),
        ("programme", "neutral", "papers", "gives", "certificate", "renewal", "of"),
    )
    found = CaseKind(
        code=reader.single(parts["code"], "a code"),
        kind=_one_of(reader, parts["class"], CLASSES),
        programme=reader.single(parts["programme"], "a programme") if "programme" in parts else "",
        title=reader.text(parts["title"]),
        neutral=reader.text(parts["neutral"]) if "neutral" in parts else None,
        source=reader.text(parts["source"]),
        objection=reader.text(parts["objection"]),
        stages=_stages(reader, parts["stages"]),
        renewal=_stages(reader, parts["renewal"]) if "renewal" in parts else (),
        within=_whole(reader, parts["within"]),
        answer=_whole(reader, parts["answer"]),
        papers=_papers(reader, parts.get("papers")),
        gives=_one_of(reader, parts["gives"], ("money", "certificate", "service"))
        if "gives" in parts
        else "money",
        certificate=_given(reader, parts["certificate"]) if "certificate" in parts else None,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        of_child="of" in parts and _one_of(reader, parts["of"], ("person", "child")) == "child",
    )
    if found.kind == "private" and found.neutral is None:
        raise reader.refuse(root, "a private kind of case needs a neutral name")
    if found.certificate is not None and found.gives != "certificate":
        raise reader.refuse(root, "only a kind that gives a certificate says its letter and months")
    if found.gives == "certificate" and found.kind != "open":
        raise reader.refuse(root, "a certificate names no ground: only an open kind of case gives one")
    for name, stages in (("stages", found.stages), ("renewal", found.renewal)):
        if stages:
            _lawful(reader, parts[name], stages, private=found.kind == "private")
    return found


def _lawful(reader: Reader, node: yaml.Node, stages: Sequence[Stage], *, private: bool) -> None:
    if stages[-1].kind != "approval":
        raise reader.refuse(node, "the last stage is an approval")
    if any(stage.kind != "approval" for stage in stages[_first(stages, "approval") :]):
        raise reader.refuse(node, "an approval is followed by approvals alone")
    if private and any(stage.kind in ("discussion", "notice") for stage in stages):
        raise reader.refuse(node, "a private kind of case is neither discussed nor posted")
    if sum(stage.kind in DECIDED and not stage.from_fen for stage in stages) < 2:
        raise reader.refuse(node, "a case is decided by two officers at least")
    for before, stage in zip((None, *stages), stages, strict=False):
        if stage.kind == "notice" and (before is None or before.kind not in DECIDED):
            raise reader.refuse(node, f"{stage.code}: somebody looks at a case before it is posted")
        if stage.kind == "notice" and not stage.days:
            raise reader.refuse(node, f"{stage.code}: a notice hangs for a number of days")


def _first(stages: Sequence[Stage], kind: StageKind) -> int:
    return next(number for number, stage in enumerate(stages) if stage.kind == kind)


def _stages(reader: Reader, node: yaml.Node) -> tuple[Stage, ...]:
    if not isinstance(node, yaml.SequenceNode) or not node.value:
        raise reader.refuse(node, "a list of stages is expected here")
    found: dict[str, Stage] = {}
    for item in node.value:
        parts = reader.mapping(
            item, ("code", "kind", "level", "title"), ("within", "by", "days", "count", "from_fen")
        )
        stage = Stage(
            code=reader.single(parts["code"], "a code"),
            kind=_one_of(reader, parts["kind"], STAGE_KINDS),
            level=_one_of(reader, parts["level"], LEVELS),
            title=reader.text(parts["title"]),
            within=_whole(reader, parts["within"]) if "within" in parts else None,
            by=_yearly(reader, parts["by"]) if "by" in parts else None,
            days=_whole(reader, parts["days"]) if "days" in parts else None,
            count=_one_of(reader, parts["count"], COUNTS) if "count" in parts else "calendar",
            from_fen=_whole(reader, parts["from_fen"]) if "from_fen" in parts else 0,
        )
        if stage.code in found:
            raise reader.refuse(parts["code"], f"{stage.code} is given twice")
        found[stage.code] = stage
    return tuple(found.values())


def _papers(reader: Reader, node: yaml.Node | None) -> tuple[Paper, ...]:
    if node is None:
        return ()
    if not isinstance(node, yaml.SequenceNode):
        raise reader.refuse(node, "a list of papers is expected here")
    read: list[Mapping[str, yaml.Node]] = [
        reader.mapping(item, ("code", "title", "unless")) for item in node.value
    ]
    return tuple(
        Paper(reader.single(one["code"], "a code"), reader.text(one["title"]), reader.text(one["unless"]))
        for one in read
    )


def _given(reader: Reader, node: yaml.Node) -> Given:
    parts = reader.mapping(node, ("letter", "months"))
    letter = reader.single(parts["letter"], "one capital letter")
    if len(letter) != 1 or not "A" <= letter <= "Z":
        raise reader.refuse(parts["letter"], f"{letter!r} is not one capital letter")
    months = _whole(reader, parts["months"])
    if not 1 <= months <= 120:
        raise reader.refuse(parts["months"], "a certificate holds for 1 to 120 months")
    return Given(letter, months)


def _one_of(reader: Reader, node: yaml.Node, known: tuple[T, ...]) -> T:
    said = reader.single(node, f"one of {', '.join(known)}")
    for value in known:
        if said == value:
            return value
    raise reader.refuse(node, f"{said!r} is not one of {', '.join(known)}")


def _whole(reader: Reader, node: yaml.Node) -> int:
    said = reader.single(node, "one whole number")
    if not said.isdecimal():
        raise reader.refuse(node, f"{said!r} is not a whole number")
    return int(said)


def _yearly(reader: Reader, node: yaml.Node) -> tuple[int, int]:
    said = reader.single(node, "a month and day such as 02-15")
    month, _dash, day = said.partition("-")
    if not (month.isdigit() and day.isdigit() and 1 <= int(month) <= 12 and 1 <= int(day) <= 28 + 3):
        raise reader.refuse(node, f"{said!r} is not a month and day such as 02-15")
    return int(month), int(day)
