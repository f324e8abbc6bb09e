"""A new database made from the models at once, instead of by every migration since the first.

Replaying them takes a minute: each step renders a picture of all models anew. On a database without tables
the outcome is known beforehand: the tables of the models, and beside them what ``core.guards`` puts on.
``core/tests/test_from_models.py`` compares both ways table by table, on both databases. Steps that move rows
have none to move here; one that fills a new database with rows does not belong into a migration.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.apps import apps
from django.db import router, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from tongchou.core.guards import BesideModels

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.migrations.migration import Migration


def is_new(connection: BaseDatabaseWrapper) -> bool:
    """True for a database without a single table."""
    with connection.cursor() as cursor:
        return not connection.introspection.table_names(cursor)


def make(connection: BaseDatabaseWrapper) -> None:
    """Make all tables, put on what stands beside them, and note every migration as applied.

    Either all of it or nothing is there afterwards.
    """
    loader = MigrationLoader(connection)
    order = _in_order(loader)
    # SQLite takes this only outside of a transaction.
    connection.disable_constraint_checking()
    try:
        with transaction.atomic(using=connection.alias):
            with connection.schema_editor() as editor:
                for app in apps.get_app_configs():
                    for model in router.get_migratable_models(app, connection.alias):
                        if model._meta.can_migrate(connection):
                            editor.create_model(model)
            with connection.schema_editor() as editor:
                for migration in order:
                    for step in migration.operations:
                        if isinstance(step, BesideModels):
                            step.put_on(migration.app_label, editor)
            recorder = MigrationRecorder(connection)
            recorder.ensure_schema()
            for migration in order:
                recorder.record_applied(migration.app_label, migration.name)
    finally:
        connection.enable_constraint_checking()


def _in_order(loader: MigrationLoader) -> list[Migration]:
    """Every migration, each after those it depends on."""
    found: dict[tuple[str, str], Migration] = {}
    for leaf in loader.graph.leaf_nodes():
        for node in loader.graph.forwards_plan(leaf):
            found.setdefault(node, cast("Migration", loader.graph.nodes[node]))
    return list(found.values())
