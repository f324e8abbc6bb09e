from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "tongchou.core"
    label = "core"
    default_auto_field = "django.db.models.BigAutoField"

    def import_models(self) -> None:
        super().import_models()
        # Loaded here and not by core.models: the package of jobs builds on that module.
        from tongchou.core.jobs import models  # noqa: F401

    def ready(self) -> None:
        from tongchou.core import audit_checking, scope_holders, sign_ins  # noqa: F401 - registers its kind

        scope_holders.register("core.Job", area_id="area_id", scope_no="scope_no")
        sign_ins.listen()
