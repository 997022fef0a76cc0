#!/usr/bin/env python3
"""The incident agent with real neighbours, killed in the middle: nothing lost, nothing said twice.

  Scripts/incident/end_to_end.py [--program .build/release/hearth] [--model smollm2-135m-instruct]
                                 [--adapter NAME=DIR] [--fault down|slow|nonsense] [--kills 5]
                                 [--picture FILE.png] [--keep FOLDER]

Runs Debian's prometheus and prometheus-alertmanager, `hearth serve`, an exporter whose numbers go wrong and
come back, a channel behind TLS that takes what the agent posts, and people who write into it. Something else
breaks too, which must be an incident of its own. Everything listens on loopback and lives in a folder that is
removed. Without --model there is no model, and templates speak; --fault puts a broken one in its place.
"""
import argparse, hashlib, hmac, http.server, json, os, random, shutil, signal, socket, sqlite3, ssl, subprocess, sys
import tempfile, threading, time, urllib.error, urllib.request

parser = argparse.ArgumentParser()
parser.add_argument("--program", default=".build/release/hearth")
parser.add_argument("--server", help="the program that serves the model; by default the same")
parser.add_argument("--model")
parser.add_argument("--adapter")
parser.add_argument("--fault", choices=["down", "slow", "nonsense"])
parser.add_argument("--keep", help="copy the agent's store and its configuration there")
parser.add_argument("--kills", type=int, default=5)
parser.add_argument("--picture")
parser.add_argument("--seed", type=int, default=20261120)
options = parser.parse_args()
dice = random.Random(options.seed)
program = os.path.abspath(options.program)
server = os.path.abspath(options.server or options.program)
CALM, TROUBLE, RETURN = 75, 45, 105


def free():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


folder = tempfile.mkdtemp(prefix="hearth-incident-")
ports = {name: free() for name in ["exporter", "prometheus", "alertmanager", "agent", "model", "channel"]}
processes, begun = {}, time.time()


def height(start):
    """How bad it is: 0 in calm, 1 in trouble, and half as bad every 9 s while it comes back."""
    t = time.time() - begun - start
    return 0 if t < 0 else min(1, (t + 1) / 5) if t < TROUBLE else 0.5 ** ((t - TROUBLE) / 9)


def metrics():
    bad, other, bell = height(CALM), height(CALM + 25), lambda: dice.gauss(0, 1)
    rows = [
        ("checkout", "http_error_ratio", 0.004 * (1 + 0.2 * bell()) + 0.2 * bad),
        ("checkout", "http_request_duration_p99_seconds", 0.22 * (1 + 0.05 * bell()) + 0.5 * bad),
        ("payments", "db_connection_pool_in_use", 14 * (1 + 0.06 * bell()) + 40 * bad),
        ("payments", "http_request_duration_p99_seconds", 0.3 * (1 + 0.05 * bell())),
        ("search", "http_request_duration_p99_seconds", 0.4 * (1 + 0.05 * bell())),
        ("search", "process_cpu_ratio", 0.4 * (1 + 0.04 * bell())),
        ("reports", "batch_queue_depth", 120 * (1 + 0.1 * bell())),
        ("mailer", "outgoing_mails_waiting", 60 * (1 + 0.1 * bell()) + 900 * other),
        ("mailer", "smtp_connections_open", 12 * (1 + 0.1 * bell()) + 40 * other),
    ]
    return "".join(f'{name}{{service="{service}"}} {max(0, value):.6f}\n' for service, name, value in rows)


