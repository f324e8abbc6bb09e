"""Steps of a migration that put the triggers of ``append_only`` on a table, or take them off.

They are no ``RunPython``: that one renders every model anew, and triggers ask for none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.migrations.operations.base import Operation, OperationCategory

from tongchou.core.append_only import allow_changes, forbid_changes

if TYPE_CHECKING:
    from django.db.backends.base.schema import BaseDatabaseSchemaEditor
    from django.db.migrations.state import ProjectState


class ForbidChanges(Operation):
    """From here on the rows of the table are never changed; backwards they may be again."""

    category = OperationCategory.SQL

    def __init__(self, table: str) -> None:
        self.table = table

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Triggers are no part of the models."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        forbid_changes(schema_editor.connection, self.table)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        allow_changes(schema_editor.connection, self.table)

    def describe(self) -> str:
        return f"Refuse changes to rows of {self.table}"


class AllowChanges(ForbidChanges):
    """The same the other way: before SQLite rebuilds a table, which takes its triggers along."""

    database_forwards = ForbidChanges.database_backwards
    database_backwards = ForbidChanges.database_forwards

    def describe(self) -> str:
        return f"Allow changes to rows of {self.table}"
