from django.apps import AppConfig


class GuaranteesConfig(AppConfig):
    name = "tongchou.apps.guarantees"
    label = "guarantees"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from tongchou.core import record_frames, scope_holders, unit_feeds

        for name in ("YearReturn", "Worker", "Training", "Marked", "Confirmed", "Base"):
            scope_holders.register(f"guarantees.{name}", area_id="area_id", scope_no="scope_no")
        unit_feeds.register(
            "guarantees",
            counts=(
                *("budget_fen", "grassroots_fen", "arrivals_due_fen", "arrived_in_time_fen"),
                *("posts_required", "posts_filled"),
            ),
            tells="tongchou.apps.guarantees.feed:month_counts",
        )
        record_frames.register(
            "staff",
            lists="tongchou.apps.guarantees.sampled:on_the_register",
            describes="tongchou.apps.guarantees.sampled:described",
        )
