from django.apps import AppConfig


class PlansConfig(AppConfig):
    name = "tongchou.apps.plans"
    label = "plans"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from tongchou.core import scope_holders

        scope_holders.register("plans.Meeting", area_id="area_id", scope_no="scope_no")
        scope_holders.register("plans.Task", area_id="area_id", scope_no="scope_no")
