"""The township officer: files to decide, villages to ask for a register, deadlines that come near."""

from __future__ import annotations

from tongchou.web.console.homes import cases, duties, families, figures, unit_bulletins
from tongchou.web.console.homes.parts import Home, Reader, Section


def home(reader: Reader) -> Home:
    """Cases and files that wait, villages without a register this year, and deadlines near."""
    missing = families.missing_registers(reader)
    named = [Section("missing", missing)] if missing.number else []
    return Home(
        cards=(
            families.applications_waiting(reader),
            cases.on_my_desk(reader),
            cases.to_accept(reader),
            cases.came_back(reader),
            cases.sent_up(reader),
            cases.appeals(reader),
            cases.payees(reader),
            cases.grievances(reader),
            cases.objections(reader),
            cases.to_post(reader),
            cases.photographs(reader),
            unit_bulletins.bulletins_waiting(reader),
            unit_bulletins.month_open(reader),
            families.files_waiting(reader),
            families.rows_left_open(reader),
            families.corrections_waiting(reader),
            families.undos_waiting(reader),
            families.duplicates_waiting(reader),
            families.not_listed(reader),
            families.without_register(missing),
            families.deadlines(reader),
            families.unclaimed(reader),
            families.unclear(reader),
            *duties.cards(reader),
            *figures.of_population(reader),
        ),
        sections=(
            *cases.near(reader),
            *families.recent_files(reader),
            *families.programmes(reader),
            *named,
            families.FIND,
            families.HOW,
        ),
    )
