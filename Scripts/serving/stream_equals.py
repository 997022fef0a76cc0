"""Streamed answers put together are the whole ones, on seeded prompts.

    python stream_equals.py BASE_URL [COUNT]
"""

import concurrent.futures
import json
import random
import sys

from served import MODEL, ask

BASE, COUNT = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 200
WORDS = """why how does the river bank code write a poem über München 日本語 list three reasons
    for fire alarms explain café prices 3.14 {json} "quoted" naïve emoji 🙂 translate sum table""".split()


def text(events, path):
    parts, ends = {}, {}
    for line in events.decode().split("\n"):
        if line.startswith("data: {"):
            for choice in json.loads(line[6:])["choices"]:
                index = choice["index"]
                more = choice["delta"].get("content") if "chat" in path else choice["text"]
                parts[index] = parts.get(index, "") + (more or "")
                ends[index] = choice["finish_reason"] or ends.get(index)
    return parts, ends


def one(seed):
    rng = random.Random(seed)
    prompt = " ".join(rng.choices(WORDS, k=rng.randint(1, 25)))
    path = rng.choice(["/v1/chat/completions", "/v1/completions"])
    body = {"model": MODEL, "seed": seed, "max_tokens": rng.randint(1, 48), "n": rng.choice([1, 1, 2]),
            "temperature": rng.choice([0, 0.7, 1.3]), "top_p": rng.choice([1, 0.9]), "top_k": rng.choice([0, 40]),
            "stop": rng.choice([None, ["."], ["the", "\n\n"]])}
    if "chat" in path:
        body["messages"] = [{"role": "user", "content": prompt}]
    else:
        body["prompt"] = prompt
    whole = ask(BASE, path, body)
    assert whole.status == 200, whole.body
    parts, ends = text(ask(BASE, path, {**body, "stream": True}).body, path)
    for choice in whole.json["choices"]:
        said = choice["message"]["content"] if "chat" in path else choice["text"]
        index = choice["index"]
        if parts.get(index, "") != (said or "") or ends.get(index) != choice["finish_reason"]:
            return f"seed {seed}: {parts.get(index)!r} {ends.get(index)} for {said!r} {choice['finish_reason']}"


with concurrent.futures.ThreadPoolExecutor(8) as pool:
    faults = [fault for fault in pool.map(one, range(COUNT)) if fault]
for fault in faults[:5]:
    print("FAULT", fault)
print(f"{COUNT - len(faults)} of {COUNT} streams equal the whole answer")
sys.exit(1 if faults else 0)
