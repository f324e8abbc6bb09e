from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "tongchou.core"
    label = "core"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from tongchou.core import sign_ins

        sign_ins.listen()
