"""Compares what `hearth eval` makes of multiple choice with other programs.

    python choices.py agree MODEL.gguf SAMPLES.jsonl HF_DIRECTORY CACHE.jsonl [SECONDS]
        llama.cpp on the same file: is the same choice taken? Items on which it is not are listed; a near
        tie has its two best choices less than 0.1 nats apart in one of the two. With the same weights as a
        Hugging Face directory, transformers in f32 says who is right about those items. llama.cpp as it
        ships rounds activations to eight bits and its cache to f16; LLAMA_CPP_LIB_PATH names a build with
        BLAS, which rounds no activations, and LLAMA_KV=f32 rounds no cache. Scores are kept in CACHE, and a run may be
        limited to some seconds (exit status 75: not done, run it again).

    python choices.py accuracy MODEL.gguf HF_DIRECTORY SAMPLES.jsonl CACHE.jsonl [SECONDS]
        lm-eval + transformers in f32 on the same items: accuracy and normalised accuracy of both, by
        lm-eval's arithmetic. It may be limited in the same way.

    python choices.py plain MODEL.gguf HF_DIRECTORY SAMPLES.jsonl [ITEMS]
        `accuracy` has lm-eval compute what all texts begin with once; this holds that against lm-eval as it
        is, on the first 20 items.

    python choices.py speed MODEL.gguf HF_DIRECTORY ROWS.jsonl SHOTS ITEMS HEARTH [DTYPE [BATCH [SAMPLER]]]
        How fast: lm-eval's own `arc_easy` task over rows of ARC, run whole by lm-eval (f32 unless DTYPE says
        bfloat16; 8 texts at once) and, as a suite with the same keys, by Hearth, in turn. Threads are
        OMP_NUM_THREADS on both sides, 2 unless set. SAMPLER is lm-eval's: `first_n` shows every question the
        same examples, as for MMLU, `default` draws them anew for each. Loading a model is in neither time.

    python choices.py published MODEL.gguf HF_DIRECTORY REQUESTS.jsonl.gz ITEMS HEARTH [DTYPE [BATCH]]
        The same over requests that OLMES rendered, five examples each, through lm-eval's `loglikelihood`.
"""

import functools, gzip, hashlib, json, os, pathlib, subprocess, sys, tempfile, time

import choices_peers as peers


def best(scores): return scores.index(max(scores))
def margin(scores): return sorted(scores)[-1] - sorted(scores)[-2]


class Sample:
    """A line of a samples file of a choice task."""

    def __init__(self, line):
        self.item, self.gold = line["doc_id"], int(line["target"])
        self.scores = [float(answer[0]) for answer in line["filtered_resps"]]
        self.pairs = [(pair["arg_0"], pair["arg_1"]) for pair in line["arguments"].values()]

    def is_right(self, scores, normalised):
        # lm-eval divides by the length of the choice without the space that joins it.
        return best([score / len(choice[1:]) if normalised else score
                     for score, (_, choice) in zip(scores, self.pairs)]) == self.gold


def samples(path): return [Sample(json.loads(line)) for line in open(path, encoding="utf-8")]


class Kept:
    """Scores of pairs of context and continuation, kept in a file as they are made."""

    def __init__(self, path):
        self.path, self.known = path, {}
        if os.path.exists(path): self.known = dict(json.loads(line) for line in open(path))

    @staticmethod
    def key(pair): return hashlib.sha256(json.dumps(pair).encode()).hexdigest()

    def has(self, sample): return all(self.key(pair) in self.known for pair in sample.pairs)

    def scores(self, sample): return [self.known[self.key(pair)] for pair in sample.pairs]

    def fill(self, items, size, seconds, score):
        """Scores what is not known yet, so many items at once; ends the program when the seconds are over."""
        until, open_ = time.time() + float(seconds), [sample for sample in items if not self.has(sample)]
        while open_ and time.time() < until:
            part, open_ = open_[:size], open_[size:]
            with open(self.path, "a") as file:
                for sample, scores in zip(part, score(part)):
                    for pair, value in zip(sample.pairs, scores):
                        self.known[self.key(pair)] = value
                        file.write(json.dumps([self.key(pair), value]) + "\n")
        if open_:
            print(f"only {len(items) - len(open_)} of {len(items)} items are scored yet")
            sys.exit(75)


