"""The WSGI entry that gunicorn serves."""

import os

from django.core.wsgi import get_wsgi_application

from tongchou.config import private

private.umask()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongchou.config.settings")
application = get_wsgi_application()
private.close_database_files()
