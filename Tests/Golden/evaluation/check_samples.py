"""Recomputes an evaluation's figures with lm-evaluation-harness's own functions.

    python check_samples.py FOLDER

FOLDER is what `hearth eval … --output FOLDER` wrote. Every accuracy, normalised
accuracy, mean and plain standard error is computed again from the samples
files and must be equal to the last digit; its table is printed from our
results file, to see that it is read. Exit status 1 on any difference.
"""

import json, pathlib, sys

import numpy as np
from lm_eval.api.metrics import mean, mean_stderr, perplexity
from lm_eval.utils import make_table

folder = pathlib.Path(sys.argv[1])
path = max(folder.glob("results_*.json"))
results = json.loads(path.read_text(encoding="utf-8"))
time = path.stem.removeprefix("results_")
wrong = compared = 0


def check(task, name, ours, theirs):
    global wrong, compared
    compared += 1
    if ours != theirs:
        wrong += 1
        print(f"{task} {name}: ours {ours!r}, theirs {theirs!r}")


for task, config in results["configs"].items():
    samples = [json.loads(line) for line in open(folder / f"samples_{task}_{time}.jsonl", encoding="utf-8")]
    grouped = any("group" in s for s in samples)
    values = {}
    for sample in samples:
        if config["output_type"] == "multiple_choice":
            lls = np.array([float(r[0][0]) for r in sample["resps"]])
            requests = [sample["arguments"][f"gen_args_{i}"]["arg_1"] for i in range(len(lls))]
            doc = sample["doc"].get("choices")
            choices = doc if isinstance(doc, list) and len(doc) == len(lls) else [r[1:] for r in requests]
            gold = int(sample["target"])
            for name, chosen in (
                ("acc", np.argmax(lls)),
                ("acc_norm", np.argmax(lls / np.array([float(len(c)) for c in choices]))),
                ("acc_bytes", np.argmax(lls / np.array([float(len(c.encode())) for c in choices]))),
            ):
                values.setdefault(name, []).append(1.0 if chosen == gold else 0.0)
        elif config["output_type"] == "loglikelihood":
            values.setdefault("acc", []).append(int(sample["resps"][0][0][1] == "True"))
            values.setdefault("perplexity", []).append(float(sample["resps"][0][0][0]))
        else:
            for metric in sample["metrics"]:
                if isinstance(sample.get(metric), float | int):
                    values.setdefault(metric, []).append(sample[metric])
    ours = results["results"][task]
    for name, list_ in values.items():
        if f"{name},none" not in ours or name == "peak_memory_mib":
            continue
        check(task, name, ours[f"{name},none"], perplexity(list_) if name == "perplexity" else mean(list_))
        if not grouped and name != "perplexity" and len(list_) > 1:
            check(task, name + "_stderr", ours[f"{name}_stderr,none"], mean_stderr(list_))

print(make_table(results))
print(f"{compared} figures compared, {wrong} differ")
sys.exit(1 if wrong or not compared else 0)
