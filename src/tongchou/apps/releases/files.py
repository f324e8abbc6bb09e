"""Files of releases below the installation's folder, named by the digest of what is in them."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from tongchou.core.errors import Conflict

FOLDER: Final = "releases"


def keep(content: bytes) -> str:
    """Write a file, whole or not at all; its digest. The same content is one file."""
    name = hashlib.sha256(content).hexdigest()
    folder = Path(settings.VAR) / FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=folder, prefix="writing-")  # mode 0600
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        Path(temporary).replace(folder / name)
    finally:
        Path(temporary).unlink(missing_ok=True)
    return name


def read(name: str) -> bytes:
    """The content of a file.

    Raises
    ------
    Conflict
        ``releases.damaged`` when it is gone or was changed.
    """
    try:
        content = (Path(settings.VAR) / FOLDER / name).read_bytes()
    except OSError:
        content = b""
    if hashlib.sha256(content).hexdigest() != name:
        message = _(
            "The file of this table is gone or was changed. Ask the system administrator to restore it."
        )
        raise Conflict("releases.damaged", message)
    return content


def keep_json(content: Any) -> str:
    return keep(json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode())


def read_json(name: str) -> Any:
    return json.loads(read(name))
