"""What PEFT computes when it trains LoRA r=16 on SmolLM2-135M-Instruct and Gemma 3 270M: ten losses and gradient norms.

    python Tests/Golden/make_real_training_goldens.py [smollm2-135m-instruct] [gemma-3-270m]

after make_real_goldens.py (which keeps the Hugging Face directories); writes Tests/Golden/real/<name>-training.json.
Nothing large is committed: the initial adapter is a formula, `start`, exact in any language with 32-bit integers.
The examples are the texts of texts.json: the first third is context, the rest is trained.
"""
import json
import sys

import numpy as np
import torch
from peft import LoraConfig, get_peft_model
from peft import __version__ as peft_version
from transformers import __version__

from make_real_goldens import PEERS
from make_training_goldens import OPTIMISER, SEVEN, scores, train, trained_parameters
from reference import GOLDEN, load, write

FORMULA = ("number = 14 * layer + 2 * projection + (0 for A, 1 for B), projections in the order of lora_target_modules; for element k (row-major) "
           "in wrapping 32-bit arithmetic h = k + 2654435769 * (number + 1); h ^= h >> 16; h *= 2246822507; h ^= h >> 13; h *= 3266489909; "
           "h ^= h >> 16; value = float32((h / 4294967296 - 0.5) * scale), scale 0.1 for A and 0.02 for B, computed at float64")


def start(number, shape, scale):
    """The initial adapter's tensor of that number (see FORMULA)."""
    h = np.arange(np.prod(shape), dtype=np.uint32) + np.uint32(2654435769 * (number + 1) % 2 ** 32)
    h ^= h >> np.uint32(16)
    h *= np.uint32(2246822507)
    h ^= h >> np.uint32(13)
    h *= np.uint32(3266489909)
    h ^= h >> np.uint32(16)
    return torch.from_numpy(((h.astype(np.float64) / 4294967296 - 0.5) * scale).astype(np.float32)).reshape(shape)


def number_of(key):
    """base_model.model.model.layers.<layer>.<block>.<projection>.lora_A.weight"""
    parts = key.split(".")
    return 14 * int(parts[4]) + 2 * SEVEN.index(parts[6]) + (parts[7] == "lora_B")


def examples(name):
    texts = json.loads((GOLDEN / "real" / f"{name}.json").read_text())["texts"]
    return [dict(ids=t["ids"][:48], trained=[int(i >= len(t["ids"][:48]) // 3) for i in range(len(t["ids"][:48]))]) for t in texts]


def golden(name):
    model = load(PEERS / "hf" / f"{name}-f32")
    model = get_peft_model(model, LoraConfig(r=16, lora_alpha=32, lora_dropout=0.0, bias="none", target_modules=SEVEN, task_type="CAUSAL_LM")).eval()
    with torch.no_grad():
        for key, p in trained_parameters(model).items():
            p.copy_(start(number_of(key), tuple(p.shape), 0.1 if "lora_A" in key else 0.02))
    sum_of_start = sum(p.double().sum().item() for p in trained_parameters(model).values())
    square_of_start = sum(p.double().square().sum().item() for p in trained_parameters(model).values())
    ids = examples(name)
    run = dict(learning_rate=5e-4, schedule="linear", warmup_steps=2, max_steps=10, gradient_accumulation_steps=1, batch_size=2, max_grad_norm=1.0)
    before = scores(model, ids)
    record, first = train(model, run, [[[2 * s, 2 * s + 1]] for s in range(10)], ids)
    norms = {k: g.double().norm().item() for k, g in first.items() if ".layers.0." in k or f".layers.{model.config.num_hidden_layers - 1}." in k}
    for s in record:
        print(f"loss {s['loss']:.6f}, norm {s['grad_norm']:.4f}, rate {s['learning_rate']:.2e}")
    write(GOLDEN / "real" / f"{name}-training.json", dict(
        model=name, transformers=__version__, peft=peft_version, torch=torch.__version__, compute="float32",
        adapter=dict(r=16, lora_alpha=32, lora_target_modules=SEVEN, formula=FORMULA, sum=sum_of_start, sum_of_squares=square_of_start),
        optimiser=OPTIMISER, run=run, examples=ids, steps=record, gradient_norms=norms, before=before, after=scores(model, ids)), places=8)


if __name__ == "__main__":
    torch.set_num_threads(1)
    for name in sys.argv[1:] or ["smollm2-135m-instruct", "gemma-3-270m"]:
        golden(name)
