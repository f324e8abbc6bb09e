from django.apps import AppConfig


class CommitmentsConfig(AppConfig):
    name = "tongchou.apps.commitments"
    label = "commitments"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from tongchou.apps.commitments import bundling  # noqa: F401 - forgets what has had its days
        from tongchou.core import record_frames, scope_holders, unit_feeds

        scope_holders.register("commitments.Letter", area_id="area_id", scope_no="scope_no")
        scope_holders.register("commitments.Participation", area_id="area_id", scope_no="scope_no")
        scope_holders.register("commitments.Bundle", area_id="village_id", scope_no="scope_no")
        scope_holders.register("commitments.Revoked", area_id="area_id", scope_no="scope_no")
        unit_feeds.register(
            "commitments",
            counts=("commitments_due", "commitments_kept", "households", "households_reached"),
            tells="tongchou.apps.commitments.counting:month_counts",
        )
        record_frames.register(
            "deliveries",
            lists="tongchou.apps.commitments.sampled:delivered",
            describes="tongchou.apps.commitments.sampled:deliveries",
        )
        record_frames.register(
            "call_backs",
            lists="tongchou.apps.commitments.sampled:called_back",
            describes="tongchou.apps.commitments.sampled:call_backs",
        )
