"""Tiny GGUF files of the four families, float32, and one that holds the quantised types; checked against llama.cpp.

    HEARTH_PEERS=... python Tests/Golden/make_gguf_models.py       after make_models.py; writes Tests/Golden/gguf/

The float32 files hold the weights of models/<name>, so models/<name>/golden.json is their golden too. quants.gguf is made
by $HEARTH_PEERS/llama.cpp/bin/llama-quantize and has a golden of its own, quants.json: transformers at float32 over
weights that gguf-py dequantised. Vocabularies are made up, but whole: every byte has a token.
"""
import json
import math
import os
import random
import subprocess
import tempfile
from pathlib import Path

import torch
from gguf import GGUFReader, GGUFWriter, TokenType
from transformers import AutoConfig, __version__

from check_gguf import Witness
from gguf_directory import GEMMA, LLAMA, write_directory
from make_models import llama, seed, shape, weights
from reference import GOLDEN, load, log_rows, next_logprobs, write

PEERS = Path(os.environ.get("HEARTH_PEERS", Path.home() / ".hearth/peers"))
FILES = {"gemma3-older": "gemma3", "llama-scaled-sharded": "llama", "qwen2-tied": "qwen2", "qwen3-tied": "qwen3"}
QUANTS = llama(**shape(300, 256, 256, 1, 2, 1, 32), rope_theta=1e4, tie_word_embeddings=False)
TYPES = {"token_embd": "q5_0", "attn_q": "q4_0", "attn_k": "f16", "attn_v": "bf16", "attn_output": "q4_1", "ffn_gate": "q5_k",
         "ffn_up": "q4_k", "ffn_down": "q6_k", "output": "q5_1"}


def byte_level(count):
    """`count` pieces of a byte-level vocabulary: the bytes, pairs of letters by merges, two control tokens last."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    other = [b for b in range(256) if b not in plain]
    pieces = [chr(b) for b in plain] + [chr(256 + i) for i in range(len(other))]
    letters = ["Ġ", *"enirtsadhulcgmobwf"]
    merges = [f"{a} {b}" for a in letters for b in letters[1:]][:count - len(pieces) - 2]
    return pieces + [m.replace(" ", "") for m in merges] + ["<|im_start|>", "<|im_end|>"], merges


def sentence_pieces(count):
    """As Gemma's vocabulary is laid out: four control tokens, the bytes, pieces by falling score."""
    special = ["<pad>", "<eos>", "<bos>", "<unk>"]
    rest = ["en", "er", "ch", "de", "ie", "in", "st", "▁d", "▁de", "▁", *"enisratdhulcgmobwfkzvpüäßöjyxq", "."]
    kinds = [TokenType.CONTROL] * 3 + [TokenType.UNKNOWN] + [TokenType.BYTE] * 256 + [TokenType.NORMAL] * (count - 260)
    pieces = special + [f"<0x{b:02X}>" for b in range(256)] + rest[:count - 260]
    return pieces, [-1000.0] * 260 + [-float(i) for i in range(count - 260)], kinds


def add_vocabulary(out, architecture, count):
    if architecture == "gemma3":
        pieces, scores, kinds = sentence_pieces(count)
        out.add_tokenizer_model("llama")
        out.add_tokenizer_pre("default")
        out.add_token_scores(scores)
        bos, eos = 2, 1
    else:
        pieces, merges = byte_level(count)
        kinds = [TokenType.NORMAL] * (count - 2) + [TokenType.CONTROL] * 2
        out.add_tokenizer_model("gpt2")
        out.add_tokenizer_pre({"llama": "smollm", "qwen2": "qwen2", "qwen3": "qwen2"}[architecture])
        out.add_token_merges(merges)
        bos, eos = count - 2, count - 1
    assert len(pieces) == count == len(set(pieces))
    out.add_token_list(pieces)
    out.add_token_types(kinds)
    out.add_bos_token_id(bos)
    out.add_eos_token_id(eos)
    out.add_add_bos_token(architecture == "gemma3")
    out.add_add_space_prefix(False)


def rotary_factors(config, rope):
    """What llama.cpp divides the rotary frequencies by, for Llama 3's scaling."""
    near, far = rope["original_max_position_embeddings"] / rope["high_freq_factor"], rope["original_max_position_embeddings"] / rope["low_freq_factor"]
    for i in range(0, config.head_dim, 2):
        wave = 2 * math.pi * rope["rope_theta"] ** (i / config.head_dim)
        smooth = (rope["original_max_position_embeddings"] / wave - rope["low_freq_factor"]) / (rope["high_freq_factor"] - rope["low_freq_factor"])
        yield 1.0 if wave < near else rope["factor"] if wave > far else 1 / ((1 - smooth) / rope["factor"] + smooth)


