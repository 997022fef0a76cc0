"""Keys, hosts, adapters, the queue, the audit, TLS, a socket in the file system, the end.

    python operation.py

Starts servers by itself. Needs openssl, numpy and safetensors (for two small adapters).
"""

import concurrent.futures
import http.client
import json
import os
import pathlib
import signal
import socket
import sqlite3
import ssl
import subprocess
import sys
import tempfile
import threading
import time

import numpy
import safetensors.numpy

from served import MODEL, Server, ask

FOLDER = pathlib.Path(tempfile.mkdtemp())
KEY, ADMIN = "key-" + "k" * 20, "admin-" + "a" * 20
HELLO = {"model": MODEL, "messages": [{"role": "user", "content": "SECRET hello"}], "max_tokens": 12, "seed": 1}
WIDTHS = {"smollm2-135m-instruct": (576, 576, 30), "gemma-3-270m": (640, 1024, 18)}
checks, failures = 0, []


def check(what, holds, told=""):
    global checks
    checks += 1
    if not holds:
        failures.append(what)
        print("FAULT", what, str(told)[:300])


def adapter(name, seed):
    """A small LoRA on the query projections, as PEFT writes it."""
    width, queries, layers = WIDTHS[MODEL]
    rng, folder = numpy.random.default_rng(seed), FOLDER / "adapters" / name
    folder.mkdir(parents=True)
    stem = "base_model.model.model.layers.{}.self_attn.q_proj.lora_{}.weight"
    tensors = {}
    for layer in range(layers):
        tensors[stem.format(layer, "A")] = rng.normal(0, 0.1, (4, width)).astype("float32")
        tensors[stem.format(layer, "B")] = rng.normal(0, 0.1, (queries, 4)).astype("float32")
    safetensors.numpy.save_file(tensors, folder / "adapter_model.safetensors")
    (folder / "adapter_config.json").write_text(json.dumps({
        "peft_type": "LORA", "task_type": "CAUSAL_LM", "r": 4, "lora_alpha": 8, "target_modules": ["q_proj"],
        "lora_dropout": 0.0, "bias": "none", "base_model_name_or_path": MODEL}))
    return folder


def keys(name, *lines):
    path = FOLDER / name
    path.write_text("\n".join(lines) + "\n")
    path.chmod(0o600)
    return str(path)


def content(reply):
    return reply.json["choices"][0]["message"]["content"]


one, two = adapter("one", 1), adapter("two", 2)
home = FOLDER / "home"
home.mkdir()
models = pathlib.Path(os.environ.get("HEARTH_HOME") or pathlib.Path.home() / ".hearth") / "models"
(home / "models").symlink_to(models)

with Server("--api-key-file", keys("keys", "agent " + KEY), "--admin-key-file", keys("admin", ADMIN),
            "--adapter", f"one={one}", "--adapters-dir", str(FOLDER / "adapters"), "--audit",
            environment={"HEARTH_HOME": str(home)}) as server:
    base = server.base
    check("no key is 401", ask(base, "/v1/chat/completions", HELLO).status == 401)
    check("a wrong key is 401", ask(base, "/v1/chat/completions", HELLO, key="x" * 24).status == 401)
    plain = ask(base, "/v1/chat/completions", HELLO, key=KEY)
    check("the key is taken", plain.status == 200, plain.body)
    check("a foreign host is 403", ask(base, "/v1/models", key=KEY, headers={"Host": "evil.example"}).status == 403)
    foreign = ask(base, "/v1/models", key=KEY, headers={"Origin": "https://evil.example"})
    check("a foreign origin is 403", foreign.status == 403)
    check("no CORS headers", not [name for name in foreign.headers if name.lower().startswith("access-control")])
    check("text/plain is 415",
          ask(base, "/v1/completions", b"{}", key=KEY, headers={"Content-Type": "text/plain"}).status == 415)
    check("request ids are kept", ask(base, "/health", headers={"X-Request-Id": "mine-1"}).headers["X-Request-Id"] == "mine-1")

    # Adapters.
    check("callers cannot load", ask(base, "/v1/load_lora_adapter", {"lora_name": "two"}, key=KEY).status in (401, 403))
    loaded = ask(base, "/v1/load_lora_adapter", {"lora_name": "two"}, key=ADMIN)
    check("the admin loads one", loaded.status == 200, loaded.body)
    for path in ("../one", "/etc", "one/../two", "none", "%2e%2e"):
        status = ask(base, "/v1/load_lora_adapter", {"lora_name": path}, key=ADMIN).status
        check(f"{path} is not loaded", 400 <= status < 500, status)
    names = [model["id"] for model in ask(base, "/v1/models", key=KEY).json["data"]]
    check("all three are listed", names == [MODEL, "one", "two"], names)
    alone = {name: content(ask(base, "/v1/chat/completions", {**HELLO, "model": name}, key=KEY)) for name in names}
    check("adapters say other things", len(set(alone.values())) == 3, alone)
    with concurrent.futures.ThreadPoolExecutor(12) as pool:
        mixed = list(pool.map(lambda n: (n, content(ask(base, "/v1/chat/completions", {**HELLO, "model": n}, key=KEY))),
                              names * 4))
    check("mixed in one batch they say the same", all(alone[name] == text for name, text in mixed))
    gone = ask(base, "/v1/unload_lora_adapter", {"lora_name": "two"}, key=ADMIN)
    check("the admin unloads one", gone.status == 200, gone.body)
    check("then it is not known", ask(base, "/v1/chat/completions", {**HELLO, "model": "two"}, key=KEY).status == 404)

    # The prefix cache.
    long = {**HELLO, "messages": [{"role": "system", "content": "Rules. " * 200}, HELLO["messages"][0]]}
    first, second = (ask(base, "/v1/chat/completions", long, key=KEY) for _ in range(2))
    cached = second.json["usage"]["prompt_tokens_details"]["cached_tokens"]
    check("a repeated prompt is remembered", cached > 300, cached)
    check("and changes nothing", content(first) == content(second))

    # What is written down.
    status, seconds = server.stop()
    check("SIGTERM ends it with 0", status == 0, status)
    log = "\n".join(server.lines)
    check("the log has no text and no key", "SECRET" not in log and KEY not in log)
    rows = sqlite3.connect(home / "registry.sqlite").execute(
        "SELECT caller, route, model, status, bytes, prompt_tokens, new_tokens, length(digest) FROM requests").fetchall()
    check("each request has its audit row",
          ("agent", "/v1/chat/completions", "two", 200) in [row[:4] for row in rows] and rows[-1][7] == 64, rows[-3:])
    check("and no row has text", "SECRET" not in (home / "registry.sqlite").read_bytes().decode("latin1"))

