"""``tongchou serve``: the pages, served by gunicorn on one address, and a worker beside them."""

from __future__ import annotations

import socket
import sys
from typing import Any

import click

from tongchou.cli.common import check_keys, say, start_django
from tongchou.core.jobs import process

#: Its environment is ours, so it works on the same database.
WORKER = (sys.executable, "-m", "tongchou", "worker")


def free_port(host: str, wanted: int) -> int:
    """``wanted`` when nobody listens there, else a port the system picks."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for port in (wanted, 0):
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise click.ClickException(f"no free port on {host}")


def run_server(*, host: str, port: int, workers: int) -> None:
    """Serve until stopped, with a worker beside. Must be the last call of a command."""
    start_django()
    from gunicorn.app.base import BaseApplication

    class Server(BaseApplication):  # type: ignore[misc]
        def load_config(self) -> None:
            settings: dict[str, Any] = {
                "bind": f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
                "workers": workers,
                "threads": 4,
                "timeout": 120,
                "graceful_timeout": 20,
                "max_requests": 5000,
                "max_requests_jitter": 500,
                "accesslog": None,  # acts are recorded in the audit chain instead
                "loglevel": "warning",
            }
            for name, value in settings.items():
                self.cfg.set(name, value)

        def load(self) -> Any:
            from tongchou.config.wsgi import application

            return application

    with process.worker_beside(WORKER):
        Server().run()


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 64))
def serve(host: str, port: int, workers: int) -> None:
    """Serve the pages, and do beside them the work they ask for."""
    start_django()
    check_keys()
    chosen = free_port(host, port)
    if chosen != port:
        say(f"Port {port} is taken.")
    say(f"统筹 Tongchou: http://{host}:{chosen}/   (Ctrl+C 停止 / stops it)")
    run_server(host=host, port=chosen, workers=workers)


@click.command()
def worker() -> None:
    """Do the work that pages ask for, until stopped. `serve` and `demo` keep one running themselves."""
    start_django()
    check_keys()
    from tongchou.core.sqlite.reading_ahead import read_ahead_aside

    read_ahead_aside()
    process.work()
