from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "tongchou.web"
    label = "web"

    def ready(self) -> None:
        from tongchou.web import letter_jobs  # noqa: F401 - a worker finds the kind
