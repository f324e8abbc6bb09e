from django.apps import AppConfig


class GuaranteesConfig(AppConfig):
    name = "tongchou.apps.guarantees"
    label = "guarantees"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from tongchou.core import scope_holders

        for name in ("YearReturn", "Worker", "Training", "Marked", "Confirmed", "Base"):
            scope_holders.register(f"guarantees.{name}", area_id="area_id", scope_no="scope_no")
