from django.apps import AppConfig


class ApplicationsConfig(AppConfig):
    name = "tongchou.apps.applications"
    label = "applications"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from tongchou.apps.applications import keeping  # noqa: F401 - empties what is over
        from tongchou.core import scope_holders

        for model in ("applications.Application", "applications.Sending"):
            scope_holders.register(model, area_id="area_id", scope_no="scope_no")
