from django.apps import AppConfig


class EntitlementsConfig(AppConfig):
    name = "tongchou.apps.entitlements"
    label = "entitlements"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from tongchou import policies
        from tongchou.apps.entitlements import (
            following,  # noqa: F401 - follows the registry from the worker
            jobs,  # noqa: F401 - registers its kinds
            open_work,  # noqa: F401 - registers what an account leaves behind
            outreach,  # noqa: F401 - registers what is forgotten
            queries,
            recalculation_jobs,  # noqa: F401 - registers its kind
        )
        from tongchou.apps.registry import api as registry
        from tongchou.core import clock

        policies.ask_day(clock.today)  # what is known of the law today, by the one clock
        for model in ("entitlements.Entitlement", "entitlements.Claim", "entitlements.Outreach"):
            registry.follow(model)
        registry.binding("claims", queries.claimants)
