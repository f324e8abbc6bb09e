"""Addresses: the staff console at the root, the API for programs, the two health checks."""

from django.urls import include, path

from tongchou.config.health import healthz, readyz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("api/v1/", include("tongchou.web.api.urls")),
    path("", include("tongchou.web.console.urls")),
]

handler400 = "tongchou.web.errors.bad_request"
handler403 = "tongchou.web.errors.forbidden"
handler404 = "tongchou.web.errors.not_found"
handler500 = "tongchou.web.errors.server_error"
