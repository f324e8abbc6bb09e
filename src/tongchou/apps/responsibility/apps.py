from django.apps import AppConfig


class ResponsibilityConfig(AppConfig):
    name = "tongchou.apps.responsibility"
    label = "responsibility"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from tongchou.core import scope_holders, unit_feeds

        scope_holders.register("responsibility.Target", area_id="area_id", scope_no="scope_no")
        scope_holders.register("responsibility.Agreement", area_id="area_id", scope_no="scope_no")
        scope_holders.register("responsibility.Agreement", area_id="above_id", scope_no="above_scope_no")
        scope_holders.register("responsibility.HandOver", area_id="area_id", scope_no="scope_no")
        scope_holders.register("responsibility.HandOver", area_id="above_id", scope_no="above_scope_no")
        unit_feeds.register_targets("tongchou.apps.responsibility.queries:in_force")
