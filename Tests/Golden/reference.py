"""How goldens are computed and written: float32, eager attention, rounded, one long line a field."""
import json
from pathlib import Path

import torch
from transformers import AutoModelForCausalLM

GOLDEN = Path(__file__).parent


def load(directory, dtype=torch.float32):
    """The model in a Hugging Face directory, whatever its file type, computing at `dtype`."""
    return AutoModelForCausalLM.from_pretrained(directory, dtype=dtype, attn_implementation="eager").eval()


def log_rows(model, ids):
    """One log-softmax row a position."""
    with torch.no_grad():
        logits = model(input_ids=torch.tensor([ids]), use_cache=False).logits[0]
    return torch.log_softmax(logits, -1)


def next_logprobs(rows, ids):
    """log p(ids[i + 1] | ids[0 ... i]) for i = 0 ... n - 2."""
    return [rows[i, ids[i + 1]].item() for i in range(len(ids) - 1)]


def greedy(model, prompt, count):
    """`count` greedy ids (end tokens do not stop it) and at each step best logit minus second best."""
    ids, margins, cache = [], [], None
    step = torch.tensor([prompt])
    with torch.no_grad():
        while len(ids) < count:
            out = model(input_ids=step, past_key_values=cache, use_cache=True)
            cache = out.past_key_values
            best = torch.topk(out.logits[0, -1].double(), 2)
            ids.append(best.indices[0].item())
            margins.append((best.values[0] - best.values[1]).item())
            step = torch.tensor([[ids[-1]]])
    return ids, margins


def rounded(value, places=6):
    if isinstance(value, float):
        return round(value, places) + 0.0
    if isinstance(value, dict):
        return {k: rounded(v, places) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [rounded(v, places) for v in value]
    return value


def write(path, golden, places=6):
    """Compact JSON, but every field and every member of a top-level list on a line of its own."""
    def line(v):
        return json.dumps(v, separators=(",", ":"), ensure_ascii=False)
    fields = []
    for key, value in rounded(golden, places).items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            fields.append(f'"{key}":[\n' + ",\n".join(line(v) for v in value) + "\n]")
        else:
            fields.append(f'"{key}":{line(value)}')
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text("{" + ",\n".join(fields) + "}\n")
