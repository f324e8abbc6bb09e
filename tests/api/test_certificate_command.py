"""`tongchou certificate verify` says what a certificate is worth, by files alone or by the installation."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from joserfc import jws
from joserfc.jwk import OKPKey

from tongchou.cli import main
from tongchou.core import signing
from tongchou.domain.certificates import claims, status
from tongchou.domain.certificates.claims import Claims

KEY = OKPKey.generate_key("Ed25519")
HELD = Claims(
    "Y2026-0000003-31",
    "优先优惠证",
    "王小明",
    "123X",
    "示例县",
    dt.date(2026, 1, 1),
    dt.date(2026, 12, 31),
    3,
)
LATER = dt.timedelta(days=30)
NOON = dt.datetime(2026, 11, 26, 4, tzinfo=dt.UTC)


def signed(said: dict[str, object], kind: str) -> str:
    header = {"alg": "Ed25519", "kid": KEY.thumbprint(), "typ": kind}
    return jws.serialize_compact(header, json.dumps(said).encode(), KEY, algorithms=["Ed25519"])


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    """A counter's folder: the keys, a list in which nobody is revoked, one in which the holder is."""
    keys = {"keys": [KEY.as_dict(private=False) | {"kid": KEY.thumbprint()}]}
    found = {"keys": tmp_path / "keys.json", "good": tmp_path / "1.jwt", "gone": tmp_path / "2.jwt"}
    found["keys"].write_text(json.dumps(keys))
    for name, revoked in (("good", []), ("gone", [3])):
        said = claims.status_json(status.pack(revoked, 5), at=NOON, until=NOON + LATER)
        found[name].write_text(signed(said, claims.STATUS_LIST))
    return found


def test_files_alone_are_enough_without_database_or_network(files: dict[str, Path], tmp_path: Path) -> None:
    code = signed(HELD.as_json(), claims.CERTIFICATE)
    for name, expected, told in (("good", 0, "GOOD"), ("gone", 1, "REVOKED")):
        command = [
            sys.executable, "-m", "tongchou", "certificate", "verify", code,
            "--keys", str(files["keys"]), "--status", str(files[name]),
            "--at", "2026-11-27",
        ]  # fmt: skip
        empty = {"PATH": "/usr/bin", "TONGCHOU_VAR": str(tmp_path / "none"), "PYTHONPATH": ":".join(sys.path)}
        done = subprocess.run(command, capture_output=True, text=True, env=empty, check=False)
        assert (done.returncode, told in done.stdout) == (expected, True), done.stderr
        assert "王小明" in done.stdout and not (tmp_path / "none").exists()


def test_each_of_many_is_said_and_one_bad_one_ends_with_one(files: dict[str, Path], tmp_path: Path) -> None:
    code = signed(HELD.as_json(), claims.CERTIFICATE)
    file = tmp_path / "codes.txt"
    file.write_text(f"{code}\n\nnonsense\n")
    arguments = ["certificate", "verify", "--file", str(file), "--keys", str(files["keys"]), "--json"]
    done = CliRunner().invoke(main, [*arguments, "--status", str(files["good"]), "--at", "2026-11-27"])
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row["finding"] for row in rows] == ["good", "unreadable"] and done.exit_code == 1
    assert rows[0]["jti"] == HELD.number and "jti" not in rows[1]


def test_keys_that_are_none_are_refused_in_plain_words(tmp_path: Path) -> None:
    wrong = tmp_path / "keys.json"
    for text in ("{}", "[]", "no"):
        wrong.write_text(text)
        done = CliRunner().invoke(main, ["certificate", "verify", "x", "--keys", str(wrong)])
        assert done.exit_code == 1 and "get it anew from the office" in done.output


@pytest.mark.django_db
def test_the_installation_hands_out_keys_and_list(tmp_path: Path) -> None:
    code = signing.sign(HELD.as_json(), claims.CERTIFICATE)
    keys, listed = tmp_path / "keys.json", tmp_path / "status.jwt"
    keys.write_text(CliRunner().invoke(main, ["certificate", "keys"]).stdout)
    assert CliRunner().invoke(main, ["certificate", "status"]).exit_code == 1
    listed.write_text(CliRunner().invoke(main, ["certificate", "status", "--now"]).stdout)
    for files in ([], ["--keys", str(keys), "--status", str(listed)]):
        done = CliRunner().invoke(main, ["certificate", "verify", code, "--at", "2026-11-27", *files])
        assert "GOOD" in done.output, done.output
