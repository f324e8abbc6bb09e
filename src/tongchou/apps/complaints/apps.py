from django.apps import AppConfig


class ComplaintsConfig(AppConfig):
    name = "tongchou.apps.complaints"
    label = "complaints"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from tongchou.apps.complaints import going_on, recounting  # noqa: F401 - follow the days
        from tongchou.core import scope_holders, unit_feeds

        scope_holders.register("complaints.Complaint", area_id="area_id", scope_no="scope_no")
        for model in ("complaints.Question", "complaints.Breach"):
            scope_holders.register(model, area_id="unit_area_id", scope_no="unit_scope_no")
        unit_feeds.register(
            "complaints",
            counts=(
                *("complaints_due", "complaints_answered_on_time"),
                *("breaches_to_mend", "breaches_mended_on_time"),
            ),
            tells="tongchou.apps.complaints.counting:month_counts",
        )
