from django.apps import AppConfig


class StatisticsConfig(AppConfig):
    name = "tongchou.apps.statistics"
    label = "statistics"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from tongchou.apps.statistics import jobs  # noqa: F401 - registers its kinds
