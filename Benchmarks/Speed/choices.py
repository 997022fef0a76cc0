"""Compares `hearth eval` with other programs on the same rendered requests.

    python choices.py agree MODEL.gguf SAMPLES.jsonl [HF_DIRECTORY]
                                                               llama.cpp: is the same choice taken?
    python choices.py lm-eval HF_DIRECTORY REQUESTS.jsonl.gz LIMIT HEARTH MODEL.gguf
                                                               lm-eval + transformers: how fast, and what accuracy?

`agree` reads a samples file that `hearth eval --output` wrote, scores every choice with llama.cpp (one
thread, batches that keep the examples in the cache) and lists the items on which another choice wins. An item
counts as a near tie where the two best choices are less than 0.1 nats apart in one of the two programs. With the
same weights as a Hugging Face directory, transformers in f32 says who is right about those items.
`lm-eval` runs lm-evaluation-harness's own `loglikelihood` over the first LIMIT items, then Hearth over the same, on the
same number of threads (OMP_NUM_THREADS, default 2), and prints the ratio of the times; transformers' includes loading its
model, a few seconds.
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


def best(scores): return scores.index(max(scores))
def margin(scores): return sorted(scores)[-1] - sorted(scores)[-2]


def agree(model, samples, directory=None):
    llama, lines = Llama(model), [json.loads(line) for line in open(samples)]
    # Equal beginnings side by side, as llama.cpp keeps one text.
    lines.sort(key=lambda line: line["arguments"]["gen_args_0"]["arg_0"])
    others, worst, begun = [], 0.0, time.time()
    for line in lines:
        ours = [float(answer[0]) for answer in line["filtered_resps"]]
        pairs = [(pair["arg_0"], pair["arg_1"]) for pair in line["arguments"].values()]
        theirs = [llama.score(*pair) for pair in pairs]
        worst = max(worst, max(abs(a - b) for a, b in zip(ours, theirs)))
        if best(ours) != best(theirs): others.append((line["doc_id"], pairs, ours, theirs))
    same, ties = len(lines) - len(others), sum(min(margin(a), margin(b)) < 0.1 for _, _, a, b in others)
    print(f"{same} of {len(lines)} items with the same choice ({100 * same / len(lines):.1f} %), {ties} of the "
          f"{len(others)} others near ties, largest difference {worst:.3f} nats, {time.time() - begun:.0f} s", flush=True)
    judge = transformers(directory, [pair for _, pairs, _, _ in others for pair in pairs]) if directory else None
    for item, pairs, ours, theirs in others:
        said = f"  item {item}: Hearth takes {best(ours)} by {margin(ours):.3f} nats, llama.cpp {best(theirs)} by {margin(theirs):.3f}"
        if judge:
            right = [next(judge) for _ in pairs]
            far = [max(abs(a - b) for a, b in zip(right, scores)) for scores in (ours, theirs)]
            said += f"; transformers {best(right)}, {far[0]:.5f} nats from Hearth, {far[1]:.3f} from llama.cpp"
        print(said)


def transformers(directory, pairs):
    """The log-probabilities of some continuations, by lm-eval over transformers in f32."""
    from lm_eval.api.instance import Instance
    from lm_eval.models.huggingface import HFLM
    peer = HFLM(pretrained=directory, device="cpu", dtype="float32", batch_size=8)
    return iter([answer[0] for answer in peer.loglikelihood(
        [Instance("loglikelihood", {}, pair, place) for place, pair in enumerate(pairs)])])


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
    torch.set_num_threads(threads)
    begun = time.time()
    answers = transformers(directory, [pair for item in items for pair in item])
    theirs = time.time() - begun
    right = sum(best([next(answers) for _ in item]) == label for item, label in zip(items, labels))
    print(f"lm-eval + transformers: {len(items)} items in {theirs:.1f} s, acc {right / len(items):.4f}")
    print(f"Hearth is {theirs / ours:.1f} times as fast")


if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1] not in ("agree", "lm-eval"): sys.exit(__doc__)
    {"agree": agree, "lm-eval": lm_eval}[sys.argv[1]](*sys.argv[2:])
