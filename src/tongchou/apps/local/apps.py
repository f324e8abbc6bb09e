from django.apps import AppConfig


class LocalConfig(AppConfig):
    """What an installation says of itself: whose it is, what its county has set, how far its set-up is."""

    name = "tongchou.apps.local"
    label = "local"
    default_auto_field = "django.db.models.BigAutoField"
