"""No connection leaves the server, and it needs no network.

    python airgap.py

Under strace from start to stop nothing connects and no socket but the listener's
family is made; in a network namespace with nothing but loopback it serves. Needs
strace, and the right to make namespaces.
"""

import re
import subprocess
import sys
import tempfile

from served import MODEL, PROGRAM, Server, ask

BODY = {"model": MODEL, "messages": [{"role": "user", "content": "Hello!"}], "max_tokens": 8}
trace = tempfile.mkstemp(suffix=".strace")[1]
with Server(program=["strace", "-f", "-qq", "-e", "trace=network", "-o", trace], wait=120) as server:
    for path in ("/health", "/v1/models", "/metrics", "/"):
        assert ask(server.base, path).status == 200
    assert ask(server.base, "/v1/chat/completions", BODY).status == 200
    assert ask(server.base, "/v1/chat/completions", {**BODY, "stream": True}).body.endswith(b"data: [DONE]\n\n")
    pid = int(subprocess.check_output(["pgrep", "-P", str(server.pid)]).split()[0])
    subprocess.run(["kill", "-TERM", str(pid)], check=True)
    assert server.process.wait(30) == 0
calls = open(trace).read().splitlines()
connects = [line for line in calls if re.search(r"\b(connect|sendto|sendmsg)\(.*(sin6?_addr|sun_path|AF_)", line)]
sockets = [line for line in calls if re.search(r"\bsocket\(", line)]
inside = f"""
ip link set lo up
{PROGRAM} serve --model {MODEL} --port 8099 2>/dev/null &
server=$!
for i in $(seq 200); do curl -sf http://127.0.0.1:8099/health >/dev/null && break; sleep 0.1; done
curl -sf http://127.0.0.1:8099/v1/completions -H 'Content-Type: application/json' \\
    -d '{{"model":"{MODEL}","prompt":"Hello","max_tokens":4}}'
kill $server; wait $server
"""
isolated = subprocess.run(["unshare", "-rn", "bash", "-c", inside], capture_output=True, text=True)
served = '"text_completion"' in isolated.stdout and isolated.returncode == 0
for line in connects[:5] + ([] if served else [isolated.stdout + isolated.stderr]):
    print("FAULT", line)
print(f"{len(calls)} network calls traced, {len(connects)} connect; sockets made: {len(sockets)}; "
      f"with loopback alone it {'serves' if served else 'does not serve'}")
sys.exit(1 if connects or not served else 0)
