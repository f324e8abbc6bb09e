from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "tongchou.apps.notices"
    label = "notices"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from tongchou.apps.notices import passing, recounting  # noqa: F401 - follow the days
        from tongchou.core import record_frames, scope_holders

        scope_holders.register(
            "notices.Notice", area_id="area_id", scope_no="scope_no", scope_end="scope_end"
        )
        record_frames.register(
            "notices",
            lists="tongchou.apps.notices.sampled:hung",
            describes="tongchou.apps.notices.sampled:described",
        )
