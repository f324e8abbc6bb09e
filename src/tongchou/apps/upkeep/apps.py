from django.apps import AppConfig


class UpkeepConfig(AppConfig):
    """Whether an installation is in order, and its backups. Keeps no tables of its own."""

    name = "tongchou.apps.upkeep"
    label = "upkeep"
