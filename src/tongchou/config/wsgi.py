"""The WSGI entry that gunicorn serves."""

import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from tongchou.config import private

private.umask()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongchou.config.settings")
application = get_wsgi_application()
private.close_database_files()
# What commands load when they need it is here before the first page is asked for.
for name in (settings.ROOT_URLCONF, "openpyxl", "polars", "xlsxwriter"):
    import_module(name)
