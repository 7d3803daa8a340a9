"""The web server: started, announced when it answers, stopped with Ctrl-C."""

import os
import signal
import subprocess
import time
import urllib.error
import urllib.request

from .console import SetupError, last_line, say, step
from .demo import DATABASE, LOGINS
from .embedded_server import is_free

START_SECONDS = 120
STOP_SECONDS = 20


def check_port(port):
    """Refuse a port that something else listens on.

    :raise SetupError: with the option that names another
    """
    if not is_free(port):
        raise SetupError(
            f"Port {port} on 127.0.0.1 is taken by another program.",
            f"stop it, or choose another: ./setup/run --port {port + 1}",
        )


def serve(odoo, port):
    """Serve the demo database until Ctrl-C, or until the server ends by itself."""
    address = f"http://127.0.0.1:{port}"
    # wkhtmltopdf fetches the styles of a PDF from here
    odoo.databases.query(
        "INSERT INTO ir_config_parameter (key, value) "
        f"VALUES ('report.url', '{address}'), ('web.base.url', '{address}') "
        "ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value",
        DATABASE,
    )
    log = odoo.settings.logs / "server.log"
    server = odoo.start_server(DATABASE, port, log)
    try:
        with step("Starting the web server"):
            _wait_for(address + "/web/login", server, log)
        _announce(address, log, odoo.databases)
        server.wait()
    except KeyboardInterrupt:
        say("\n==> Stopping")
        return
    finally:
        _stop(server)
    raise SetupError(f"The web server ended: {last_line(log)}", f"read {log}")


def _wait_for(page, server, log):
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if server.poll() is not None:
            break
        try:
            with urllib.request.urlopen(page, timeout=START_SECONDS):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    raise SetupError(f"The web server does not answer: {last_line(log)}", f"read {log}")


def _announce(address, log, databases):
    say(f"\nProperty Fee is ready at {address}   (Ctrl-C stops it; log: {log})\n")
    server = databases.server
    say(f"  database  {DATABASE} on {server.host}:{server.port}")
    for login, password, role in LOGINS:
        say(f"  {login:<11} password {password:<12} {role}")
    say("")


def _stop(server):
    """End the server and whatever it started."""
    for sign in (signal.SIGINT, signal.SIGKILL):
        if server.poll() is not None:
            return
        os.killpg(server.pid, sign)
        try:
            server.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            continue
