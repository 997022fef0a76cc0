"""The other side of `train-against-peft`: PEFT's optimiser steps over batches that Hearth wrote down.

    python peft_steps.py HF_DIRECTORY BATCHES.jsonl DTYPE MICRO_BATCH RANK FIRST LAST

Steps FIRST … LAST of the file (`hearth train --dump-batches`) are taken as transformers' trainer takes them: the step's
examples in their order, MICRO_BATCH at once, padded to the longest of them, the mean over all trained tokens of the step,
gradients cut to 1, AdamW. One line of JSON a step on standard output: seconds, loss, tokens, padded tokens.
"""

import json, os, sys, time

import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM

directory, batches, dtype, micro, rank, first, last = sys.argv[1:8]
micro, rank, first, last = int(micro), int(rank), int(first), int(last)
torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "2")))
torch.manual_seed(3407)
model = AutoModelForCausalLM.from_pretrained(directory, dtype=getattr(torch, dtype))
model.config.use_cache = False
targets = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
model = get_peft_model(model, LoraConfig(r=rank, lora_alpha=rank, lora_dropout=0, bias="none", target_modules=targets))
model.train()
trained = [p for p in model.parameters() if p.requires_grad]
optimiser = torch.optim.AdamW(trained, lr=5e-5, weight_decay=0.01)
steps = {}
for line in open(batches):
    example = json.loads(line)
    steps.setdefault(example["step"], []).append(example)


def padded(examples):
    width = max(len(e["ids"]) for e in examples)
    ids = torch.zeros(len(examples), width, dtype=torch.long)
    mask, labels = torch.zeros_like(ids), torch.full_like(ids, -100)
    for row, e in enumerate(examples):
        n = len(e["ids"])
        ids[row, :n] = torch.tensor(e["ids"])
        mask[row, :n] = 1
        labels[row, :n] = torch.where(torch.tensor(e["trained"]) == 1, ids[row, :n], torch.tensor(-100))
    return ids, mask, labels


for number in range(first, last + 1):
    examples = steps[number]
    start = time.perf_counter()
    total = sum(sum(e["trained"]) for e in examples)
    loss, width = 0.0, 0
    for at in range(0, len(examples), micro):
        ids, mask, labels = padded(examples[at : at + micro])
        width += ids.numel()
        share = model(input_ids=ids, attention_mask=mask, labels=labels, num_items_in_batch=total).loss
        share.backward()
        loss += share.item()
    torch.nn.utils.clip_grad_norm_(trained, 1.0)
    optimiser.step()
    optimiser.zero_grad()
    print(json.dumps({"step": number, "seconds": time.perf_counter() - start, "loss": loss,
                      "tokens": sum(len(e["ids"]) for e in examples), "padded": width}), flush=True)
