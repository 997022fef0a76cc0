"""Requests and scores as `hearth score` reads and writes them, and how two lists of scores are compared."""
import json
import sys


def lines(path):
    return [json.loads(line) for line in open(path, encoding="utf-8") if line.strip()]


def compare(ours, theirs, limit):
    """Prints the largest differences; 0 if no score is more than `limit` a token away, else 1."""
    if len(ours) != len(theirs):
        print(f"{len(ours)} requests, but {len(theirs)} scores", file=sys.stderr)
        return 1
    apart = [abs(o["logprob"] - t["logprob"]) for o, t in zip(ours, theirs)]
    token = max(a / o["tokens"] for a, o in zip(apart, ours))
    greedy = sum(o["greedy"] != t.get("greedy", o["greedy"]) for o, t in zip(ours, theirs))
    print(f"{len(ours)} requests, largest difference {max(apart):.2e}, a token {token:.2e}, greedy differs in {greedy}")
    return 0 if token <= limit else 1


def check(score, requests, scores, limit):
    """Scores every request and compares, or prints the scores where there is nothing to compare with."""
    asked = lines(requests)
    theirs = lines(scores) if scores else asked
    ours = [score(r["context_ids"], r["continuation_ids"]) for r in asked]
    if theirs and "logprob" in theirs[0]:
        return compare(ours, theirs, limit)
    print(*(json.dumps(s) for s in ours), sep="\n")
    return 0