def agree(model, path, directory, cache, seconds="inf"):
    items, kept = samples(path), Kept(cache)
    llama = functools.cache(lambda: peers.Llama(model))
    kept.fill(items, 64, seconds, lambda part: llama().scores([sample.pairs for sample in part]))
    theirs = [kept.scores(sample) for sample in items]
    others = [(sample, scores) for sample, scores in zip(items, theirs) if best(sample.scores) != best(scores)]
    far = sorted(abs(a - b) for sample, scores in zip(items, theirs) for a, b in zip(sample.scores, scores))
    same = len(items) - len(others)
    ties = sum(min(margin(sample.scores), margin(scores)) < 0.1 for sample, scores in others)
    print(f"{same} of {len(items)} items with the same choice ({100 * same / len(items):.1f} %), {ties} of the "
          f"{len(others)} others near ties; a choice's log-probability differs by {far[len(far) // 2]:.4f} nats (median), "
          f"{far[-1]:.4f} (largest)", flush=True)
    right = {(acc, name): sum(sample.is_right(scores, acc == "acc_norm") for sample, scores in zip(items, side))
             for name, side in (("Hearth", [sample.scores for sample in items]), ("llama.cpp", theirs))
             for acc in ("acc", "acc_norm")}
    print("right answers: " + ", ".join(f"{acc} {name} {count}" for (acc, name), count in right.items()))
    judge = peers.SharedPrefix(peers.harness(directory, model)) if others else None
    for sample, theirs in others:
        said = (f"  item {sample.item}: Hearth takes {best(sample.scores)} by {margin(sample.scores):.3f} nats, "
                f"llama.cpp {best(theirs)} by {margin(theirs):.3f}")
        right = judge.scores(sample.pairs)
        far = [max(abs(a - b) for a, b in zip(right, scores)) for scores in (sample.scores, theirs)]
        print(f"{said}; transformers {best(right)}, {far[0]:.5f} nats from Hearth, {far[1]:.3f} from llama.cpp")


def accuracy(model, directory, path, cache, seconds="inf"):
    items, kept = samples(path), Kept(cache)
    peer = functools.cache(lambda: peers.SharedPrefix(peers.harness(directory, model, batch=16)))
    kept.fill(items, 1, seconds, lambda part: [peer().scores(sample.pairs) for sample in part])
    worst, others, count = 0.0, [], {}
    for sample in items:
        theirs = kept.scores(sample)
        worst = max(worst, max(abs(a - b) for a, b in zip(sample.scores, theirs)))
        if best(sample.scores) != best(theirs): others.append(f"{sample.item} (margin {margin(theirs):.4f})")
        for name, normalised in (("acc", False), ("acc_norm", True)):
            for side, scores in (("Hearth", sample.scores), ("lm-eval", theirs)):
                count[name, side] = count.get((name, side), 0) + sample.is_right(scores, normalised)
    for name in ("acc", "acc_norm"):
        ours, right = count.get((name, "Hearth"), 0), count.get((name, "lm-eval"), 0)
        print(f"{name}: Hearth {ours}, lm-eval + transformers {right} of {len(items)}: {abs(ours - right)} apart")
    print(f"largest difference {worst:.5f} nats, another choice on items: {', '.join(others) or 'none'}")
    sys.exit(any(abs(count[name, "Hearth"] - count[name, "lm-eval"]) > 2 for name in ("acc", "acc_norm")))


def plain(model, directory, path, count="20"):
    plain = peers.harness(directory, model)
    ours, items = peers.SharedPrefix(plain), samples(path)[:int(count)]
    worst = max(abs(a - b) for sample in items
                for a, b in zip(ours.scores(sample.pairs), peers.scores(plain, sample.pairs)))
    print(f"lm-eval with common beginnings computed once and lm-eval as it is, {count} items: largest difference {worst:.6f} nats")
    sys.exit(worst > 1e-4)


# How fast


SUITE = """suite: speed-choices
tasks:
  - task: choices
    dataset_path: "{rows}"
    output_type: multiple_choice
    metric_list: [acc, acc_norm]
"""
ARC = """    fewshot_path: "{examples}"
    num_fewshot: {shots}
    doc_to_text: "Question: {{{{question}}}}\\nAnswer:"
    doc_to_choice: "{{{{choices.text}}}}"
    choice_labels: "{{{{choices.label}}}}"
    doc_to_target: "{{{{answerKey}}}}"
"""
RENDERED = "    data_format: requests\n"


def hearth(program, model, suite, limit):
    """The seconds Hearth takes for the items, its scores, and what it asked."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "suite.yaml"
        path.write_text(suite)
        subprocess.run([program, "eval", path, "--model", os.path.abspath(model), "--limit", str(limit),
                        "--threads", str(peers.THREADS), "--output", folder],
                       check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                       env={**os.environ, "HEARTH_HOME": folder})
        results = json.loads(next(pathlib.Path(folder).glob("results_*.json")).read_text())
        asked = [sample.pairs for sample in samples(next(pathlib.Path(folder).glob("samples_*.jsonl")))]
        scores = {name: results["results"]["choices"][f"{name},none"] for name in ("acc", "acc_norm")}
        return float(results["total_evaluation_time_seconds"]), scores, asked


def said(name, count, seconds, scores):
    print(f"{name}: {count} items in {seconds:.1f} s, " + ", ".join(f"{k} {v:.4f}" for k, v in scores.items()), flush=True)


def in_turn(program, model, suite, count, theirs):
    """Hearth, the other side, Hearth again; the ratio is against the mean of Hearth's two."""
    first, scores, asked = hearth(program, model, suite, count)
    said("Hearth", count, first, scores)
    seconds, others, texts = theirs()
    said("lm-eval + transformers", count, seconds, others)
    second, _, _ = hearth(program, model, suite, count)
    said("Hearth", count, second, scores)
    print("the same text was asked" if texts == asked else "NOT the same text was asked")
    print(f"Hearth is {2 * seconds / (first + second):.1f} times as fast on {peers.THREADS} threads")


