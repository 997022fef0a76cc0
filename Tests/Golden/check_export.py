"""Do transformers, PEFT and llama.cpp see in what hearth trains and exports what hearth sees in it, and hearth in PEFT's?

    swift build && python Tests/Golden/check_export.py [--real] [--only NAME] [HEARTH]

For the tiny GGUF files of the four families, and with --real for SmolLM2-135M-Instruct and Gemma 3 270M: the model becomes a
Hugging Face folder and a GGUF again; PEFT puts adapters on it (plain, rsLoRA, patterns, DoRA), which hearth reads, merges into
a folder and into GGUFs of every type, and writes as a GGUF adapter; hearth trains adapters of the same kinds, which PEFT reads.
The truth is PEFT over the base at float32, and at float64 where the model is real: on Gemma float32 is 1e-4 off by itself.
Differences are of log-probabilities, a token; tokens and greedy answers are compared too. Exits with 1 where one is beyond its
limit.
"""
import argparse
import json
import random
import subprocess
import sys
import tempfile
from pathlib import Path

import torch
from peft import LoraConfig, PeftModel, get_peft_model
from transformers import AutoTokenizer
from transformers.utils.logging import disable_progress_bar

from check_gguf import Witness
from make_models import seed
from make_real_goldens import PEERS
from make_real_training_goldens import number_of, start
from make_training_goldens import SEVEN
from reference import GOLDEN, greedy, load, log_rows

TINY = ["gemma3-older", "llama-scaled-sharded", "qwen2-tied", "qwen3-tied"]
VARIANTS = {
    "plain": dict(), "rslora": dict(use_rslora=True), "dora": dict(use_dora=True),
    "patterns": dict(target_modules=["q_proj", "v_proj", "down_proj"], rank_pattern={"q_proj": 2}, alpha_pattern={"down_proj": 3}),
}
TYPES = ["f32", "f16", "bf16", "q8_0", "q4_0"]
# llama.cpp takes Gemma's GELU from a float16 table. It rounds activations to the weights' type, so files of other types are
# held against what its own llama-quantize makes of them in F32; that it loads them as they are is shown, without a limit.
LLAMA, GEMMA = 5e-5, 6e-3
QUANTIZE = PEERS / "llama.cpp/bin/llama-quantize"
failures = []


def hearth(*words, feed=None):
    done = subprocess.run([HEARTH, *map(str, words)], input=feed, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"hearth {' '.join(map(str, words))}: {done.stderr}")
    return [json.loads(line) for line in done.stdout.splitlines()] if feed else done.stdout


def lines(values):
    return "".join(json.dumps(v) + "\n" for v in values)


def by_hearth(model, requests, adapter=None):
    words = ["score", model, "--requests", "-"] + (["--adapter", adapter] if adapter else [])
    return [a["token_logprobs"] for a in hearth(*words, feed=lines(r | dict(token_logprobs=True) for r in requests))]


def by_rows(rows_of, requests):
    out = []
    for r in requests:
        rows = torch.as_tensor(rows_of(r["context_ids"] + r["continuation_ids"]))[len(r["context_ids"]) - 1:-1]
        out.append(rows.gather(1, torch.tensor(r["continuation_ids"])[:, None])[:, 0].tolist())
    return out


def report(name, what, ours, theirs, limit):
    apart = max(abs(a - b) for o, t in zip(ours, theirs, strict=True) for a, b in zip(o, t, strict=True))
    verdict(name, what, apart <= limit, f"{apart:.1e}" + ("" if limit == float("inf") else f"  (limit {limit:.0e})"))


def verdict(name, what, good, words):
    print(f"{name:22} {what:46} {words}{'' if good else '   FAILED'}", flush=True)
    if not good:
        failures.append((name, what))


