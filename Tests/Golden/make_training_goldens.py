"""What PEFT computes when it trains LoRA adapters on the tiny models: first gradients, twenty losses, the result.

    python Tests/Golden/make_training_goldens.py      after make_models.py; writes Tests/Golden/training/<model>/

Float32, eager attention, dropout 0, torch.optim.AdamW over all adapter tensors as one group, transformers' schedules,
torch.nn.utils.clip_grad_norm_. Examples are run one at a time without padding; the loss of a step is the sum of the
cross entropies of its trained tokens, over all of its micro-batches, divided by their number. Initial adapters are a
pure function of (model, variant, tensor): A and B are both far from zero, so that no gradient vanishes.
"""
import json
import random
import shutil

import torch
from peft import LoraConfig, PeftModel, get_peft_model
from peft import __version__ as peft_version
from peft.optimizers import create_loraplus_optimizer
from safetensors.torch import load_file, save_file
from torch.nn.functional import cross_entropy
from transformers import __version__, get_scheduler

from make_models import seed
from reference import GOLDEN, load, log_rows, next_logprobs, write

SEVEN = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
OPTIMISER = dict(name="AdamW", betas=[0.9, 0.999], eps=1e-8, weight_decay=0.01)
STEPS = 20

# name: (LoraConfig beyond r=4, alpha=8, seven projections; the run beyond the usual one). `of` names whose adapter it starts from.
VARIANTS = {
    "plain": (dict(), dict()),
    "rslora": (dict(use_rslora=True), dict()),
    "dora": (dict(use_dora=True), dict()),
    "patterns": (dict(target_modules=["q_proj", "v_proj", "down_proj"], layers_to_transform=[1],
                      rank_pattern={"q_proj": 2}, alpha_pattern={"down_proj": 3}), dict()),
    "accumulation": (dict(), dict(of="plain", accumulation=2, schedule="cosine")),
    "clipping": (dict(), dict(of="plain", max_grad_norm=0.05, schedule="constant_with_warmup")),
    "loraplus": (dict(), dict(of="dora", loraplus_lr_ratio=4.0)),
    "smoothing": (dict(), dict(of="plain", label_smoothing=0.1)),
}
MODELS = {
    "gemma3-newer": list(VARIANTS), "llama-tied": list(VARIANTS), "qwen2-tied": list(VARIANTS), "qwen3-tied": list(VARIANTS),
    "gemma3-odd-bf16": ["plain"], "llama-scaled-sharded": ["plain"], "qwen2-untied": ["plain"], "qwen3-untied": ["plain"],
}


def examples(model, vocab):
    """Twelve examples of 4 to 40 tokens, trained in one span, in two, or everywhere but the first token."""
    dice = random.Random(seed(model, "examples"))
    out = []
    for n in (12, 40, 7, 25, 4, 31, 18, 9, 36, 5, 14, 22):
        ids = [dice.randrange(vocab) for _ in range(n)]
        a, b = sorted(dice.sample(range(1, n), 2))
        trained = [len(out) % 3 == 2 or a <= i < b or (len(out) % 3 == 1 and i == n - 1) for i in range(n)]
        trained[0] = False
        out.append(dict(ids=ids, trained=[int(t) for t in trained]))
    return out


def plan(accumulation):
    """steps[s] is a list of micro-batches, each a list of two example numbers."""
    turn = iter(i % 12 for i in range(10 ** 6))
    return [[[next(turn), next(turn)] for _ in range(accumulation)] for _ in range(STEPS)]


def config_of(variant):
    return LoraConfig(**(dict(r=4, lora_alpha=8, lora_dropout=0.0, bias="none", target_modules=SEVEN, task_type="CAUSAL_LM") | VARIANTS[variant][0]))


def plain_name(parameter):
    """As PEFT names it in a file: without the adapter's name."""
    return parameter.replace(".lora_magnitude_vector.default.weight", ".lora_magnitude_vector").replace(".default", "")


def trained_parameters(model):
    return {plain_name(n): p for n, p in model.named_parameters() if p.requires_grad}


def write_adapter(name, variant, directory):
    """A PEFT adapter directory as save_pretrained writes it, with A, B and the magnitudes set."""
    model = get_peft_model(load(GOLDEN / "models" / name), config_of(variant))
    with torch.no_grad():
        for key, p in trained_parameters(model).items():
            z = torch.empty(p.shape).normal_(generator=torch.Generator().manual_seed(seed(name, variant, key)))
            if "lora_A" in key:
                p.copy_(z / p.shape[1] ** 0.5)
            elif "lora_B" in key:
                p.copy_(0.1 * z)
            else:
                p.mul_(1 + 0.1 * z)
    model.peft_config["default"].base_model_name_or_path = name
    shutil.rmtree(directory, ignore_errors=True)
    model.save_pretrained(directory)
    (directory / "README.md").unlink(missing_ok=True)
    written = json.loads((directory / "adapter_config.json").read_text())
    written["target_modules"] = config_of(variant).target_modules and sorted(written["target_modules"])  # PEFT writes a set
    (directory / "adapter_config.json").write_text(json.dumps(written, indent=2) + "\n")


