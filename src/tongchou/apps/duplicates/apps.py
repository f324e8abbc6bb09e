from django.apps import AppConfig


class DuplicatesConfig(AppConfig):
    name = "tongchou.apps.duplicates"
    label = "duplicates"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # What an account leaves behind, and the job, register themselves.
        from tongchou.apps.duplicates import jobs, open_work  # noqa: F401
        from tongchou.apps.registry import api as registry

        registry.follow("duplicates.Side")
