#!/usr/bin/env python3
"""How well are action items, impact and causes found in postmortems: by word lists, by a model, by a model with an adapter?

  Scripts/incident/read_postmortems.py POSTMORTEMS.jsonl [--model NAME] [--adapter DIR] [--limit N] [--program P]

`hearth incident read` reads the documents without their headings, which are the truth. Without a model it does so by
itself; for the others `hearth serve` answers on loopback. The table goes to standard output, in Markdown: precision and
recall in percent. What one model reads takes minutes; figures that lie in --keep are not made again.
"""
import argparse, hashlib, json, os, socket, subprocess, sys, tempfile, time, urllib.request

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("postmortems")
parser.add_argument("--model", default="smollm2-135m-instruct")
parser.add_argument("--adapter", metavar="DIR")
parser.add_argument("--limit", type=int)
parser.add_argument("--keep", metavar="FOLDER", help="where figures are kept")
parser.add_argument("--program", default=".build/release/hearth")
options = parser.parse_args()
program = os.path.abspath(options.program)


def free():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def read(config=None):
    call = [program, "incident", "read", options.postmortems]
    call += ["--limit", str(options.limit)] if options.limit else []
    call += ["--config", config] if config else []
    return json.loads(subprocess.run(call, check=True, stdout=subprocess.PIPE).stdout)


def read_by_model(adapter, folder):
    port, log = free(), open(os.path.join(folder, "serve.log"), "w")
    call = [program, "serve", "--model", options.model, "--port", str(port)]
    call += ["--adapter", f"postmortem={adapter}"] if adapter else []
    server = subprocess.Popen(call, stdout=log, stderr=log)
    try:
        for _ in range(600):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/v1/models", timeout=2).read()
                break
            except OSError:
                if server.poll() is not None:
                    sys.exit("the server ended: " + open(log.name).read()[-500:])
                time.sleep(0.2)
        config = os.path.join(folder, "incident.yaml")
        with open(config, "w") as file:
            name = "postmortem" if adapter else options.model
            file.write(f"model: {{url: 'http://127.0.0.1:{port}/v1/chat/completions', name: {name}, timeout: 3600}}\n")
        return read(config)
    finally:
        server.terminate()
        server.wait()


def kept(name, make):
    """Figures that were made before with the same files are taken as they are."""
    if not options.keep:
        return make()
    what = json.dumps([os.path.abspath(options.postmortems), options.limit, options.model, options.adapter if "+" in name else None])
    path = os.path.join(options.keep, hashlib.sha256(what.encode()).hexdigest()[:16] + ".json")
    if not os.path.exists(path):
        os.makedirs(options.keep, exist_ok=True)
        figures = make()
        with open(path, "w") as file:
            json.dump(figures, file)
    return json.load(open(path))


readers = {"no model": lambda folder: read(), options.model: lambda folder: read_by_model(None, folder)}
if options.adapter:
    readers[f"{options.model} + {os.path.basename(os.path.normpath(options.adapter))}"] = \
        lambda folder: read_by_model(os.path.abspath(options.adapter), folder)

print("| read by | documents | action items: precision | recall | found, there | impact: precision | recall | causes: precision | recall | no answer |")
print("|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|")
for name, reader in readers.items():
    with tempfile.TemporaryDirectory(prefix="hearth-read-") as folder:
        figures = kept(name, lambda: reader(folder))
    cells = [str(figures["documents"])]
    for part in ("action_items", "impact", "causes"):
        cells += ["–" if figures[part][key] is None else f"{100 * figures[part][key]:.0f}" for key in ("precision", "recall")]
        if part == "action_items":
            cells.append(f"{figures[part]['found']:.0f}, {figures[part]['there']:.0f}")
    print(f"| {name} | " + " | ".join(cells) + f" | {figures['failures']} |", flush=True)
