"""Does PEFT see in an adapter written by hearth what hearth sees in it?

    hearth score MODEL_DIR --adapter ADAPTER_DIR --requests REQUESTS > SCORES
    python Tests/Golden/check_adapter.py ADAPTER_DIR MODEL_DIR REQUESTS [SCORES]

REQUESTS: {"context_ids": [...], "continuation_ids": [...]} a line. SCORES: {"logprob", "greedy", "tokens"} a line, in the
same order; without it the requests carry "logprob" themselves, or PEFT's scores are printed in the same form instead.
Prints the largest difference and the largest difference a token, and exits with 1 if any score is more than 1e-4 a token
away. ADAPTER_DIR may be `-`: the base model alone.
"""
import json
import sys

import torch
from peft import PeftModel

from reference import load, log_rows


def lines(path):
    return [json.loads(line) for line in open(path, encoding="utf-8") if line.strip()]


def score(model, request):
    context, continuation = request["context_ids"], request["continuation_ids"]
    rows = log_rows(model, context + continuation)[len(context) - 1:-1]
    wanted = torch.tensor(continuation)
    return dict(logprob=rows.gather(1, wanted[:, None]).double().sum().item(), greedy=bool((rows.argmax(-1) == wanted).all()), tokens=len(continuation))


def main(adapter, directory, requests, scores=None):
    model = load(directory)
    if adapter != "-":
        model = PeftModel.from_pretrained(model, adapter).eval()
    asked = lines(requests)
    theirs = lines(scores) if scores else asked
    ours = [score(model, r) for r in asked]
    if "logprob" not in theirs[0]:
        print(*(json.dumps(s) for s in ours), sep="\n")
        return 0
    if len(ours) != len(theirs):
        print(f"{len(asked)} requests, but {len(theirs)} scores", file=sys.stderr)
        return 1
    whole = max(abs(o["logprob"] - t["logprob"]) for o, t in zip(ours, theirs))
    token = max(abs(o["logprob"] - t["logprob"]) / o["tokens"] for o, t in zip(ours, theirs))
    greedy = sum(o["greedy"] != t.get("greedy", o["greedy"]) for o, t in zip(ours, theirs))
    print(f"{len(ours)} requests, largest difference {whole:.2e}, a token {token:.2e}, greedy differs in {greedy}")
    return 0 if token <= 1e-4 else 1


if __name__ == "__main__":
    if len(sys.argv) not in (4, 5):
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
