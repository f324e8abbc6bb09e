from importlib import import_module

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "tongchou.apps.intake"
    label = "intake"
    default_auto_field = "django.db.models.BigAutoField"

    def import_models(self) -> None:
        """The models of registers, of what is asked about them, and of lists, in modules of their own."""
        super().import_models()
        import_module("tongchou.apps.intake.lists.models")
        import_module("tongchou.apps.intake.question_models")

    def ready(self) -> None:
        from tongchou.apps.intake import (
            batch_jobs,  # noqa: F401 - registers its kinds
            jobs,  # noqa: F401 - registers its kinds
            open_work,  # noqa: F401 - registers what an account leaves behind
            undoing,  # noqa: F401 - registers its kind
        )
        from tongchou.apps.intake.lists import jobs as list_jobs  # noqa: F401
        from tongchou.apps.intake.lists import undoing as list_undoing  # noqa: F401
        from tongchou.apps.registry import api as registry
        from tongchou.core import scope_holders

        registry.follow("intake.NotListed")
        for model in ("RegisterFile", "RowDecision"):
            scope_holders.register(f"intake.{model}", area_id="village_id", scope_no="scope_no")
        for model in ("ListFile", "NewbornOffer", "NewbornCount", "BirthsOnLists"):
            scope_holders.register(f"intake.{model}", area_id="area_id", scope_no="scope_no")
