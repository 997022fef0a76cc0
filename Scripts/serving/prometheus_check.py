"""Debian's Prometheus scrapes /metrics, and promtool finds nothing to say about it.

    python prometheus_check.py BASE_URL
"""

import json
import pathlib
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request

from served import MODEL, ask

BASE = sys.argv[1]
WANTED = ["time_to_first_token_seconds_bucket", "inter_token_latency_seconds_bucket",
          "e2e_request_latency_seconds_bucket", "request_queue_time_seconds_bucket", "num_requests_running",
          "num_requests_waiting", "prompt_tokens_total", "generation_tokens_total", "prefix_cache_hits_total"]
ask(BASE, "/v1/completions", {"model": MODEL, "prompt": "Hello", "max_tokens": 8})
told = subprocess.run(["promtool", "check", "metrics"], input=ask(BASE, "/metrics").body, capture_output=True)
folder = pathlib.Path(tempfile.mkdtemp())
(folder / "prometheus.yml").write_text(
    "global: {scrape_interval: 1s}\nscrape_configs:\n"
    f"- {{job_name: hearth, static_configs: [{{targets: ['{urllib.parse.urlsplit(BASE).netloc}']}}]}}\n")
process = subprocess.Popen(
    ["prometheus", f"--config.file={folder}/prometheus.yml", f"--storage.tsdb.path={folder}/data",
     "--web.listen-address=127.0.0.1:19090"], stderr=subprocess.DEVNULL)


def value(query):
    url = "http://127.0.0.1:19090/api/v1/query?query=" + urllib.parse.quote(query)
    return json.load(urllib.request.urlopen(url))["data"]["result"]


try:
    for _ in range(100):
        time.sleep(0.2)
        try:
            if value("up{job='hearth'} == 1"):
                break
        except OSError:
            pass
    found = [name for name in WANTED if value(f"{{__name__=~'.*{name}'}}")]
finally:
    process.terminate()
    process.wait()
missing = sorted(set(WANTED) - set(found))
print(f"Prometheus scraped {len(found)} of {len(WANTED)} metrics; promtool: "
      f"{'nothing to say' if told.returncode == 0 else (told.stdout + told.stderr).decode()[:300]}"
      + (f"; missing {missing}" if missing else ""))
sys.exit(1 if missing or told.returncode else 0)
