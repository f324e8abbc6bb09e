"""How the pages are served: addresses, HTTPS, static files, languages."""

from __future__ import annotations

import datetime as dt
import gettext as catalogues
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.utils.translation import gettext as _

from tongchou.apps.upkeep.checks.finding import Finding, error, note, ok, warning

LOCAL = {"127.0.0.1", "localhost", "[::1]", "testserver"}
STATIC = ("console/base.css", "console/components.css", "console/console.js", "console/icons.svg",
          "vendor/htmx/htmx.min.js")  # fmt: skip
#: Languages by the folder of their catalogue, with one sentence and a sign that it was translated.
LANGUAGES = ("zh_Hans", "en")
FEWEST_MESSAGES = 100


def debug(at: dt.datetime) -> Finding:
    if settings.DEBUG:
        return error(
            _("Debug mode is on: error pages would show data of families."),
            _(
                "Start the service with tongchou serve and its own settings, not with another "
                "settings module."
            ),
        )
    return ok(_("Debug mode is off."))


def addresses(at: dt.datetime) -> Finding:
    """Pages that are reached from other desks go by HTTPS, and answer to their own name alone.

    The system check and the checklist both say what is found here, so that they cannot differ.
    """
    hosts = [host for host in settings.ALLOWED_HOSTS if host not in LOCAL]
    if "*" in hosts or any(host.startswith(".") for host in hosts):
        return error(
            _("The pages answer to any name: passwords could be fished for with false addresses."),
            _("Set TONGCHOU_HOSTS to the exact names, like tongchou.example.gov.cn."),
        )
    if not hosts:
        return note(
            _("The pages answer on this machine only."),
            _(
                "Before other desks use them, put a web server with a certificate in front "
                "(docs/how-to/install.md)."
            ),
        )
    names = {"hosts": ", ".join(hosts)}
    if not settings.SECURE:
        return error(
            _(
                "The pages answer to %(hosts)s without HTTPS: passwords and data of families cross "
                "the network in clear."
            )
            % names,
            _(
                "Put a web server with a certificate in front, and set TONGCHOU_HTTPS=yes "
                "(docs/how-to/install.md)."
            ),
        )
    wanted = [host for host in hosts if f"https://{host}" not in settings.CSRF_TRUSTED_ORIGINS]
    if wanted:
        return warning(
            _("Forms sent by HTTPS to %(hosts)s may be refused.") % {"hosts": ", ".join(wanted)},
            _("Set TONGCHOU_ORIGINS=%(origins)s")
            % {"origins": ",".join(f"https://{host}" for host in wanted)},
        )
    return ok(_("The pages answer to %(hosts)s by HTTPS.") % names)


def static_files(at: dt.datetime) -> Finding:
    lost = [name for name in STATIC if finders.find(name) is None]
    if lost:
        return error(
            _("Files of the pages are missing, first %(name)s.") % {"name": lost[0]},
            _("Install Tongchou again: pip install --force-reinstall tongchou"),
        )
    return ok(_("The files of the pages are there."))


def languages(at: dt.datetime) -> Finding:
    """Both catalogues are there, whole and compiled."""
    for language in LANGUAGES:
        file = Path(settings.LOCALE_PATHS[0]) / language / "LC_MESSAGES" / "django.mo"
        try:
            with file.open("rb") as stream:
                known = catalogues.GNUTranslations(stream)
        except (OSError, ValueError, UnicodeDecodeError):
            known = None
        if known is None or len(known._catalog) < FEWEST_MESSAGES:  # type: ignore[attr-defined]
            return error(
                _("The texts in the language %(language)s are missing.") % {"language": language},
                _("Install Tongchou again: pip install --force-reinstall tongchou"),
            )
    return ok(_("The texts are there in Chinese and English."))
