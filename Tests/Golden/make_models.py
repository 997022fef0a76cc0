"""Random tiny models of the four families as Hugging Face directories, with what transformers computes from them.

    python Tests/Golden/make_models.py        writes Tests/Golden/models/<name>/{config.json,*.safetensors,golden.json}

Weights are a pure function of (model name, tensor name), so a second run writes the same bytes. The golden is computed
from the written directory, not from the model in memory: config spelling and file layout are part of what is tested.

Gemma's embedding scale, as transformers 5.23 has it (Gemma3TextScaledWordEmbedding): the factor hidden_size ** 0.5 is
kept as a float32 buffer and cast to the *weight's* type before it multiplies. At float32 it is the float32 nearest to
sqrt(hidden) (sqrt(640) = 25.298222), at bfloat16 it would be 25.25. Everything here computes at float32, from
bfloat16 and float16 files too, so the scale is never rounded to the file's type.
"""
import hashlib
import json
import random
import shutil

import torch
from safetensors.torch import save_file
from transformers import AutoConfig, AutoModelForCausalLM, __version__

from reference import GOLDEN, greedy, load, log_rows, next_logprobs, write

LLAMA3 = dict(rope_type="llama3", factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0, original_max_position_embeddings=64)


def gemma(**shape):
    return dict(architectures=["Gemma3ForCausalLM"], model_type="gemma3_text", hidden_activation="gelu_pytorch_tanh",
                rms_norm_eps=1e-6, attention_bias=False, sliding_window=8, max_position_embeddings=512,
                bos_token_id=2, eos_token_id=1, pad_token_id=0) | shape


def silu(architecture, kind, **shape):
    return dict(architectures=[architecture], model_type=kind, hidden_act="silu", max_position_embeddings=512,
                bos_token_id=1, eos_token_id=2) | shape


def llama(**shape):
    return silu("LlamaForCausalLM", "llama", **(dict(rms_norm_eps=1e-5, attention_bias=False, mlp_bias=False) | shape))


def qwen2(**shape):
    return silu("Qwen2ForCausalLM", "qwen2", **(dict(rms_norm_eps=1e-6, use_sliding_window=False) | shape))


def qwen3(**shape):
    return silu("Qwen3ForCausalLM", "qwen3", **(dict(rms_norm_eps=1e-6, attention_bias=False, use_sliding_window=False) | shape))


def shape(vocab, hidden, inner, layers, heads, kv, head=None):
    sizes = dict(vocab_size=vocab, hidden_size=hidden, intermediate_size=inner, num_hidden_layers=layers,
                 num_attention_heads=heads, num_key_value_heads=kv)
    return sizes | (dict(head_dim=head) if head else {})


def rope(theta, **more):
    return dict(rope_theta=theta, rope_type="default") | more


# name: (config as written, type of the file, number of files)
MODELS = {
    # Gemma 3, older spelling; the shipped pattern of five sliding layers and a full one.
    "gemma3-older": (gemma(**shape(300, 32, 28, 7, 2, 1, 10), query_pre_attn_scalar=10, rope_theta=1e6,
                           rope_local_base_freq=1e4, sliding_window_pattern=6, rope_scaling=None, torch_dtype="float32"), torch.float32, 1),
    # Gemma 3, newer spelling; heads x head_dim above hidden, score scale not that of head_dim.
    "gemma3-newer": (gemma(**shape(300, 32, 36, 4, 4, 2, 12), query_pre_attn_scalar=24, rms_norm_eps=1e-4, tie_word_embeddings=True, dtype="float32",
                           layer_types=["sliding_attention", "full_attention", "sliding_attention", "full_attention"],
                           rope_parameters=dict(full_attention=rope(5e5), sliding_attention=rope(1e4))), torch.float32, 1),
    # Odd sizes, no pattern key (six is the default, so every layer slides), bfloat16 file.
    "gemma3-odd-bf16": (gemma(**shape(301, 45, 37, 3, 3, 3, 10), query_pre_attn_scalar=10, rope_theta=1e6,
                              rope_local_base_freq=1e4, torch_dtype="bfloat16"), torch.bfloat16, 1),
    "llama-tied": (llama(**shape(320, 36, 44, 2, 6, 2), rope_theta=1e5, tie_word_embeddings=True, torch_dtype="float32"), torch.float32, 1),
    # Llama 3's rotary scaling, own head, heads x head_dim above hidden, two files with an index.
    "llama-scaled-sharded": (llama(**shape(300, 32, 40, 2, 4, 4, 10), rms_norm_eps=1e-3, rope_theta=1e4, rope_scaling=LLAMA3, tie_word_embeddings=False,
                                   torch_dtype="float32"), torch.float32, 2),
    # Odd sizes, heads x head_dim below hidden, newer spelling, float16 file, tie_word_embeddings left out (its default is false).
    "llama-odd-f16": (llama(**shape(311, 33, 47, 3, 3, 1, 10), rope_parameters=rope(1e4), dtype="float16"), torch.float16, 1),
    "qwen2-tied": (qwen2(**shape(320, 32, 44, 3, 4, 2), rope_theta=1e6, tie_word_embeddings=True, torch_dtype="float32"), torch.float32, 1),
    "qwen2-untied": (qwen2(**shape(307, 36, 50, 2, 6, 3), rope_parameters=rope(1e4), tie_word_embeddings=False, dtype="float32"), torch.float32, 1),
    "qwen3-tied": (qwen3(**shape(320, 32, 40, 2, 4, 2, 16), rope_theta=1e6, tie_word_embeddings=True, torch_dtype="float32"), torch.float32, 1),
    "qwen3-untied": (qwen3(**shape(303, 36, 47, 2, 3, 1, 14), rms_norm_eps=1e-4, rope_parameters=rope(1e6), tie_word_embeddings=False, dtype="float32"), torch.float32, 1),
}


