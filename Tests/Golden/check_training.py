"""Does PEFT, given what `hearth train --dump-batches` wrote, take the same steps?

    swift build && python Tests/Golden/check_training.py [--runs 12] [--seed 1] [--real] [HEARTH]

Recipes are drawn by the seed: model, rank, alpha, rsLoRA, DoRA, LoRA+, targets, layers, patterns, schedule, warm-up, decay,
clipping, batch, accumulation, smoothing, epochs, shuffled, packed or with shared context, and conversations or questions on
texts as data. PEFT makes the adapter both start from (init_adapter), repeats the dump at float32 with torch's AdamW and
transformers' schedules, and every loss, gradient norm and learning rate of trainer_state.json and the adapter at the end are
held against it. With --real also three steps of SmolLM2-135M-Instruct. Exits with 1 where a loss is more than 1e-4 away
(1e-3 with --real).
"""
import argparse
import json
import random
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

import torch
from peft import LoraConfig, PeftModel, get_peft_model
from safetensors.torch import load_file
from transformers.utils.logging import disable_progress_bar

from check_export import put_start
from make_real_goldens import PEERS
from make_training_goldens import OPTIMISER, SEVEN, train, trained_parameters
from reference import GOLDEN, load

FOLDERS = ["gemma3-newer", "llama-tied", "qwen2-tied", "qwen3-untied", "llama-odd-f16"]


def drawn(dice, real):
    """Hearth's keys, and PEFT's for the same adapter."""
    rank = dice.choice([1, 3, 4, 8]) if not real else 16
    keys = dict(lora_r=rank, lora_alpha=dice.choice([2, 8, 5.5]), use_rslora=dice.random() < 0.4, use_dora=dice.random() < 0.3,
                lora_target_modules=sorted(dice.sample(SEVEN, dice.choice([1, 3, 7]))), batch_size=dice.choice([1, 2, 3, 5]),
                gradient_accumulation_steps=dice.choice([1, 2, 3]), learning_rate=dice.choice([1e-3, 5e-3]) if not real else 2e-4,
                lr_scheduler=dice.choice(["linear", "cosine", "constant_with_warmup"]), weight_decay=dice.choice([0, 0.01, 0.3]),
                max_grad_norm=dice.choice([0, 0.05, 1]), label_smoothing=dice.choice([0, 0, 0.1]), seed=dice.randrange(10 ** 6))
    peft = dict(r=rank, lora_alpha=keys["lora_alpha"], use_rslora=keys["use_rslora"], use_dora=keys["use_dora"], target_modules=keys["lora_target_modules"])
    if dice.random() < 0.3 and not real:
        keys["layers_to_transform"] = peft["layers_to_transform"] = [1]
    if dice.random() < 0.4:
        keys["lora_rank_pattern"] = peft["rank_pattern"] = {keys["lora_target_modules"][0]: 2}
        keys["lora_alpha_pattern"] = peft["alpha_pattern"] = {keys["lora_target_modules"][-1]: 3}
    if dice.random() < 0.3:
        keys["loraplus_lr_ratio"] = 4
    keys |= dict(max_steps=3, warmup_steps=1) if real else dice.choice([dict(max_steps=20, warmup_steps=3), dict(num_epochs=2.5, warmup_steps=2), dict(num_epochs=3)])
    keys |= dice.choice([{}, dict(packing=True), dict(shared_context=True)])
    return keys, peft


def data(dice, path):
    """Conversations, texts, or questions of which several hang on one text."""
    word = lambda: "".join(dice.choice("abcdeärst ") for _ in range(dice.randrange(1, 9)))  # noqa: E731
    text = lambda n: " ".join(word() for _ in range(n)) + "."  # noqa: E731
    kind = dice.choice(["messages", "squad", "prompt_completion", "text"])
    lines = []
    for _ in range(6):
        context = text(12)
        for _ in range(dice.randrange(1, 4)):
            lines.append({"messages": lambda: dict(messages=[dict(role=r, content=text(3)) for r in ("user", "assistant", "user", "assistant")]),
                          "squad": lambda: dict(context=context, question=text(4), answers=dict(text=[text(2)])),
                          "prompt_completion": lambda: dict(prompt=context + text(2), completion=" " + text(3)),
                          "text": lambda: dict(text=text(10))}[kind]())
    dice.shuffle(lines)
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return kind


