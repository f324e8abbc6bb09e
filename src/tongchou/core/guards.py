"""Steps of a migration that put the triggers of ``append_only`` and ``references`` on, or take them off.

They are no ``RunPython``: that one renders every model anew, and triggers ask for none.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from django.db.migrations.operations.base import Operation, OperationCategory

from tongchou.core.append_only import allow_changes, forbid_changes
from tongchou.core.references import check_in_sets, no_longer_in_sets

if TYPE_CHECKING:
    from django.db.backends.base.schema import BaseDatabaseSchemaEditor
    from django.db.migrations.state import ProjectState


class BesideModels(Operation):
    """What a table has beside its model: a step that reads nothing of the models' state, only the database.

    A new database is made from the models at once (``core.from_models``); then these steps are done, in the
    order of the migrations. Each says what ``put_on`` and ``take_off`` do.
    """

    category = OperationCategory.SQL

    def put_on(self, app_label: str, schema_editor: BaseDatabaseSchemaEditor) -> None:
        """Do the step."""
        raise NotImplementedError

    def take_off(self, app_label: str, schema_editor: BaseDatabaseSchemaEditor) -> None:
        """Undo it."""
        raise NotImplementedError

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Triggers and such are no part of the models."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        self.put_on(app_label, schema_editor)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        self.take_off(app_label, schema_editor)


class IndexOnPostgres(BesideModels):
    """An index that helps on PostgreSQL and harms on SQLite, where it would draw other lists to itself."""

    def __init__(self, name: str, on: str) -> None:
        self.name, self.on = name, on

    def put_on(self, app_label: str, schema_editor: BaseDatabaseSchemaEditor) -> None:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"CREATE INDEX IF NOT EXISTS {self.name} ON {self.on}")

    def take_off(self, app_label: str, schema_editor: BaseDatabaseSchemaEditor) -> None:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"DROP INDEX IF EXISTS {self.name}")

    def describe(self) -> str:
        return f"Index {self.name}"


class ForbidChanges(BesideModels):
    """From here on the rows of the table are never changed, ``but`` for some columns; backwards they may."""

    def __init__(self, table: str, *, but: Collection[str] = ()) -> None:
        self.table, self.but = table, tuple(but)

    def put_on(self, app_label: str, schema_editor: BaseDatabaseSchemaEditor) -> None:
        forbid_changes(schema_editor.connection, self.table, but=self.but)

    def take_off(self, app_label: str, schema_editor: BaseDatabaseSchemaEditor) -> None:
        allow_changes(schema_editor.connection, self.table)

    def describe(self) -> str:
        return f"Refuse changes to rows of {self.table}"


class AllowChanges(ForbidChanges):
    """The same the other way: before SQLite rebuilds a table, which takes its triggers along."""

    put_on = ForbidChanges.take_off
    take_off = ForbidChanges.put_on

    def describe(self) -> str:
        return f"Allow changes to rows of {self.table}"


class CheckInSets(BesideModels):
    """From here on PostgreSQL checks what columns name a statement at a time; backwards by foreign keys."""

    def __init__(self, model: str, **references: str) -> None:
        self.model, self.references = model, references

    def put_on(self, app_label: str, schema_editor: BaseDatabaseSchemaEditor) -> None:
        check_in_sets(schema_editor.connection, f"{app_label}_{self.model}", self.references)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        if schema_editor.connection.vendor != "postgresql":
            return
        no_longer_in_sets(schema_editor.connection, f"{app_label}_{self.model}", self.references)
        model = to_state.apps.get_model(app_label, self.model)
        for field in model._meta.concrete_fields:
            if field.column in self.references:
                # The name and the statement of the foreign key as the schema editor makes them.
                schema_editor.execute(
                    schema_editor._create_fk_sql(model, field, "_fk_%(to_table)s_%(to_column)s")
                )

    def describe(self) -> str:
        return f"Check what {self.model} names a statement at a time"