def losses(model, micro_batches, all_examples, smoothing=0.0):
    """One tensor an example: its share of the step's mean, for a backward each. Torch smooths labels as transformers does."""
    chosen = [all_examples[i] for batch in micro_batches for i in batch]
    count = sum(sum(e["trained"]) for e in chosen)
    for e in chosen:
        ids, wanted = torch.tensor(e["ids"]), torch.tensor(e["trained"], dtype=torch.bool)[1:]
        logits = model(input_ids=ids[None], use_cache=False).logits[0, :-1]
        yield cross_entropy(logits[wanted], ids[1:][wanted], reduction="sum", label_smoothing=smoothing) / count


def train(model, run, steps, all_examples):
    """Steps as the golden records them, and the gradients of the first before clipping."""
    parameters = trained_parameters(model)
    usual = dict(lr=run["learning_rate"], betas=OPTIMISER["betas"], eps=OPTIMISER["eps"])
    decay = OPTIMISER["weight_decay"]
    if run.get("loraplus_lr_ratio"):
        optimiser = create_loraplus_optimizer(model, torch.optim.AdamW, loraplus_lr_ratio=run["loraplus_lr_ratio"], loraplus_weight_decay=decay, **usual)
    else:
        optimiser = torch.optim.AdamW(parameters.values(), weight_decay=decay, **usual)
    schedule = get_scheduler(run["schedule"], optimiser, num_warmup_steps=run["warmup_steps"], num_training_steps=len(steps))
    record, first = [], None
    for micro_batches in steps:
        total = 0.0
        for loss in losses(model, micro_batches, all_examples, run.get("label_smoothing", 0.0)):
            loss.backward()
            total += loss.item()
        first = first or {k: p.grad.clone() for k, p in parameters.items()}
        limit = run["max_grad_norm"] or float("inf")
        norm = torch.nn.utils.clip_grad_norm_(parameters.values(), limit).item()
        record.append(dict(examples=micro_batches, loss=total, grad_norm=norm, learning_rate=schedule.get_last_lr()[0]))
        optimiser.step()
        schedule.step()
        optimiser.zero_grad()
    return record, first


def scores(model, all_examples):
    return [dict(ids=e["ids"], logprobs=next_logprobs(log_rows(model, e["ids"]), e["ids"])) for e in all_examples[:3]]


def relative(ours, exact):
    return max(((ours[k].double() - exact[k]).norm() / exact[k].norm()).item() for k in exact)


def golden(name, variant, directory):
    changes = VARIANTS[variant][1]
    run = dict(learning_rate=5e-3, schedule=changes.get("schedule", "linear"), warmup_steps=3, max_steps=STEPS,
               gradient_accumulation_steps=changes.get("accumulation", 1), batch_size=2, max_grad_norm=changes.get("max_grad_norm"))
    run |= {k: changes[k] for k in ("loraplus_lr_ratio", "label_smoothing") if k in changes}
    start = f"adapter-{changes.get('of', variant)}"
    if "of" not in changes:
        write_adapter(name, variant, directory / start)
    ids = examples(name, load(GOLDEN / "models" / name).config.vocab_size)
    steps = plan(run["gradient_accumulation_steps"])
    both = {}
    for dtype in (torch.float32, torch.float64):
        model = PeftModel.from_pretrained(load(GOLDEN / "models" / name, dtype), directory / start, is_trainable=True, autocast_adapter_dtype=False).to(dtype).eval()
        before = scores(model, ids)
        record, first = train(model, run, steps, ids)
        both[dtype] = record, first, before, scores(model, ids)
    record, first, before, after = both[torch.float32]
    exact = both[torch.float64]
    gradient_error = relative(first, exact[1])
    loss_error = max(abs(a["loss"] - b["loss"]) for a, b in zip(record, exact[0]))
    score_error = max(abs(x - y) for a, b in zip(after, exact[3]) for x, y in zip(a["logprobs"], b["logprobs"]))
    print(f"{name:21} {variant:13} loss {record[0]['loss']:.3f} → {record[-1]['loss']:.3f}, norms {record[0]['grad_norm']:.2f} ... {record[-1]['grad_norm']:.2f}; "
          f"f32 against f64: gradients {gradient_error:.1e}, losses {loss_error:.1e}, trained log-probabilities {score_error:.1e}")
    assert min(g.norm().item() for g in first.values()) > 1e-4
    own = not {"max_grad_norm", "loraplus_lr_ratio"} & set(changes)  # those two begin with the gradients of what they start from
    if own:
        save_file({k: v.contiguous() for k, v in first.items()}, directory / f"gradients-{variant}.safetensors", metadata={"format": "pt"})
    write(directory / f"{variant}.json", dict(
        model=name, variant=variant, transformers=__version__, peft=peft_version, torch=torch.__version__, compute="float32",
        initial_adapter=start, gradients=f"gradients-{variant if own else changes['of']}.safetensors",
        optimiser=OPTIMISER, run=run, float64_difference=dict(gradients=f"{gradient_error:.1e}", losses=f"{loss_error:.1e}", logprobs=f"{score_error:.1e}"),
        examples=ids, steps=record, before=before, after=after), places=8)


if __name__ == "__main__":
    torch.set_num_threads(1)
    for name, variants in MODELS.items():
        directory = GOLDEN / "training" / name
        shutil.rmtree(directory, ignore_errors=True)
        directory.mkdir(parents=True)
        for variant in variants:
            golden(name, variant, directory)
