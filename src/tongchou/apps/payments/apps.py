from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    name = "tongchou.apps.payments"
    label = "payments"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from tongchou.apps.casework import api as casework
        from tongchou.apps.payments import (
            jobs,  # noqa: F401 - registers its kinds
            open_work,  # noqa: F401 - registers what an account leaves behind
            reissuing,
        )
        from tongchou.apps.registry import api as registry
        from tongchou.core import record_frames, scope_holders, unit_feeds

        for model in ("payments.PaymentRow", "payments.Overpayment"):
            registry.follow(model)
        for model in ("payments.Fund", "payments.Sharing", "payments.Batch", "payments.Overpayment"):
            scope_holders.register(model, area_id="area_id", scope_no="scope_no")
        casework.pays(reissuing.spent, reissuing.refused_accounts)
        unit_feeds.register(
            "payments",
            counts=("payments_due", "payments_on_time"),
            tells="tongchou.apps.payments.counting:month_counts",
        )
        record_frames.register(
            "payments",
            lists="tongchou.apps.payments.sampled:paid_in",
            describes="tongchou.apps.payments.sampled:described",
        )
