from django.apps import AppConfig


class BalanceConfig(AppConfig):
    name = "tongchou.apps.balance"
    label = "balance"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from tongchou.apps.balance import jobs  # noqa: F401 - registers its kinds
        from tongchou.core import scope_holders

        scope_holders.register("balance.Entry", area_id="village_id", scope_no="scope_no")
