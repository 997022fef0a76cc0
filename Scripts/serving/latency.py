"""Time to the first token of a short prompt, and from the start of the process to an answer.

    python latency.py [RUNS]

Starts servers by itself. Prompts are 20 tokens that nobody asked with before.
"""

import http.client
import json
import random
import statistics
import sys
import time

import subprocess

from served import MODEL, PROGRAM, Server, ask

RUNS = int(sys.argv[1]) if len(sys.argv) > 1 else 50


def first_token(port, tokens):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    body = json.dumps({"model": MODEL, "prompt": tokens, "max_tokens": 8, "stream": True})
    start = time.perf_counter()
    connection.request("POST", "/v1/completions", body, {"Content-Type": "application/json"})
    reply = connection.getresponse()
    while not reply.readline().startswith(b"data: {"):
        pass
    seconds = time.perf_counter() - start
    reply.read()
    connection.close()
    return seconds * 1000


def first_answer(port):
    """From the start of the process to the whole answer of eight tokens."""
    start = time.perf_counter()
    process = subprocess.Popen([PROGRAM, "serve", "--model", MODEL, "--port", str(port)], stderr=subprocess.DEVNULL)
    body = {"model": MODEL, "messages": [{"role": "user", "content": "Hello!"}], "max_tokens": 8}
    try:
        while True:
            try:
                if ask(f"http://127.0.0.1:{port}", "/v1/chat/completions", body).status == 200:
                    return time.perf_counter() - start
            except OSError:
                pass
            time.sleep(0.002)
    finally:
        process.terminate()
        process.wait()


rng = random.Random(1)
with Server() as server:
    times = sorted(first_token(server.port, [rng.randrange(100, 40_000) for _ in range(20)])
                   for _ in range(RUNS + 5))[:RUNS]
    port = server.port
first_answer(port)
starts = sorted(first_answer(port) for _ in range(5))
print(f"first token after {statistics.median(times):.1f} ms (median of {RUNS}, p95 {times[int(RUNS * 0.95) - 1]:.1f}); "
      f"first answer {statistics.median(starts):.2f} s after the start (best {starts[0]:.2f})")
sys.exit(0 if statistics.median(times) < 60 and statistics.median(starts) < 1 else 1)