def requests_for(name, vocabulary, count, length):
    """Random tokens; for a real model real texts, the first third as context."""
    real = GOLDEN / "real" / f"{name}.json"
    if real.exists():
        texts = [t["ids"][:64] for t in json.loads(real.read_text())["texts"]][:count]
        return [dict(context_ids=t[:len(t) // 3], continuation_ids=t[len(t) // 3:]) for t in texts]
    dice = random.Random(seed(name, "export"))
    ids = lambda n: [dice.randrange(vocabulary) for _ in range(n)]  # noqa: E731
    return [dict(context_ids=ids(dice.randrange(2, length)), continuation_ids=ids(dice.randrange(2, length))) for _ in range(count)]


def put_start(model, real):
    """Sets A and B far from zero, magnitudes off their rest."""
    with torch.no_grad():
        for key, p in model.named_parameters():
            if ".lora_A." in key or ".lora_B." in key:
                scale = (0.1 if "lora_A" in key else 0.02) if real else 0.3
                p.copy_(start(number_of(key), tuple(p.shape), scale))
            elif "magnitude" in key:
                p.mul_(1 + start(len(key), tuple(p.shape), 0.2))


def put_adapter(base, variant, out, real):
    """An adapter whose A and B are both far from zero, as PEFT saves it."""
    options = dict(r=16 if real else 4, lora_alpha=32 if real else 8, lora_dropout=0.0, bias="none", target_modules=SEVEN, task_type="CAUSAL_LM")
    model = get_peft_model(base, LoraConfig(**options | VARIANTS[variant])).eval()
    put_start(model, real)
    model.save_pretrained(out)
    return model


def check_tokens(name, gguf, folder):
    texts = [t for _, t in json.loads((GOLDEN / "texts.json").read_text())["texts"]] + ["", " a  b\n\n\tc 1234 don't", "<|im_start|>\N{ROCKET}▁x"]
    theirs = AutoTokenizer.from_pretrained(folder)
    feed = lines(dict(text=t) for t in texts)
    a, b = hearth("tokenize", gguf, "--requests", "-", feed=feed), hearth("tokenize", folder, "--requests", "-", feed=feed)
    verdict(name, "tokens: GGUF and folder, both hearth", a == b, f"{sum(x != y for x, y in zip(a, b))} of {len(texts)} differ")
    marked = lines(dict(text=t, special=True) for t in texts)
    a = [x["ids"] for x in hearth("tokenize", folder, "--requests", "-", feed=marked)]
    b = [theirs(t, add_special_tokens=False)["input_ids"] for t in texts]
    verdict(name, "tokens: folder, hearth and transformers", a == b, f"{sum(x != y for x, y in zip(a, b))} of {len(texts)} differ")
    if theirs.chat_template:
        turns = [[dict(role="user", content=t)] for t in texts]
        a = [x["ids"] for x in hearth("tokenize", folder, "--requests", "-", feed=lines(dict(messages=m) for m in turns))]
        b = [theirs.apply_chat_template(m, add_generation_prompt=True, return_dict=False) for m in turns]
        differ = [i for i, (x, y) in enumerate(zip(a, b)) if x != y and not texts[i].startswith("<|im_start|>")]
        verdict(name, "chat: folder, hearth and transformers", not differ, f"{len(differ)} of {len(texts)} differ")


# How far the best token may lead where two programs still need not agree: rounding of float32, and of llama.cpp's activations.
TIE, ROUGH_TIE = 1e-3, 0.5


def check_answers(name, what, model, answer, tie=TIE):
    """Whether what another program answers is what hearth would: token for token the best, up to a near tie."""
    real = GOLDEN / "real" / f"{name}.json"
    prompts = [g["prompt"] for g in json.loads(real.read_text())["greedy"]][:3] if real.exists() else [[5, 6, 7, 8], [11, 9, 3], [20, 21, 22, 23, 24, 25]]
    requests, leads = [], []
    for prompt in prompts:
        ids, margins = answer(prompt, 24)
        requests += [dict(context_ids=prompt + ids[:i], continuation_ids=[ids[i]]) for i in range(len(ids))]
        leads += margins
    same = [a["greedy"] for a in hearth("score", model, "--requests", "-", feed=lines(requests))]
    apart = [lead for equal, lead in zip(same, leads) if not equal]
    ties = f", the others led by {max(apart):.1e} at most" if apart else ""
    verdict(name, what, all(lead < tie for lead in apart), f"{sum(same)} of {len(same)} tokens equal{ties}  (limit {tie:.0e})")


def llama_greedy(path, lora=None):
    witness = Witness(str(path), lora and str(lora))

    def answer(prompt, count):
        ids, margins = list(prompt), []
        for _ in range(count):
            row = witness.log_rows(ids)[-1]
            first, second = row.argsort()[::-1][:2]
            ids.append(int(first))
            margins.append(float(row[first] - row[second]))
        return ids[len(prompt):], margins
    return answer


def check_trained(name, gguf, folder, work, requests, variants, rate, exact):
    """An adapter that `hearth train` wrote, as PEFT sees it."""
    (work / "data.jsonl").write_text(lines(dict(prompt=f"{a} und {b} ist", completion=f" {a + b}.") for a in range(8) for b in range(3)))
    settings = {"plain": [], "rslora": ["use_rslora=true"], "dora": ["use_dora=true"],
                "patterns": ["lora_target_modules=[q_proj, v_proj, down_proj]", "lora_rank_pattern={q_proj: 2}", "lora_alpha_pattern={down_proj: 3}"]}
    for variant in variants:
        adapter = work / f"trained-{variant}"
        (work / "recipe.yaml").write_text(f"base_model: {gguf}\ndataset: {{path: data.jsonl, format: prompt_completion}}\nlora_r: 4\nlora_alpha: 8\n"
                                          f"batch_size: 4\nmax_steps: 8\nlearning_rate: {rate}\nprecision: f32\n")
        hearth("train", work / "recipe.yaml", f"output_dir={adapter}", *settings[variant])
        ours = by_hearth(gguf, requests, adapter)
        moved = max(abs(a - b) for o, t in zip(ours, by_hearth(gguf, requests)) for a, b in zip(o, t))
        adapted = PeftModel.from_pretrained(load(folder, exact), adapter).to(exact).eval()
        theirs = by_rows(lambda i: log_rows(adapted, i), requests)
        report(name, f"{variant}, trained by hearth: PEFT reads it", ours, theirs, 1e-4)
        verdict(name, f"{variant}, trained by hearth: it changes the model", moved > 0.01, f"{moved:.1e}")


def check(name, gguf, work, real):
    folder = work / "base"
    hearth("export", "--model", gguf, "--format", "safetensors", "--type", "f32", "--output", folder)
    config = json.loads((folder / "config.json").read_text())
    gemma = config["model_type"].startswith("gemma")
    requests = requests_for(name, config["vocab_size"], 4 if real else 12, 24)
    exact = torch.float64 if real else torch.float32
    base = load(folder, exact)
    report(name, "folder from the GGUF: transformers", by_hearth(gguf, requests), by_rows(lambda i: log_rows(base, i), requests), 1e-4)
    golden = GOLDEN / "models" / name / "golden.json"
    if golden.exists():
        sequences = json.loads(golden.read_text())["sequences"]
        asked = [dict(context_ids=s["ids"][:1], continuation_ids=s["ids"][1:]) for s in sequences]
        report(name, "folder from the GGUF: the model's golden", by_hearth(folder, asked), [s["logprobs"] for s in sequences], 1e-4)
    check_tokens(name, gguf, folder)
    again = work / "again.gguf"
    hearth("export", "--model", folder, "--format", "gguf", "--output", again)
    whole = work / "whole.gguf"
    hearth("export", "--model", gguf, "--format", "gguf", "--type", "f32", "--output", whole)
    llama = lambda path, lora=None: by_rows(Witness(str(path), lora and str(lora)).log_rows, requests)  # noqa: E731
    limit = (GEMMA if gemma else LLAMA) * (4 if real else 1)
    report(name, "GGUF from the folder: llama.cpp", by_hearth(again, requests), llama(again), limit)
    report(name, "GGUF from the GGUF: llama.cpp", by_hearth(whole, requests), llama(whole), limit)
    texts = lines(dict(text=t) for _, t in json.loads((GOLDEN / "texts.json").read_text())["texts"])
    verdict(name, "tokens: GGUF from the folder", hearth("tokenize", again, "--requests", "-", feed=texts) == hearth("tokenize", gguf, "--requests", "-", feed=texts), "")

    check_trained(name, gguf, folder, work, requests, ["plain", "dora"] if real else VARIANTS, 0.001 if real else 0.01, exact)
    for variant in ["plain"] if real else VARIANTS:
        adapter = work / variant
        adapted = put_adapter(load(folder), variant, adapter, real).to(exact)
        truth = by_rows(lambda i: log_rows(adapted, i), requests)
        report(name, f"{variant}, made by PEFT: hearth reads it", by_hearth(gguf, requests, adapter), truth, 1e-4)
        for source, kind in [(gguf, "GGUF"), (folder, "folder")]:
            merged = work / f"{variant}-{kind}"
            hearth("export", "--model", source, "--adapter", adapter, "--format", "safetensors", "--type", "f32", "--output", merged)
            ours = by_hearth(merged, requests)
            report(name, f"{variant}, {kind} → folder: PEFT", ours, truth, 1e-4)
            merged_model = load(merged, exact)
            report(name, f"{variant}, {kind} → folder: transformers", ours, by_rows(lambda i: log_rows(merged_model, i), requests), 1e-4)
        check_answers(name, f"{variant}, merged folder: greedy, transformers", merged, lambda p, n: greedy(merged_model, p, n))
        for type in TYPES:
            merged = work / f"{variant}-{type}.gguf"
            hearth("export", "--model", gguf, "--adapter", adapter, "--format", "gguf", "--type", type, "--output", merged)
            ours = by_hearth(merged, requests)
            if type == "f32":
                report(name, f"{variant} → GGUF {type}: PEFT", ours, truth, 1e-4)
                report(name, f"{variant} → GGUF {type}: llama.cpp", ours, llama(merged), limit)
                check_answers(name, f"{variant} → GGUF {type}: greedy, llama.cpp", merged, llama_greedy(merged), TIE if not gemma else 0.05)
            else:
                plain = work / "requantised.gguf"
                subprocess.run([QUANTIZE, "--allow-requantize", merged, plain, "F32", "2"], check=True, capture_output=True)
                report(name, f"{variant} → GGUF {type}, in F32: llama.cpp", ours, llama(plain), limit)
                report(name, f"{variant} → GGUF {type}: llama.cpp", ours, llama(merged), float("inf"))
                check_answers(name, f"{variant} → GGUF {type}: greedy, llama.cpp", merged, llama_greedy(merged), ROUGH_TIE)
        if variant == "dora":
            refused = subprocess.run([HEARTH, "export", "--model", gguf, "--adapter", adapter, "--format", "gguf", "--adapter-only", "--output", work / "no.gguf"], capture_output=True, text=True)
            verdict(name, "dora → GGUF adapter is refused", refused.returncode == 2 and not (work / "no.gguf").exists(), refused.stderr.strip())
            continue
        for source, kind in [(gguf, "GGUF"), (folder, "folder")]:
            lora = work / f"{variant}-{kind}-lora.gguf"
            hearth("export", "--model", source, "--adapter", adapter, "--format", "gguf", "--adapter-only", "--output", lora)
            report(name, f"{variant}, {kind} → GGUF adapter: llama.cpp", truth, llama(whole, lora), limit)


if __name__ == "__main__":
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("hearth", nargs="?", default=".build/debug/hearth")
    p.add_argument("--real", action="store_true")
    p.add_argument("--only")
    a = p.parse_args()
    disable_progress_bar()
    HEARTH = a.hearth
    torch.set_num_threads(1)
    jobs = [(n, GOLDEN / "gguf" / f"{n}.gguf", False) for n in TINY]
    if a.real:
        jobs += [(n, n, True) for n in ("smollm2-135m-instruct", "gemma-3-270m")]
    for name, gguf, real in jobs:
        if not a.only or a.only == name:
            with tempfile.TemporaryDirectory() as folder:
                check(name, gguf, Path(folder), real)
    print(f"{len(failures)} failed" if failures else "all within their limits")
    sys.exit(1 if failures else 0)
