from django.apps import AppConfig


class CorrectionsConfig(AppConfig):
    name = "tongchou.apps.corrections"
    label = "corrections"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from tongchou.apps.corrections import open_work  # noqa: F401 - registers what an account leaves behind
        from tongchou.apps.registry import api as registry
        from tongchou.core import unit_feeds

        registry.follow("corrections.Correction")
        # How many of all errors the unit found itself can be told once samples tell theirs.
        unit_feeds.register(
            "corrections",
            counts=("errors_known", "errors_found_by_unit", "errors_mended"),
            tells="tongchou.apps.corrections.counting:month_counts",
        )
