from django.apps import AppConfig


class QualityConfig(AppConfig):
    name = "tongchou.apps.quality"
    label = "quality"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from tongchou.apps.quality import jobs  # noqa: F401 - registers its kinds
        from tongchou.core import scope_holders

        for model in ("quality.Finding", "quality.Count"):
            scope_holders.register(model, area_id="area_id", scope_no="scope_no")