def interleaved(w, heads):
    return w.reshape(heads, 2, w.shape[0] // heads // 2, *w.shape[1:]).transpose(1, 2).reshape(w.shape)


def write_gguf(path, architecture, config, tensors):
    out = GGUFWriter(path, architecture)
    head = getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
    rope = config.rope_parameters.get("full_attention", config.rope_parameters)
    out.add_name(path.stem)
    out.add_context_length(config.max_position_embeddings)
    out.add_embedding_length(config.hidden_size)
    out.add_feed_forward_length(config.intermediate_size)
    out.add_block_count(config.num_hidden_layers)
    out.add_head_count(config.num_attention_heads)
    out.add_head_count_kv(config.num_key_value_heads)
    out.add_key_length(head)
    out.add_value_length(head)
    out.add_layer_norm_rms_eps(config.rms_norm_eps)
    out.add_rope_freq_base(rope["rope_theta"])
    if architecture == "gemma3":
        out.add_sliding_window(config.sliding_window)
    else:
        out.add_rope_dimension_count(head)
        out.add_vocab_size(config.vocab_size)
    add_vocabulary(out, architecture, config.vocab_size)
    if rope["rope_type"] == "llama3":
        out.add_tensor("rope_freqs.weight", torch.tensor(list(rotary_factors(config, rope))).numpy())
    names = {v: k for k, v in (GEMMA if architecture == "gemma3" else LLAMA | {k: GEMMA[k] for k in ("attn_q_norm", "attn_k_norm")}).items()}
    top = {"model.embed_tokens": "token_embd", "model.norm": "output_norm", "lm_head": "output"}
    for key, w in tensors.items():
        module, part = key.rsplit(".", 1)
        if module in top:
            name = top[module]
        else:
            layer, inner = module.removeprefix("model.layers.").split(".", 1)
            name = f"blk.{layer}.{names[inner]}"
        if architecture == "gemma3" and name.endswith("norm"):
            w = w + 1
        if architecture == "llama" and name.endswith(("attn_q", "attn_k")):
            w = interleaved(w, config.num_attention_heads if name.endswith("q") else config.num_key_value_heads)
        out.add_tensor(f"{name}.{part}", w.float().contiguous().numpy())
    out.write_header_to_file()
    out.write_kv_data_to_file()
    out.write_tensors_to_file()
    out.close()


def against_llama(path, sequences):
    witness = Witness(str(path))
    return max(abs(a - b) for s in sequences for a, b in zip(next_logprobs(witness.log_rows(s["ids"]), s["ids"]), s["logprobs"]))


def tensors_of(name):
    model = load(GOLDEN / "models" / name)
    return model.config, {k: v for k, v in model.state_dict().items() if not (model.config.tie_word_embeddings and k == "lm_head.weight")}


def quantised(folder):
    config, whole = AutoConfig.for_model(**QUANTS), folder / "quants-f32.gguf"
    tensors = weights("quants", QUANTS)
    tensors["lm_head.weight"] *= 0.3  # logits of a few units at this width
    write_gguf(whole, "llama", config, tensors)
    out = GOLDEN / "gguf" / "quants.gguf"
    chosen = [word for k, v in TYPES.items() if k.startswith(("attn", "ffn")) for word in ("--tensor-type", f"{k}={v}")]
    subprocess.run([PEERS / "llama.cpp/bin/llama-quantize", "--token-embedding-type", TYPES["token_embd"], "--output-tensor-type", TYPES["output"],
                    *chosen, whole, out, "q4_0", "1"], check=True, capture_output=True)
    found = {t.name.removeprefix("blk.0.").removesuffix(".weight"): t.tensor_type.name.lower() for t in GGUFReader(out).tensors}
    assert all(found[k] == v for k, v in TYPES.items()), found
    model = load(write_directory(out, folder / "quants"))
    dice = random.Random(seed("quants"))
    sequences = []
    for length in (40, 12):
        ids = [dice.randrange(config.vocab_size) for _ in range(length)]
        sequences.append(dict(ids=ids, logprobs=next_logprobs(log_rows(model, ids), ids)))
    write(GOLDEN / "gguf/quants.json", dict(model="quants", transformers=__version__, torch=torch.__version__, compute="float32", types=found, sequences=sequences))
    again = folder / "dequantised.gguf"
    write_gguf(again, "llama", config, model.state_dict())
    print(f"quants: llama.cpp is {against_llama(out, sequences):.1e} away (8-bit activations), over the dequantised weights {against_llama(again, sequences):.1e}")


if __name__ == "__main__":
    (GOLDEN / "gguf").mkdir(exist_ok=True)
    for name, architecture in FILES.items():
        path = GOLDEN / "gguf" / f"{name}.gguf"
        write_gguf(path, architecture, *tensors_of(name))
        golden = json.loads((GOLDEN / "models" / name / "golden.json").read_text())
        print(f"{name}: llama.cpp is {against_llama(path, golden['sequences']):.1e} away")
    with tempfile.TemporaryDirectory() as folder:
        quantised(Path(folder))
