from django.apps import AppConfig


class RegistryConfig(AppConfig):
    name = "tongchou.apps.registry"
    label = "registry"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from tongchou.apps.registry.bulk import SCOPES, model_of
        from tongchou.core import record_frames, scope_holders, unit_feeds

        for table, columns in SCOPES.items():
            for scope_no, area_id in columns.items():
                scope_holders.register(model_of(table)._meta.label, area_id=area_id, scope_no=scope_no)
        unit_feeds.register(
            "registry",
            counts=("records_entered", "records_in_time"),
            tells="tongchou.apps.registry.timeliness:month_counts",
        )
        record_frames.register(
            "records_entered",
            lists="tongchou.apps.registry.sampled:entered",
            describes="tongchou.apps.registry.sampled:described",
        )
