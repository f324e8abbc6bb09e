from django.apps import AppConfig


class SnapshotConfig(AppConfig):
    name = "tongchou.apps.snapshot"
    label = "snapshot"
    default_auto_field = "django.db.models.BigAutoField"
