"""Messages of Django that reach our pages, named here so that our catalogue says them in our words.

Django addresses people as 你; these pages say 您 (docs/explanation/words.md). Django looks a message up in
our catalogue first, so naming it is enough: nothing calls this.
"""

from __future__ import annotations

from django.utils.translation import gettext_noop, ngettext

MESSAGES = (
    gettext_noop("Your old password was entered incorrectly. Please enter it again."),
    gettext_noop("Your password can’t be too similar to your other personal information."),
    gettext_noop("The password is too similar to the %(verbose_name)s."),
    gettext_noop("Your password can’t be a commonly used password."),
    gettext_noop("This password is too common."),
    gettext_noop("The two password fields didn’t match."),
    gettext_noop("Enter the same password as before, for verification."),
)


def plurals(n: int) -> tuple[str, ...]:
    """The same for messages that count; looked up in the reader's language."""
    return (
        ngettext(
            "Your password must contain at least %(min_length)d character.",
            "Your password must contain at least %(min_length)d characters.",
            n,
        ),
        ngettext(
            "This password is too short. It must contain at least %d character.",
            "This password is too short. It must contain at least %d characters.",
            n,
        ),
    )
