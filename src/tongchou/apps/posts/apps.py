from django.apps import AppConfig


class PostsConfig(AppConfig):
    name = "tongchou.apps.posts"
    label = "posts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from tongchou.core import scope_holders

        scope_holders.register("posts.Department", area_id="area_id", scope_no="scope_no")
        scope_holders.register("posts.Post", area_id="area_id", scope_no="scope_no")