class Exporter(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = metrics().encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; version=0.0.4")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


said, lock = [], threading.Lock()


class Channel(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        with lock:
            said.append((self.headers["Idempotency-Key"], json.loads(body)))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


class Nonsense(http.server.BaseHTTPRequestHandler):
    """A model that is slow, or says what nobody asked for."""

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        if options.fault == "slow":
            time.sleep(20)
        said = dice.choice(["It is 17:99 and 4,711 disks burn.", "{", '{"summary": 12}', '{"summary": "All fixed by 9 people!"}'])
        body = json.dumps({"choices": [{"message": {"content": said}}]}).encode()
        try:
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        except OSError:
            pass

    def log_message(self, *_):
        pass


def certificate():
    """A certificate for 127.0.0.1 that only the configuration's ca_file trusts."""
    pair = [os.path.join(folder, name) for name in ["channel.crt", "channel.key"]]
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
         "-subj", "/CN=channel", "-addext", "subjectAltName=IP:127.0.0.1", "-out", pair[0], "-keyout", pair[1]],
        check=True, stderr=subprocess.DEVNULL)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*pair)
    return context


def serve(handler, port, context=None):
    listener = http.server.ThreadingHTTPServer(("127.0.0.1", port), handler)
    if context:
        listener.socket = context.wrap_socket(listener.socket, server_side=True)
    listener.handle_error = lambda *_: None
    threading.Thread(target=listener.serve_forever, daemon=True).start()


def write(name, text):
    path = os.path.join(folder, name)
    with open(path, "w") as file:
        file.write(text)
    return path


def start(name, *call):
    log = open(os.path.join(folder, name + ".log"), "a")
    processes[name] = subprocess.Popen(call, stdout=log, stderr=log)


def answers(url, seconds=60):
    end = time.time() + seconds
    while time.time() < end:
        try:
            with urllib.request.urlopen(url, timeout=2) as reply:
                return reply.read()
        except (OSError, urllib.error.URLError):
            time.sleep(0.2)
    raise SystemExit(f"{url} does not answer; see {folder}")


SECRET, TOKEN = "the channel's secret", "alertmanager's token"


