from django.apps import AppConfig


class ReleasesConfig(AppConfig):
    name = "tongchou.apps.releases"
    label = "releases"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from tongchou.apps.releases import jobs  # noqa: F401 - registers its kind
        from tongchou.core import scope_holders

        scope_holders.register(
            "releases.Release", area_id="area_id", scope_no="scope_no", scope_end="scope_end"
        )