def check(number, dice, hearth, real, work):
    name = "smollm2-135m-instruct" if real else dice.choice(FOLDERS)
    keys, peft = drawn(dice, real)
    kind = data(dice, work / "data.jsonl")
    if real:
        folder, model = PEERS / "hf" / f"{name}-f32", name
    else:
        folder, model = GOLDEN / "models" / name, work / "model"
        model.mkdir()
        for file in [*folder.iterdir(), *(GOLDEN / "tiny").glob("tokenizer*.json")]:
            (model / file.name).symlink_to(file)
    adapted = get_peft_model(load(folder), LoraConfig(**peft, lora_dropout=0.0, bias="none", task_type="CAUSAL_LM"))
    put_start(adapted, real)
    adapted.save_pretrained(work / "start")
    keys |= dict(base_model=str(model), dataset=dict(path=str(work / "data.jsonl"), format=kind), init_adapter=str(work / "start"), precision="f32")
    (work / "recipe.yaml").write_text(json.dumps(keys))
    done = subprocess.run([hearth, "train", work / "recipe.yaml", f"output_dir={work / 'out'}", "--dump-batches", work / "dump.jsonl"],
                          capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{keys}\n{done.stderr}")
    dump = [json.loads(line) for line in (work / "dump.jsonl").read_text().splitlines()]
    log = [e for e in json.loads((work / "out/trainer_state.json").read_text())["log_history"] if "loss" in e]
    steps = [[[i for i, e in enumerate(dump) if e["step"] == s + 1]] for s in range(len(log))]
    adapted = PeftModel.from_pretrained(load(folder), work / "start", is_trainable=True).eval()
    OPTIMISER["weight_decay"] = keys["weight_decay"]
    run = dict(learning_rate=keys["learning_rate"], schedule=keys["lr_scheduler"], warmup_steps=keys.get("warmup_steps", 0),
               max_grad_norm=keys["max_grad_norm"] or None, label_smoothing=keys["label_smoothing"], loraplus_lr_ratio=keys.get("loraplus_lr_ratio"))
    record, _ = train(adapted, run, steps, dump)
    loss = max(abs(a["loss"] - b["loss"]) for a, b in zip(log, record, strict=True))
    norm = max(abs(a["grad_norm"] - b["grad_norm"]) / b["grad_norm"] for a, b in zip(log, record))
    rate = max(abs(a["learning_rate"] - b["learning_rate"]) for a, b in zip(log, record))
    theirs = {k: p.detach() for k, p in trained_parameters(adapted).items()}
    ours = load_file(work / "out/adapter_model.safetensors")
    assert ours.keys() == theirs.keys(), ours.keys() ^ theirs.keys()
    apart = max((ours[k].reshape(p.shape) - p).abs().max().item() for k, p in theirs.items())
    limit = 1e-3 if real else 1e-4
    good = loss <= limit and rate < 1e-9
    flags = [k for k in ("use_rslora", "use_dora", "loraplus_lr_ratio", "packing", "shared_context", "lora_rank_pattern", "layers_to_transform", "label_smoothing") if keys.get(k)]
    print(f"{number:3} {name:22} {kind:17} r {keys['lora_r']:2}, {keys['batch_size']} × {keys['gradient_accumulation_steps']}, {len(log):2} steps: loss {record[0]['loss']:.2f} → "
          f"{record[-1]['loss']:.2f}, apart: loss {loss:.1e}, norm {norm:.1e}, adapter {apart:.1e}  {keys['lr_scheduler']} {' '.join(flags)}{'' if good else '   FAILED'}", flush=True)
    return good


if __name__ == "__main__":
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("hearth", nargs="?", default=".build/debug/hearth")
    p.add_argument("--runs", type=int, default=12)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--real", action="store_true")
    a = p.parse_args()
    torch.set_num_threads(1)
    disable_progress_bar()
    warnings.simplefilter("ignore")
    good = []
    for number in range(a.runs + a.real):
        with tempfile.TemporaryDirectory() as work:
            good.append(check(number, random.Random(f"{a.seed}-{number}"), a.hearth, number == a.runs, Path(work)))
    print(f"{sum(good)} of {len(good)} runs are PEFT's")
    sys.exit(0 if all(good) else 1)