def post(event):
    """Sends one event until it is acknowledged; a killed agent is tried again."""
    body = json.dumps(event).encode()
    while True:
        stamp = str(int(time.time()))
        mark = hmac.new(SECRET.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
        request = urllib.request.Request(
            f"http://127.0.0.1:{ports['agent']}/intake/events", data=body, method="POST",
            headers={"Content-Type": "application/json", "X-Hearth-Timestamp": stamp,
                     "X-Hearth-Signature": "sha256=" + mark})
        try:
            with urllib.request.urlopen(request, timeout=5) as reply:
                if reply.status == 200:
                    return
        except urllib.error.HTTPError as error:
            if error.code not in (429, 503):
                raise
        except (OSError, urllib.error.URLError):
            pass
        time.sleep(0.1)


def agent():
    start("agent", program, "incident", "serve", os.path.join(folder, "incident.yaml"), "--store",
          os.path.join(folder, "incidents.sqlite"))


def main():
    serve(Exporter, ports["exporter"])
    serve(Channel, ports["channel"], certificate())
    if options.fault in ("slow", "nonsense"):
        serve(Nonsense, ports["model"])
    rules = write("rules.yml", """groups: [{name: g, interval: 1s, rules: [{alert: HighErrorRatio, expr: 'http_error_ratio > 0.05',
  labels: {severity: page}, annotations: {summary: 'checkout answers with errors'}},
  {alert: MailsWaiting, expr: 'outgoing_mails_waiting > 300', labels: {severity: page}, annotations: {summary: 'mails are not sent'}}]}]
""")
    prometheus = write("prometheus.yml", f"""global: {{scrape_interval: 1s, evaluation_interval: 1s}}
rule_files: ['{rules}']
alerting: {{alertmanagers: [{{static_configs: [{{targets: ['127.0.0.1:{ports['alertmanager']}']}}]}}]}}
scrape_configs: [{{job_name: town, honor_labels: true, static_configs: [{{targets: ['127.0.0.1:{ports['exporter']}']}}]}}]
""")
    token = write("token", TOKEN)
    alertmanager = write("alertmanager.yml", f"""route: {{receiver: agent, group_wait: 1s, group_interval: 2s, repeat_interval: 5s}}
receivers: [{{name: agent, webhook_configs: [{{url: 'http://127.0.0.1:{ports['agent']}/intake/alertmanager',
  send_resolved: true, http_config: {{authorization: {{credentials_file: '{token}'}}}}}}]}}]
""")
    write("secret", SECRET)
    names = "outgoing_mails_waiting|smtp_connections_open|http_error_ratio|http_request_duration_p99_seconds|db_connection_pool_in_use|process_cpu_ratio|batch_queue_depth"
    model = ""
    if options.fault:
        model = f"model: {{url: 'http://127.0.0.1:{ports['model']}/v1/chat/completions', name: m, timeout: 2}}\n"
    elif options.model:
        name = options.adapter.split("=")[0] if options.adapter else options.model
        model = f"model: {{url: 'http://127.0.0.1:{ports['model']}/v1/chat/completions', name: '{name}', timeout: 60}}\n"
    write("incident.yaml", f"""listen: 127.0.0.1:{ports['agent']}
page: http://127.0.0.1:{ports['agent']}
ca_file: channel.crt
{model}prometheus: {{url: 'http://127.0.0.1:{ports['prometheus']}', queries: ['{{__name__=~"{names}"}}'], step: 1, history: 600}}
intake: {{secret_file: secret, alertmanager_token_file: token}}
channel: {{url: 'https://127.0.0.1:{ports['channel']}/channel'}}
audiences:
  responders: {{every: 30, url: 'https://127.0.0.1:{ports['channel']}/responders'}}
  company: {{every: 60, url: 'https://127.0.0.1:{ports['channel']}/company'}}
  executives: {{every: 90, url: 'https://127.0.0.1:{ports['channel']}/executives'}}
services: {{checkout: {{owner: shop, needs: [payments]}}, payments: {{owner: money}}, search: {{}}, reports: {{}}, mailer: {{}}}}
detection: {{recent: 60, reference: 600, fewest: 30, every: 1, hold: 15, gap: 1}}
""")
    if options.model and not options.fault:
        call = [server, "serve", "--model", options.model, "--port", str(ports["model"]), "--parallel", "2"]
        start("model", *call, *(["--adapter", options.adapter] if options.adapter else []))
    start("prometheus", "prometheus", f"--config.file={prometheus}", f"--storage.tsdb.path={folder}/tsdb",
          f"--web.listen-address=127.0.0.1:{ports['prometheus']}")
    start("alertmanager", "prometheus-alertmanager", f"--config.file={alertmanager}", f"--storage.path={folder}/am",
          f"--web.listen-address=127.0.0.1:{ports['alertmanager']}", "--cluster.listen-address=")
    if options.model and not options.fault:
        answers(f"http://127.0.0.1:{ports['model']}/health", 120)
    agent()
    answers(f"http://127.0.0.1:{ports['prometheus']}/-/ready")
    answers(f"http://127.0.0.1:{ports['agent']}/health")
    global begun
    begun = time.time()
    end = begun + CALM + TROUBLE + RETURN
    kills = sorted(begun + CALM + dice.uniform(5, TROUBLE + RETURN - 40) for _ in range(options.kills))
    talk = [(CALM + 14, "looking at the checkout alert"), (CALM + 25, "search latency looks fine"),
            (CALM + 30, "nobody else knows how the failover of payments works"),
            (CALM + TROUBLE, "fix is going out"),
            (CALM + TROUBLE + 20, "action: add an alert on the connection pool of payments by 2026-12-01")]
    posted, number, deploy = [], 0, False
    while time.time() < end:
        now = time.time() - begun
        if kills and time.time() >= kills[0]:
            kills.pop(0)
            processes["agent"].send_signal(signal.SIGKILL)
            processes["agent"].wait()
            time.sleep(dice.uniform(0, 1.5))
            agent()
        if not deploy and now > CALM - 8:
            deploy = True
            post({"id": "d1", "kind": "deploy", "service": "payments", "version": "v2.31.0", "time": time.time(),
                  "text": "payments v2.31.0 rolled out"})
            posted.append("d1")
        while talk and now >= talk[0][0]:
            post({"id": f"t{len(talk)}", "text": talk[0][1], "author": "ada", "time": time.time()})
            posted.append(f"t{len(talk)}")
            talk.pop(0)
        number += 1
        post({"id": f"n{number}", "text": f"note {number} of the call", "author": "bot", "time": time.time()})
        posted.append(f"n{number}")
        time.sleep(0.5)
    time.sleep(5)
    page = answers(f"http://127.0.0.1:{ports['agent']}/incidents/1").decode()
    if options.picture:
        subprocess.run(
            ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--window-size=1100,2200",
             f"--screenshot={os.path.abspath(options.picture)}", f"http://127.0.0.1:{ports['agent']}/incidents/1"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=60)
    end = time.time()
    processes["agent"].terminate()
    processes["agent"].wait(timeout=20)
    if options.keep:
        os.makedirs(options.keep, exist_ok=True)
        for name in ["incidents.sqlite", "incident.yaml", "secret", "token", "channel.crt"]:
            shutil.copy(os.path.join(folder, name), options.keep)
    return judge(posted, page, end)


def judge(posted, page, end):
    store = sqlite3.connect(os.path.join(folder, "incidents.sqlite"))
    kept = {key.split(":", 1)[1]: count for key, count in
            store.execute("SELECT key, count(*) FROM events WHERE source = 'webhook' GROUP BY key")}
    keys = [key for key, _ in said]
    texts = [body["text"] for _, body in said if body["kind"] != "summary"]
    news = [body for _, body in said if body["kind"] == "news"]
    titles = [title for title, in store.execute("SELECT title FROM incidents ORDER BY id")]
    mixed = [body["text"] for body in news
             if ("mail" in body["text"] or "smtp" in body["text"]) != (body["incident"] == 2)]
    states = [body["text"] for _, body in said if body["kind"] == "state"]
    origins = dict(store.execute("SELECT origin, count(*) FROM drafts GROUP BY origin"))
    figures = {
        "kills": options.kills, "events_acknowledged": len(posted),
        "events_lost": sum(1 for name in posted if kept.get(name) != 1),
        "alerts": store.execute("SELECT count(*) FROM events WHERE kind = 'alert'").fetchone()[0],
        "resolved": store.execute("SELECT count(*) FROM events WHERE kind = 'resolved'").fetchone()[0],
        "messages_posted": len(said), "posted_twice": len(keys) - len(set(keys)),
        "said_twice": len(texts) - len(set(texts)),
        # What was written in the last seconds may still have been on its way.
        "outbox_unsent": store.execute(
            "SELECT count(*) FROM outbox WHERE state != 'sent' AND created < ?", [end - 5]).fetchone()[0],
        "incidents": titles, "told_of_the_wrong_incident": mixed,
        "news": [f"{body['incident']}: {body['text']}" for body in news], "states": states, "summaries_by": origins,
        "page_bytes": len(page),
    }
    print(json.dumps(figures, indent=2, ensure_ascii=False))
    wanted = [figures["events_lost"] == 0, figures["posted_twice"] == 0, figures["said_twice"] == 0,
              figures["outbox_unsent"] == 0, 1 <= figures["alerts"] == figures["resolved"],
              any("db_connection_pool_in_use" in text or "v2.31.0" in text for text in figures["news"]),
              not any("search" in text or "reports" in text for text in figures["news"]), bool(states),
              len(titles) == 2 and not mixed, not options.fault or set(origins) <= {"template"}]
    return 0 if all(wanted) else 1


try:
    status = main()
finally:
    for process in processes.values():
        process.kill()
        process.wait()
    if "status" in globals() and status == 0:
        shutil.rmtree(folder, ignore_errors=True)
    else:
        print(f"what was written is in {folder}", file=sys.stderr)
sys.exit(status)
