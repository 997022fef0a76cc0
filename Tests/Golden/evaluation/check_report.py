"""Opens a report in headless Chromium and shows what it says and asks for.

    python check_report.py REPORT.html [PICTURE.png]

Exit status 1 if the page writes anything to the console or asks the network
for anything. Needs `chromium` on the path.
"""

import json, pathlib, subprocess, sys, tempfile

page = pathlib.Path(sys.argv[1]).resolve()
with tempfile.TemporaryDirectory() as folder:
    log = pathlib.Path(folder) / "net.json"
    picture = sys.argv[2] if len(sys.argv) > 2 else f"{folder}/page.png"
    ran = subprocess.run(
        ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr",
         "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run",
         "--disable-default-apps", f"--user-data-dir={folder}/profile", f"--log-net-log={log}",
         "--window-size=1200,2600", f"--screenshot={picture}", page.as_uri()],
        capture_output=True, text=True, timeout=120)
    said = [line for line in ran.stderr.splitlines() if "CONSOLE" in line]
    # One event a line; a log cut off at the end is still read.
    events = [json.loads(line.rstrip(",")) for line in log.read_text().splitlines() if line.startswith('{"params"')]
    # Chromium's own services are told apart by their hosts; the page has none of its own.
    own = ("google.com", "googleapis.com", "gvt1.com")
    asked = sorted({e["params"]["url"] for e in events if e.get("params", {}).get("url")})
    asked = [url for url in asked if not any(f"{host}/" in url for host in own) and not url.startswith("file:")]

print("\n".join(said + asked) or f"{page.name}: no console message, nothing asked of the network")
sys.exit(1 if said or asked else 0)
