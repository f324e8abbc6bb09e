from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "tongchou.apps.exchange"
    label = "exchange"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from tongchou.apps.exchange import jobs  # noqa: F401 - register what the worker does
        from tongchou.core import scope_holders

        scope_holders.register("exchange.Export", area_id="area_id", scope_no="scope_no")
