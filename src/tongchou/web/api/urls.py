"""Addresses of the API. No name, number or search text is ever part of one."""

from django.urls import path

from tongchou.web.api.service import api, openapi

urlpatterns = [
    path("openapi.json", openapi, name="api-description"),
    path("", api.urls),
]
