"""Compares `hearth eval` with other programs on the same rendered requests.

    python choices.py agree MODEL.gguf SAMPLES.jsonl [LIMIT]   llama.cpp: is the same choice taken?
    python choices.py lm-eval HF_DIRECTORY REQUESTS.jsonl.gz LIMIT HEARTH MODEL.gguf
                                                               lm-eval + transformers: how fast, and what accuracy?

`agree` reads a samples file that `hearth eval --output` wrote, scores every choice with llama.cpp (one
thread, batches that keep the examples in the cache) and lists the items on which another choice wins. An item
counts as a near tie where the two best choices are less than 0.1 nats apart in one of the two programs.
`lm-eval` runs lm-evaluation-harness's own `loglikelihood` over the first LIMIT items, then Hearth over the same, on the
same number of threads (OMP_NUM_THREADS, default 2), and prints the ratio of the times, loading apart.
"""

import gzip, json, os, pathlib, subprocess, sys, tempfile, time


def softmax_log(values):
    import numpy
    values = values.astype("float64")
    top = values.max(axis=-1, keepdims=True)
    return values - top - numpy.log(numpy.exp(values - top).sum(axis=-1, keepdims=True))


class Llama:
    """Continuation log-probabilities from llama.cpp, the common prefix kept in its cache."""

    def __init__(self, path):
        import llama_cpp
        self.llama = llama_cpp.Llama(path, n_ctx=2048, n_batch=512, n_threads=1, n_threads_batch=1, logits_all=True, verbose=False)
        self.kept = []

    def tokens(self, text):
        vocabulary = self.llama.tokenize(text.encode(), add_bos=True, special=False)
        return list(vocabulary)

    def score(self, context, continuation):
        import numpy
        stripped = context.rstrip()
        head, whole = self.tokens(stripped), self.tokens(context + continuation)
        text = whole[:-1]
        # The last common row is computed again: its logits are needed.
        same = 0
        while same < min(len(self.kept), len(head) - 1) and self.kept[same] == text[same]: same += 1
        self.llama.n_tokens = same
        self.llama._ctx.kv_cache_seq_rm(-1, same, -1)
        self.llama.eval(text[same:])
        self.kept = text
        rows = softmax_log(numpy.asarray(self.llama.scores[len(head) - 1 : len(text)]))
        return float(sum(row[token] for row, token in zip(rows, whole[len(head):])))


def agree(model, samples, limit=None):
    llama, lines = Llama(model), [json.loads(line) for line in open(samples)][: int(limit) if limit else None]
    # Equal beginnings side by side, as llama.cpp keeps one text.
    lines.sort(key=lambda line: line["arguments"]["gen_args_0"]["arg_0"])
    same, ties, others, worst, begun = 0, 0, [], 0.0, time.time()
    for line in lines:
        ours = [float(answer[0]) for answer in line["filtered_resps"]]
        theirs = [llama.score(pair["arg_0"], pair["arg_1"]) for pair in line["arguments"].values()]
        worst = max(worst, max(abs(a - b) for a, b in zip(ours, theirs)))
        best = lambda scores: scores.index(max(scores))
        margin = lambda scores: sorted(scores)[-1] - sorted(scores)[-2]
        if best(ours) == best(theirs):
            same += 1
        else:
            near = min(margin(ours), margin(theirs))
            ties += near < 0.1
            others.append((line["doc_id"], best(ours), best(theirs), margin(ours), margin(theirs)))
    print(f"{same} of {len(lines)} items with the same choice ({100 * same / len(lines):.1f} %), "
          f"{ties} of the {len(others)} others near ties, largest difference {worst:.3f} nats, {time.time() - begun:.0f} s")
    for item, a, b, left, right in others:
        print(f"  item {item}: Hearth takes {a} by {left:.3f} nats, llama.cpp {b} by {right:.3f}")


def requests(path, limit):
    """The first items of rendered requests, each a list of (context, continuation), and their labels."""
    items, labels = {}, {}
    for line in map(json.loads, gzip.open(path, "rt")):
        if line["doc_id"] < 1_000_000:
            items.setdefault(line["doc_id"], []).append((line["request"]["context"], line["request"]["continuation"]))
            labels[line["doc_id"]] = line["label"]
    chosen = list(items)[:limit]
    return [items[item] for item in chosen], [labels[item] for item in chosen]


SUITE = """suite: speed-choices
tasks:
  - {{task: choices, dataset_path: "{path}", data_format: requests, output_type: multiple_choice, metric_list: [acc]}}
"""


def hearth_eval(program, model, path, limit, threads):
    """The seconds Hearth takes for the items, and its accuracy."""
    with tempfile.TemporaryDirectory() as folder:
        suite = pathlib.Path(folder) / "suite.yaml"
        suite.write_text(SUITE.format(path=pathlib.Path(path).resolve()))
        subprocess.run([program, "eval", suite, "--model", model, "--limit", limit, "--threads", str(threads),
                        "--output", folder], check=True, stdout=subprocess.DEVNULL, env={**os.environ, "HEARTH_HOME": folder})
        results = json.loads(next(pathlib.Path(folder).glob("results_*.json")).read_text())
        return float(results["total_evaluation_time_seconds"]), results["results"]["choices"]["acc,none"]


def lm_eval(directory, path, limit, hearth, model):
    threads = int(os.environ.get("OMP_NUM_THREADS", "2"))
    items, labels = requests(path, int(limit))
    ours, accuracy = hearth_eval(hearth, pathlib.Path(model).resolve(), path, limit, threads)
    print(f"Hearth: {len(items)} items in {ours:.1f} s, acc {accuracy:.4f}", flush=True)
    import torch
    from lm_eval.api.instance import Instance
    from lm_eval.models.huggingface import HFLM
    torch.set_num_threads(threads)
    peer = HFLM(pretrained=directory, device="cpu", dtype="float32", batch_size=8)
    flat = [pair for item in items for pair in item]
    begun = time.time()
    answers = peer.loglikelihood([Instance("loglikelihood", {}, pair, place) for place, pair in enumerate(flat)])
    theirs, place, right = time.time() - begun, 0, 0
    for item, label in zip(items, labels):
        scores = [answer[0] for answer in answers[place : place + len(item)]]
        place += len(item)
        right += scores.index(max(scores)) == label
    print(f"lm-eval + transformers: {len(items)} items in {theirs:.1f} s, acc {right / len(items):.4f}")
    print(f"Hearth is {theirs / ours:.1f} times as fast")


if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1] not in ("agree", "lm-eval"): sys.exit(__doc__)
    {"agree": agree, "lm-eval": lm_eval}[sys.argv[1]](*sys.argv[2:])
