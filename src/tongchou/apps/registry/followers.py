"""Tables of apps above that keep, beside a person's number, where the person is registered and lives.

A list of many people is then narrowed to a reader's areas along its own index, instead of asking the
registry about each of them. The copy is written in the transaction that changes the person, so both always
say the same; ``core.scope_holders`` rewrites it when areas are numbered anew. The registry knows those tables
by name alone.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.apps import apps
from django.db import connection, models

from tongchou.core import rows, scope_holders

COLUMNS = ("registered_area_id", "registered_scope", "resident_area_id", "resident_scope")
_followers: list[str] = []


class FollowsPerson(models.Model):
    """What a following table has beside ``person_id``; all null for a person the registry does not know."""

    registered_area_id = models.BigIntegerField(null=True, editable=False)
    registered_scope = models.IntegerField(null=True, editable=False)
    resident_area_id = models.BigIntegerField(null=True, editable=False)
    resident_scope = models.IntegerField(null=True, editable=False)

    class Meta:
        abstract = True


def follow(model: str) -> None:
    """Note a table (``"app.Model"``) that follows; noting it twice changes nothing."""
    if model not in _followers:
        _followers.append(model)
        for area, number in (COLUMNS[:2], COLUMNS[2:]):
            scope_holders.register(model, area_id=area, scope_no=number)


def bring_along(person_ids: Collection[int]) -> None:
    """Copy where these people are now to every table that follows. One statement a table."""
    if not person_ids:
        return
    names = ", ".join(map(connection.ops.quote_name, COLUMNS))
    person = connection.ops.quote_name(apps.get_model("registry", "Person")._meta.db_table)
    if connection.vendor == "postgresql":  # one parameter: hundreds take longer to read than to look up
        people, given = "= ANY (%s::bigint[])", [rows.array(person_ids)]
    else:
        people, given = f"IN ({', '.join(['%s'] * len(person_ids))})", list(person_ids)
    with connection.cursor() as cursor:
        for model in _followers:
            table = connection.ops.quote_name(apps.get_model(model)._meta.db_table)
            cursor.execute(
                f"UPDATE {table} SET ({names}) = (SELECT {names} FROM {person} p "  # noqa: S608 - own names
                f"WHERE p.id = {table}.person_id) WHERE person_id {people}",
                given,
            )


def whereabouts(person_ids: Collection[int]) -> dict[int, dict[str, Any]]:
    """The columns of ``FollowsPerson`` for these people, by number. One query."""
    people = apps.get_model("registry", "Person")._default_manager.filter(pk__in=person_ids)
    return {pk: dict(zip(COLUMNS, rest, strict=True)) for pk, *rest in people.values_list("pk", *COLUMNS)}