def seed(*names):
    return int.from_bytes(hashlib.sha256("/".join(names).encode()).digest()[:6], "big")


def weights(name, config):
    """Large enough that every part matters: near-unit activations, norm weights far from their rest, logits of a few units."""
    with torch.device("meta"):
        model = AutoModelForCausalLM.from_config(AutoConfig.for_model(**config))
    gemma = config["model_type"] == "gemma3_text"
    tied = model.config.tie_word_embeddings
    out = {}
    for key, p in model.state_dict().items():
        if tied and key == "lm_head.weight":
            continue
        z = torch.empty(p.shape).normal_(generator=torch.Generator().manual_seed(seed(name, key)))
        if "norm" in key:
            z = 0.3 * z if gemma else 1 + 0.3 * z
        elif key.endswith("bias"):
            z = 0.3 * z
        elif "embed" in key or "lm_head" in key:
            z = (0.15 if gemma else 0.4) * z
        else:
            z = z / p.shape[1] ** 0.5
        out[key] = z
    return out


def save(directory, config, tensors, dtype, files):
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    (directory / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    tensors = {k: v.to(dtype).contiguous() for k, v in tensors.items()}
    if files == 1:
        save_file(tensors, directory / "model.safetensors", metadata={"format": "pt"})
        return
    names, index = sorted(tensors), {}
    for part in range(files):
        file = f"model-{part + 1:05}-of-{files:05}.safetensors"
        mine = names[part * len(names) // files:(part + 1) * len(names) // files]
        save_file({k: tensors[k] for k in mine}, directory / file, metadata={"format": "pt"})
        index |= {k: file for k in mine}
    total = sum(t.numel() * t.element_size() for t in tensors.values())
    (directory / "model.safetensors.index.json").write_text(
        json.dumps(dict(metadata=dict(total_size=total), weight_map=index), indent=2) + "\n")


def golden(name, directory):
    model, exact = load(directory), load(directory, torch.float64)
    vocab = model.config.vocab_size
    dice = random.Random(seed(name, "ids"))
    sequences, difference = [], 0.0
    for length in (48, 21, 6):
        ids = [dice.randrange(vocab) for _ in range(length)]
        rows = log_rows(model, ids)
        difference = max(difference, (rows.double() - log_rows(exact, ids)).abs().max().item())
        chosen = {48: [47], 21: [9]}.get(length, [])
        sequences.append(dict(ids=ids, logprobs=next_logprobs(rows, ids),
                              rows=[dict(position=p, logprobs=rows[p].tolist()) for p in chosen]))
    prompts = [[dice.randrange(vocab) for _ in range(7)] for _ in range(20)]
    tried = [(prompt, *greedy(model, prompt, 24)) for prompt in prompts]
    prompt, ids, margins = max((t for t in tried if min(t[2]) > 0.01), key=lambda t: len(set(t[1])))
    print(f"{name:22} f32 against f64 {difference:.1e}, {len(set(ids))} greedy ids, least margin {min(margins):.3f}, "
          f"logprobs {min(sequences[0]['logprobs']):.1f} ... {max(sequences[0]['logprobs']):.1f}")
    write(directory / "golden.json", dict(
        model=name, transformers=__version__, torch=torch.__version__, compute="float32", attention="eager",
        float64_difference=f"{difference:.1e}", sequences=sequences, greedy=dict(prompt=prompt, ids=ids, margins=margins)))


if __name__ == "__main__":
    torch.set_num_threads(1)
    for name, (config, dtype, files) in MODELS.items():
        directory = GOLDEN / "models" / name
        save(directory, config, weights(name, config), dtype, files)
        golden(name, directory)
