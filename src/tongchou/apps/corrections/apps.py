from django.apps import AppConfig


class CorrectionsConfig(AppConfig):
    name = "tongchou.apps.corrections"
    label = "corrections"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from tongchou.apps.corrections import open_work  # noqa: F401 - registers what an account leaves behind
        from tongchou.apps.registry import api as registry

        registry.follow("corrections.Correction")
