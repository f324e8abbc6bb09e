from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "tongchou.apps.intake"
    label = "intake"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from tongchou.apps.intake import batch_jobs, jobs  # noqa: F401 - register their kinds
        from tongchou.core import scope_holders

        scope_holders.register("intake.RegisterFile", area_id="village_id", scope_no="scope_no")
