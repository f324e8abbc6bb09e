from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "tongchou.apps.intake"
    label = "intake"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from tongchou.apps.intake import (
            batch_jobs,  # noqa: F401 - registers its kinds
            jobs,  # noqa: F401 - registers its kinds
            open_work,  # noqa: F401 - registers what an account leaves behind
        )
        from tongchou.core import scope_holders

        scope_holders.register("intake.RegisterFile", area_id="village_id", scope_no="scope_no")
