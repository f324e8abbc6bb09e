"""``policies certify``: whether the cases of each programme would notice a mistake in it."""

from __future__ import annotations

import json
import sys

import click

from tongchou.cli.common import json_option, say


@click.command()
@click.option("--programme", multiple=True, help="Code of a programme; may be given again. All without it.")
@click.option("--skeleton", is_flag=True, help="Print the missing cases, for a person to finish.")
@json_option
def certify(programme: tuple[str, ...], skeleton: bool, as_json: bool) -> None:
    """Change each programme in one place at a time and see whether its cases notice; needs no database.

    Ends with 1 when fewer than 98 % are noticed, a boundary has no case, a mutant survives without a reason,
    or a cases file is wrong.
    """
    from tongchou.domain.policy.errors import LoadError
    from tongchou.policies import certification
    from tongchou.policies.cases import certificate, codes

    for code in programme:
        if code not in codes():
            raise click.UsageError(f"no programme {code}; there are {', '.join(codes())}")
    try:
        found = [certificate(code) for code in programme or codes()]
    except LoadError as error:
        raise click.ClickException(str(error)) from error
    if as_json:
        click.echo(json.dumps([certification.as_dict(one) for one in found], ensure_ascii=False, default=str))
    elif skeleton:
        for one in found:
            click.echo("\n".join(certification.skeleton(one)), nl=bool(one.gaps))
    else:
        for line in certification.lines(found):
            click.echo(line)
    if not all(one.holds for one in found):
        say("not certified: " + ", ".join(one.programme for one in found if not one.holds))
        sys.exit(1)
