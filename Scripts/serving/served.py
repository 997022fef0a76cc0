"""A Hearth server started for a trial, and the plainest client for it. Standard library only."""

import contextlib
import http.client
import json
import os
import pathlib
import re
import signal
import subprocess
import tempfile
import time
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("HEARTH", str(ROOT / ".build/release/hearth"))
MODEL = os.environ.get("HEARTH_SERVED", "smollm2-135m-instruct")


class Reply:
    """What came back: status, headers, bytes, and how long it took."""

    def __init__(self, status, headers, body, seconds):
        self.status, self.headers, self.body, self.seconds = status, headers, body, seconds

    @property
    def json(self):
        return json.loads(self.body)


def ask(base, path, body=None, key=None, headers=(), method=None):
    """One request on a connection of its own."""
    url = urllib.parse.urlsplit(base)
    connection = http.client.HTTPConnection(url.hostname, url.port, timeout=300)
    data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
    fields = dict(headers)
    if data is not None:
        fields.setdefault("Content-Type", "application/json")
    if key:
        fields["Authorization"] = "Bearer " + key
    start = time.perf_counter()
    connection.request(method or ("GET" if data is None else "POST"), path, data, fields)
    reply = connection.getresponse()
    content = reply.read()
    seconds = time.perf_counter() - start
    connection.close()
    return Reply(reply.status, reply.headers, content, seconds)


def metric(base, name):
    """The sum of a metric over its labels."""
    page = ask(base, "/metrics").body.decode()
    return sum(float(v) for v in re.findall(rf"^hearth_{name}(?:{{[^}}]*}})? (\S+)$", page, re.M))


class Server:
    """`hearth serve`, ready to be asked."""

    def __init__(self, *words, program=(), log=None, environment=None, wait=60):
        self.log = open(log or tempfile.mkstemp(suffix=".log")[1], "w+b")
        self.start = time.perf_counter()
        self.process = subprocess.Popen(
            [*program, PROGRAM, "serve", "--model", MODEL, "--port", "0", *words] if "--socket" not in words
            else [*program, PROGRAM, "serve", "--model", MODEL, *words],
            stderr=self.log, env={**os.environ, **(environment or {})})
        while time.perf_counter() - self.start < wait:
            text = pathlib.Path(self.log.name).read_text(errors="replace")
            place = re.search(r"listening on (\S+)", text)
            if place and "hearth: ready" in text:
                self.base = place[1]
                self.port = urllib.parse.urlsplit(self.base).port
                return
            if self.process.poll() is not None:
                raise SystemExit(f"the server ended: {text}")
            time.sleep(0.01)
        raise SystemExit("the server was not ready in time")

    @property
    def pid(self):
        return self.process.pid

    @property
    def lines(self):
        return pathlib.Path(self.log.name).read_text(errors="replace").splitlines()

    def stop(self, number=signal.SIGTERM):
        """Asks it to end; gives its status and how long that took."""
        start = time.perf_counter()
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(number)
        status = self.process.wait(30)
        return status, time.perf_counter() - start

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.stop()
