from django.apps import AppConfig


class YearbookConfig(AppConfig):
    name = "tongchou.apps.yearbook"
    label = "yearbook"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from tongchou.apps.yearbook import jobs  # noqa: F401 - registers its kinds
        from tongchou.core import scope_holders

        scope_holders.register("yearbook.Volume", area_id="area_id", scope_no="scope_no")
