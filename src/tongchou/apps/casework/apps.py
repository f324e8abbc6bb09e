from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    name = "tongchou.apps.casework"
    label = "casework"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from tongchou.apps.casework import jobs, open_work, recounting  # noqa: F401 - register themselves
        from tongchou.apps.registry import api as registry
        from tongchou.core import record_frames, scope_holders, unit_feeds

        registry.follow("casework.Case")
        for model in ("casework.Case", "casework.Award"):
            scope_holders.register(model, area_id="handling_area_id", scope_no="handling_scope")
        scope_holders.register(
            "casework.NamedOfficer", area_id="area_id", scope_no="scope_no", scope_end="scope_end"
        )
        unit_feeds.register(
            "casework",
            counts=("decisions_due", "decisions_on_time"),
            tells="tongchou.apps.casework.counting:month_counts",
        )
        record_frames.register(
            "cases_decided",
            lists="tongchou.apps.casework.sampled:decided",
            describes="tongchou.apps.casework.sampled:described",
        )
