#!/usr/bin/env python3
"""Generated incidents played fast against a real Prometheus, with a real agent on it.

  Scripts/incident/play_live.py SCENARIOS.jsonl [--name pool-1] [--speed 60] [--program .build/release/hearth]

`hearth incident play` shows the metrics and tells the agent what people say; Debian's prometheus scrapes them, and
the agent asks Prometheus. What it found and what it said is held against what was planted: an interjection is news if it
tells of a series that belongs to the incident, or of the change that caused it. Everything listens on loopback.
"""
import argparse, json, os, shutil, socket, sqlite3, subprocess, sys, tempfile, time, urllib.request

parser = argparse.ArgumentParser()
parser.add_argument("scenarios")
parser.add_argument("--name")
parser.add_argument("--speed", type=float, default=60)
parser.add_argument("--warm", type=float, default=14400, help="seconds of the play before the cause strikes")
parser.add_argument("--program", default=".build/release/hearth")
options = parser.parse_args()
program = os.path.abspath(options.program)


def free():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def wait(url):
    for _ in range(300):
        try:
            return urllib.request.urlopen(url, timeout=2).read()
        except OSError:
            time.sleep(0.1)
    raise SystemExit(f"{url} does not answer; see {folder}")


folder = tempfile.mkdtemp(prefix="hearth-play-")
ports = {name: free() for name in ["play", "prometheus", "agent"]}
speed, every = options.speed, max(1, 60 / options.speed)
play = [program, "incident", "play", options.scenarios, "--speed", str(speed), "--warm", str(options.warm)]
play += ["--name", options.name] if options.name else []
processes = []


def write(name, text):
    with open(os.path.join(folder, name), "w") as file:
        file.write(text)
    return os.path.join(folder, name)


def start(name, *call):
    log = open(os.path.join(folder, name + ".log"), "w")
    processes.append(subprocess.Popen(call, stdout=log, stderr=log))
    return processes[-1]


def main():
    truth = [json.loads(line) for line in subprocess.run(play + ["--truth"], check=True, capture_output=True).stdout.splitlines()]
    services = subprocess.run(play + ["--services"], check=True, capture_output=True, text=True).stdout
    prometheus = write("prometheus.yml", f"""global: {{scrape_interval: {every:g}s}}
scrape_configs: [{{job_name: town, honor_labels: true, static_configs: [{{targets: ['127.0.0.1:{ports['play']}']}}]}}]
""")
    config = write("incident.yaml", f"""listen: 127.0.0.1:{ports['agent']}
intake: {{open: true}}
prometheus: {{url: 'http://127.0.0.1:{ports['prometheus']}', queries: ['{{job="town",__name__!~"up|scrape_.*"}}'],
  step: {every:g}, history: {options.warm / speed + 60:g}}}
{services}detection: {{recent: {max(10, 3600 / speed):g}, reference: {3 * options.warm / speed:g}, fewest: 30, every: {every:g},
  hold: {max(2, 600 / speed):g}, gap: {20 / speed:g}, per: {max(1, 900 / speed):g}, pace: {max(1, speed):g}}}
""")
    start("prometheus", "prometheus", f"--config.file={prometheus}", f"--storage.tsdb.path={folder}/tsdb",
          f"--web.listen-address=127.0.0.1:{ports['prometheus']}")
    wait(f"http://127.0.0.1:{ports['prometheus']}/-/ready")
    start("agent", program, "incident", "serve", config, "--store", os.path.join(folder, "incidents.sqlite"))
    wait(f"http://127.0.0.1:{ports['agent']}/health")
    begun = time.time()
    playing = start("play", *play, "--port", str(ports["play"]), "--to",
                    f"http://127.0.0.1:{ports['agent']}/intake/events")
    playing.wait()
    seconds = time.time() - begun
    time.sleep(3 * every)
    store = sqlite3.connect(os.path.join(folder, "incidents.sqlite"))
    findings = {key: json.loads(data) for key, data in store.execute("SELECT key, data FROM findings")}
    events = dict(store.execute("SELECT id, key FROM events"))
    said = store.execute("SELECT key, text FROM outbox WHERE key LIKE 'news:%' ORDER BY id").fetchall()
    news = [text for _, text in said]
    culprit = next((entry["culprit"] for entry in truth if "culprit" in entry), None)
    own = [planted for planted in truth if planted.get("belongs")]
    found = [planted for planted in own if any(
        planted["metric"] == f.get("metric") and planted["service"] == f.get("service")
        and planted["direction"] == f.get("direction") for f in findings.values())]

    def is_news(finding):
        if "event" in finding:
            return culprit is not None and str(events.get(finding["event"], "")).endswith(culprit)
        return any(all(planted[name] == finding.get(name) for name in ("metric", "service", "direction")) for planted in own)

    wrong = [text for key, text in said if not is_news(findings.get(key.removeprefix("news:"), {}))]
    figures = {
        "played_s": round(seconds), "speed": speed,
        "samples": store.execute("SELECT count(*) FROM samples").fetchone()[0],
        "incidents": store.execute("SELECT count(*) FROM incidents").fetchone()[0],
        "planted": len(own), "found": len(found), "interjections": len(news), "interjections_news": len(news) - len(wrong),
        "said_twice": len(news) - len(set(news)), "news": news, "no_news": wrong,
        "states": [text for text, in store.execute("SELECT text FROM outbox WHERE key LIKE 'state:%'")],
    }
    print(json.dumps(figures, indent=2, ensure_ascii=False))
    return 0 if len(found) * 3 >= len(own) * 2 and figures["said_twice"] == 0 and figures["incidents"] == 1 else 1


status = 1
try:
    status = main()
finally:
    for process in processes:
        process.kill()
        process.wait()
    if status == 0:
        shutil.rmtree(folder, ignore_errors=True)
    else:
        print(f"what was written is in {folder}", file=sys.stderr)
sys.exit(status)
