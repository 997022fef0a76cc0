#!/usr/bin/env python3
"""How well are action items, impact and causes found in postmortems: by word lists, by a model, by a model with an adapter?

  Scripts/incident/read_postmortems.py POSTMORTEMS.jsonl [--model NAME] [--adapter DIR] [--limit N] [--program P]
                                       [--keep FOLDER] [--minutes N]

`hearth incident read` reads the documents without their headings, which are the truth. Without a model it does so by
itself; for the others `hearth serve` answers on loopback. The table goes to standard output, in Markdown: precision and
recall in percent. What a model reads takes minutes, so it is read a few documents at a time; what lies in --keep is not
read again, and a run that --minutes ended (exit status 130) goes on there.
"""
import argparse, contextlib, hashlib, json, os, socket, subprocess, sys, tempfile, time, urllib.request

AT_ONCE = 6
COUNTS = ("found", "there", "both")
PARTS = ("action_items", "impact", "causes")

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("postmortems")
parser.add_argument("--model", default="smollm2-135m-instruct")
parser.add_argument("--adapter", metavar="DIR")
parser.add_argument("--limit", type=int, help="read only so many, evenly spread")
parser.add_argument("--keep", metavar="FOLDER", help="where figures are kept")
parser.add_argument("--minutes", type=float, default=1e6)
parser.add_argument("--program", default=".build/release/hearth")
options = parser.parse_args()
program = os.path.abspath(options.program)
deadline = time.monotonic() + 60 * options.minutes


@contextlib.contextmanager
def served(folder, adapter):
    """The configuration of an agent whose model is served, from the first time it is asked for."""
    running = []

    def config():
        path = os.path.join(folder, "incident.yaml")
        if running:
            return path
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            port = s.getsockname()[1]
        log = open(os.path.join(folder, "serve.log"), "w")
        call = [program, "serve", "--model", options.model, "--port", str(port)]
        running.append(subprocess.Popen(call + (["--adapter", f"postmortem={adapter}"] if adapter else []), stdout=log, stderr=log))
        for _ in range(600):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/v1/models", timeout=2).read()
                break
            except OSError:
                if running[0].poll() is not None:
                    sys.exit("the server ended: " + open(log.name).read()[-500:])
                time.sleep(0.2)
        with open(path, "w") as file:
            name = "postmortem" if adapter else options.model
            file.write(f"model: {{url: 'http://127.0.0.1:{port}/v1/chat/completions', name: '{name}', timeout: 3600}}\n")
        return path

    try:
        yield config
    finally:
        for server in running:
            server.terminate()
            server.wait()


def read(documents, name, config):
    """The sums of what one reader found in all documents."""
    keep = options.keep or tempfile.mkdtemp(prefix="hearth-read-")
    os.makedirs(keep, exist_ok=True)
    sums = {"documents": 0, "failures": 0} | {part: dict.fromkeys(COUNTS, 0) for part in PARTS}
    for begin in range(0, len(documents), AT_ONCE):
        text = "".join(documents[begin:begin + AT_ONCE])
        path = os.path.join(keep, hashlib.sha256(f"{name}\n{text}".encode()).hexdigest()[:24] + ".json")
        if not os.path.exists(path):
            if time.monotonic() > deadline:
                print("The minutes are over; the same command goes on.", file=sys.stderr)
                sys.exit(130)
            with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as part:
                part.write(text)
                part.flush()
                call = [program, "incident", "read", part.name, *(["--config", config()] if config else [])]
                figures = subprocess.run(call, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
            with open(path + ".new", "wb") as file:
                file.write(figures)
            os.rename(path + ".new", path)
        found = json.load(open(path))
        for key in ("documents", "failures"):
            sums[key] += found[key]
        for part in PARTS:
            for key in COUNTS:
                sums[part][key] += found[part][key]
    return sums


def percent(part, whole):
    return f"{100 * part / whole:.0f}" if whole else "–"


lines = open(options.postmortems, encoding="utf-8").readlines()
count = min(len(lines), options.limit or len(lines))
documents = [lines[number * len(lines) // count] for number in range(count)]
readers = {"no model": None, options.model: ""}
if options.adapter:
    readers[f"{options.model} with {os.path.relpath(options.adapter)}"] = os.path.abspath(options.adapter)

rows = []
for name, adapter in readers.items():
    with tempfile.TemporaryDirectory(prefix="hearth-serve-") as folder, served(folder, adapter) as config:
        sums = read(documents, name, None if adapter is None else config)
    cells = [str(sums["documents"])]
    for part in PARTS:
        found, there, both = (sums[part][key] for key in COUNTS)
        cells += [percent(both, found), percent(both, there)] + ([f"{found:.0f}, {there:.0f}"] if part == PARTS[0] else [])
    rows.append(f"| {name} | " + " | ".join(cells) + f" | {sums['failures']} |")
print("| read by | documents | action items: precision | recall | found, there | impact: precision | recall | causes: precision | recall | no answer |")
print("|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|")
print("\n".join(rows))