# The queue, and an orderly end.
with Server("--parallel", "1", "--queue", "1") as server:
    slow = {**HELLO, "max_tokens": 200, "ignore_eos": True}
    with concurrent.futures.ThreadPoolExecutor(12) as pool:
        replies = list(pool.map(lambda seed: ask(server.base, "/v1/chat/completions", {**slow, "seed": seed}), range(12)))
    full = [reply for reply in replies if reply.status == 429]
    check("a full queue is 429", full and len(full) + sum(r.status == 200 for r in replies) == 12,
          [r.status for r in replies])
    check("with Retry-After", all(int(reply.headers["Retry-After"]) >= 1 for reply in full))
    last = []

    def stream():
        try:
            last.append(ask(server.base, "/v1/chat/completions", {**slow, "stream": True, "max_tokens": 60}).body)
        except http.client.HTTPException as error:
            last.append(repr(error).encode())

    thread = threading.Thread(target=stream)
    thread.start()
    time.sleep(0.3)
    status, seconds = server.stop()
    thread.join()
    check("an answer ends before the server does",
          status == 0 and last[0].endswith(b"data: [DONE]\n\n"), (status, last[0][-80:]))

# TLS.
subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", "-days", "2",
                "-addext", "subjectAltName=DNS:localhost", "-keyout", FOLDER / "key.pem", "-out", FOLDER / "cert.pem"],
               check=True, capture_output=True)
with Server("--cert", str(FOLDER / "cert.pem"), "--key", str(FOLDER / "key.pem")) as server:
    context = ssl.create_default_context(cafile=FOLDER / "cert.pem")
    connection = http.client.HTTPSConnection("localhost", server.port, context=context, timeout=60)
    connection.request("POST", "/v1/chat/completions", json.dumps(HELLO), {"Content-Type": "application/json"})
    reply = connection.getresponse()
    check("TLS answers the same", json.load(reply)["choices"][0]["message"]["content"] == content(plain), reply.status)

# A socket in the file system.
place = str(FOLDER / "hearth.sock")
with Server("--socket", place) as server:
    with socket.socket(socket.AF_UNIX) as link:
        link.connect(place)
        body = json.dumps(HELLO).encode()
        link.sendall(b"POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                     b"Content-Length: %d\r\n\r\n" % len(body) + body)
        told = b""
        while more := link.recv(65536):
            told += more
    check("a socket answers the same",
          json.loads(told.split(b"\r\n\r\n", 1)[1])["choices"][0]["message"]["content"] == content(plain), told[:200])
check("the socket is removed", not os.path.exists(place))

print(f"{checks - len(failures)} of {checks} facts hold")
sys.exit(1 if failures else 0)
