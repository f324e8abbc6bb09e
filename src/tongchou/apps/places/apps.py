from django.apps import AppConfig


class PlacesConfig(AppConfig):
    name = "tongchou.apps.places"
    label = "places"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from tongchou.core import scope_holders

        scope_holders.register("places.AreaChange", area_id="area_id", scope_no="scope_no")
        from tongchou.apps.places import queries
        from tongchou.core import area_facts

        area_facts.register(queries.level_of)
