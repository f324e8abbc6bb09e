"""A list of areas brought in by page: read, looked at, then loaded or forgotten."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongchou.apps.local.models import AreaDraft
from tongchou.apps.local.setting_up import SETUP_OWNER
from tongchou.apps.places import api as places
from tongchou.core.errors import NotFound

if TYPE_CHECKING:
    from tongchou.core.models import Account

#: Lines of the tree a preview shows.
MOST_LINES = 400


@dataclass(frozen=True, slots=True)
class TreeLine:
    """An area of the list in its place: depth from 0, how many villages and groups lie below."""

    depth: int
    code: str
    name: str
    level: str
    villages: int
    groups: int
    is_new: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """What loading the draft would do. ``counts`` are (level, new, known already)."""

    file_name: str
    problems: tuple[places.CellProblem, ...]
    counts: tuple[tuple[str, int, int], ...]
    tree: tuple[TreeLine, ...]
    cut: int

    @property
    def fresh(self) -> int:
        return sum(new for _level, new, _known in self.counts)


def owner_of(by: Account | None) -> str:
    return SETUP_OWNER if by is None else f"account:{by.pk}"


def bring_in(*, content: bytes, file_name: str, by: Account | None, at: dt.datetime) -> Preview:
    """Read a list and keep it as the draft of whoever brings it, in place of an earlier one.

    A list with problems is not kept.

    Raises
    ------
    Invalid
        When it is no table with the columns of the template.
    NotAllowed
        When the account may not load areas.
    """
    sheet = places.read_file(content, file_name)
    found = _preview(sheet, file_name, by, at)
    if not found.problems:
        AreaDraft.objects.update_or_create(
            owner=owner_of(by),
            defaults={
                "file_name": file_name[:200],
                "sheet": sheet.as_json(),
                "sha256": hashlib.sha256(content).hexdigest(),
                "made_at": at,
            },
        )
    return found


def preview(*, by: Account | None, at: dt.datetime) -> Preview | None:
    """The draft that waits, compared with the areas as they are now; None when there is none."""
    draft = AreaDraft.objects.filter(owner=owner_of(by)).first()
    if draft is None:
        return None
    return _preview(places.AreaSheet.from_json(draft.sheet), draft.file_name, by, at)


@transaction.atomic
def load(*, by: Account | None, at: dt.datetime) -> places.LoadReport:
    """Load the draft and forget it.

    Raises
    ------
    NotFound
        ``local.no_draft`` when none waits (any more).
    Invalid
        ``places.bad_list`` when it does not fit any more.
    """
    draft = AreaDraft.objects.select_for_update().filter(owner=owner_of(by)).first()
    if draft is None:
        raise NotFound(
            "local.no_draft", _("There is no list of areas waiting. It was loaded or discarded already.")
        )
    sheet = places.AreaSheet.from_json(draft.sheet)
    draft.delete()
    return places.load_areas(sheet, by=by, at=at)


def discard(*, by: Account | None) -> None:
    """Forget the draft, if there is one."""
    AreaDraft.objects.filter(owner=owner_of(by)).delete()


def _preview(sheet: places.AreaSheet, file_name: str, by: Account | None, at: dt.datetime) -> Preview:
    checked = places.check_areas(sheet, by=by, at=at)
    problems = sorted([*checked.problems, *sheet.examples()], key=lambda problem: problem.line)
    levels = Counter(row.level for row in checked.rows)
    fresh = Counter(row.level for row in checked.rows if row.line in checked.fresh)
    counts = tuple(
        (level, fresh[level], levels[level] - fresh[level]) for level in places.Level.values if levels[level]
    )
    tree = _tree(checked) if not problems else []
    return Preview(
        file_name=file_name,
        problems=tuple(sheet.cell_problems(problems)),
        counts=counts,
        tree=tuple(tree[:MOST_LINES]),
        cut=max(0, len(tree) - MOST_LINES),
    )


def _tree(checked: places.Checked) -> list[TreeLine]:
    """The list from the province to the township, each line with what lies below it in the list."""
    below = defaultdict(list)
    codes = {row.code for row in checked.rows if row.code}
    roots = []
    for row in checked.rows:
        parent = places.normal_code(row.parent_code)
        (below[parent] if parent in codes else roots).append(row)
    lines: list[TreeLine] = []

    def walk(row: object, depth: int) -> tuple[int, int]:
        level, code = row.level, row.code  # type: ignore[attr-defined]
        place = len(lines)
        shown = level not in (places.Level.VILLAGE, places.Level.GROUP)
        if shown:
            lines.append(TreeLine(depth, code, row.name, level, 0, 0, row.line in checked.fresh))  # type: ignore[attr-defined]
        villages, groups = int(level == places.Level.VILLAGE), int(level == places.Level.GROUP)
        for child in below[code] if code else ():
            more = walk(child, depth + 1)
            villages, groups = villages + more[0], groups + more[1]
        if shown:
            line = lines[place]
            lines[place] = TreeLine(
                line.depth, line.code, line.name, line.level, villages, groups, line.is_new
            )
        return villages, groups

    for row in sorted(roots, key=lambda one: one.code):
        walk(row, 0)
    return lines
