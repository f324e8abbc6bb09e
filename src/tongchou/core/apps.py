from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "tongchou.core"
    label = "core"
    default_auto_field = "django.db.models.BigAutoField"

    def import_models(self) -> None:
        super().import_models()
        # Loaded here and not by core.models: the package of jobs builds on that module.
        from tongchou.core import account_models, holiday_table  # noqa: F401
        from tongchou.core.jobs import models  # noqa: F401
        from tongchou.core.tokens import models as _tokens  # noqa: F401

    def ready(self) -> None:
        from tongchou.core import audit_checking, kept_apart, scope_holders, sign_ins  # noqa: F401
        from tongchou.core.holidays import jobs as _recount  # noqa: F401 - registers a kind of job
        from tongchou.core.jobs import open_work  # noqa: F401 - registers what an account leaves behind

        scope_holders.register("core.Job", area_id="area_id", scope_no="scope_no")
        scope_holders.register(
            "core.RoleProposal", area_id="area_id", scope_no="scope_no", scope_end="scope_end"
        )
        sign_ins.listen()
        kept_apart.listen(self)
