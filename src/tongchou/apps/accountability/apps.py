from django.apps import AppConfig


class AccountabilityConfig(AppConfig):
    name = "tongchou.apps.accountability"
    label = "accountability"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from tongchou.core import scope_holders

        scope_holders.register("accountability.Closing", area_id="area_id", scope_no="scope_no")
        scope_holders.register("accountability.Counted", area_id="area_id", scope_no="scope_no")
        scope_holders.register("accountability.Issue", area_id="area_id", scope_no="scope_no")
        scope_holders.register("accountability.Alert", area_id="watch_id", scope_no="scope_no")
        scope_holders.register("accountability.ProvenCase", area_id="area_id", scope_no="scope_no")
        scope_holders.register("accountability.Proposed", area_id="area_id", scope_no="scope_no")
