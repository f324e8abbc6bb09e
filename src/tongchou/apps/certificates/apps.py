from django.apps import AppConfig


class CertificatesConfig(AppConfig):
    name = "tongchou.apps.certificates"
    label = "certificates"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from tongchou.apps.certificates import following  # noqa: F401 - revokes what no longer rests on a case
        from tongchou.core import scope_holders

        scope_holders.register("certificates.Certificate", area_id="area_id", scope_no="scope_no")
