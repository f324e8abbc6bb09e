"""Addresses: the staff console at the root, plus the two health checks."""

from django.urls import include, path

from tongchou.config.health import healthz, readyz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("", include("tongchou.web.console.urls")),
]
