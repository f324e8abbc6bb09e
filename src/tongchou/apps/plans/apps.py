from django.apps import AppConfig


class PlansConfig(AppConfig):
    name = "tongchou.apps.plans"
    label = "plans"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from tongchou.core import scope_holders

        for model in ("Meeting", "Task", "Group", "Acceptance", "Told", "Assembly"):
            scope_holders.register(f"plans.{model}", area_id="area_id", scope_no="scope_no")