def speed(model, directory, rows, shots, count, program, dtype="float32", batch="8", sampler="first_n"):
    import lm_eval, lm_eval.tasks, yaml
    count, shots = int(count), int(shots)
    lines = open(rows, encoding="utf-8").read().splitlines()
    with tempfile.TemporaryDirectory() as folder:
        # Examples come from the end of the rows, questions from their beginning.
        files = {"train": lines[-64:], "test": lines[:-64][:count]}
        paths = {name: str(pathlib.Path(folder) / f"{name}.jsonl") for name in files}
        for name, part in files.items(): pathlib.Path(paths[name]).write_text("\n".join(part) + "\n", encoding="utf-8")
        packaged = pathlib.Path(lm_eval.tasks.__file__).parent / "arc/arc_easy.yaml"
        task = yaml.safe_load(packaged.read_text()) | dict(
            task="arc_easy_rows", tag=None, dataset_path="json", dataset_name=None, validation_split=None, num_fewshot=shots,
            dataset_kwargs=dict(data_files=paths), fewshot_config=dict(sampler=sampler, split="train"))
        peer = peers.harness(directory, model, dtype, int(batch))

        def theirs():
            begun = time.time()
            out = lm_eval.simple_evaluate(model=peer, tasks=[task], log_samples=True, bootstrap_iters=0, verbosity="ERROR")
            seconds, ran = time.time() - begun, out["results"]["arc_easy_rows"]
            asked = sorted(out["samples"]["arc_easy_rows"], key=lambda sample: sample["doc_id"])
            texts = [[tuple(arguments) for arguments in sample["arguments"]] for sample in asked]
            return seconds, {name: ran[f"{name},none"] for name in ("acc", "acc_norm")}, texts

        if sampler == "first_n" or shots == 0:
            suite = SUITE.format(rows=paths["test"]) + ARC.format(examples=paths["train"], shots=shots)
            return in_turn(program, model, suite, count, theirs)
        # Examples drawn at random are lm-eval's own: it runs first and Hearth is given its texts.
        seconds, scores, texts = theirs()
        written = pathlib.Path(folder) / "requests.jsonl"
        golds = [json.loads(line) for line in files["test"]]
        written.write_text("".join(json.dumps(dict(
            doc_id=item, idx=place, label=row["choices"]["label"].index(row["answerKey"]),
            request=dict(context=context, continuation=continuation))) + "\n"
            for item, (row, pairs) in enumerate(zip(golds, texts))
            for place, (context, continuation) in enumerate(pairs)))
        in_turn(program, model, SUITE.format(rows=written) + RENDERED, count, lambda: (seconds, scores, texts))


def published(model, directory, path, count, program, dtype="float32", batch="8"):
    from lm_eval.api.instance import Instance
    items, labels = {}, {}
    for line in map(json.loads, gzip.open(path, "rt")):
        if line["doc_id"] < 1_000_000:
            items.setdefault(line["doc_id"], []).append((line["request"]["context"], line["request"]["continuation"]))
            labels[line["doc_id"]] = line["label"]
    chosen = list(items)[:int(count)]
    pairs = [pair for item in chosen for pair in items[item]]
    peer = peers.harness(directory, model, dtype, int(batch))

    def theirs():
        begun = time.time()
        answers = iter(peer.loglikelihood([Instance("loglikelihood", {}, pair, place) for place, pair in enumerate(pairs)]))
        seconds, right = time.time() - begun, {"acc": 0, "acc_norm": 0}
        for item in chosen:
            scores = [next(answers)[0] for _ in items[item]]
            lengths = [len(continuation[1:]) for _, continuation in items[item]]
            right["acc"] += best(scores) == labels[item]
            right["acc_norm"] += best([score / length for score, length in zip(scores, lengths)]) == labels[item]
        return seconds, {name: value / len(chosen) for name, value in right.items()}, [items[item] for item in chosen]

    in_turn(program, model, SUITE.format(rows=os.path.abspath(path)) + RENDERED, len(chosen), theirs)


if __name__ == "__main__":
    verbs = {verb.__name__: verb for verb in (agree, accuracy, plain, speed, published)}
    if len(sys.argv) < 2 or sys.argv[1] not in verbs: sys.exit(__doc__)
    verbs[sys.argv[1]](*sys.argv[2:])
