"""Progress on the terminal, logged child processes and one-line refusals."""

import contextlib
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

HEARTBEAT_SECONDS = 15


class SetupError(Exception):
    """Something the setup cannot go on without.

    :param problem: what is missing or wrong, one sentence
    :param fix: what the reader can do about it, one sentence
    """

    def __init__(self, problem, fix):
        super().__init__(f"{problem} Fix: {fix}")


def say(text):
    """Print one line at once, also when the output is a pipe."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def warn(text):
    """Print one line on the error stream."""
    sys.stderr.write(f"property-fee: {text}\n")


@contextlib.contextmanager
def step(name):
    """Announce a long step, show that it lives, and say how long it took."""
    started = time.monotonic()
    finished = threading.Event()

    def beat():
        while not finished.wait(HEARTBEAT_SECONDS):
            say(f"    ... {name}, {time.monotonic() - started:.0f} s")

    say(f"==> {name}")
    heartbeat = threading.Thread(target=beat, daemon=True)
    heartbeat.start()
    try:
        yield
    finally:
        finished.set()
        heartbeat.join()
    say(f"    done in {time.monotonic() - started:.1f} s")


def run_logged(command, log, what, fix=None, **options):
    """Run a command with its output in a log file.

    :param command: argument list
    :param log: path of the log file, replaced
    :param what: what the command does, for the refusal when it fails
    :param fix: what to do about a failure; without it, "read the log"
    :param options: passed on to `subprocess.run` (`env`, `cwd`, `user`...)
    :raise SetupError: with the log's last line when the command fails
    """
    log = Path(log)
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        code = subprocess.run(
            [os.fspath(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
            **options,
        ).returncode
    if code:
        raise SetupError(
            f"{what} failed with exit code {code}: {last_line(log)}",
            fix or f"read {log}, then start again.",
        )


def last_line(log):
    """The last line with text in a log file, for a one-line refusal."""
    lines = Path(log).read_text(errors="replace").split("\n")
    texts = [line.strip() for line in lines if line.strip()]
    return texts[-1] if texts else "(no output)"
