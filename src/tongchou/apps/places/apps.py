from django.apps import AppConfig


class PlacesConfig(AppConfig):
    name = "tongchou.apps.places"
    label = "places"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from tongchou.apps.places import queries
        from tongchou.core import area_facts

        area_facts.register(queries.level_of)
