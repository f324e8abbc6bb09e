from django.apps import AppConfig


class SupervisionConfig(AppConfig):
    name = "tongchou.apps.supervision"
    label = "supervision"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from tongchou.apps.supervision import going_on, recounting  # noqa: F401 - follow the days
        from tongchou.core import scope_holders, unit_feeds

        for name in ("Draw", "Inspection", "Notice"):
            model = f"supervision.{name}"
            scope_holders.register(model, area_id="watch_id", scope_no="scope_no")
            scope_holders.register(model, area_id="unit_area_id", scope_no="unit_scope_no")
        unit_feeds.register(
            "supervision",
            counts=("records_checked", "records_right"),
            tells="tongchou.apps.supervision.counting:month_counts",
        )
