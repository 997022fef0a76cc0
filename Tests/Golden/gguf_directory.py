"""A GGUF, dequantised, as a Hugging Face directory: the same numbers for transformers, PEFT and lm-eval.

    python Tests/Golden/gguf_directory.py MODEL.gguf OUT [float32|bfloat16|float16]

Reads Llama-shaped and Gemma 3 files. Undoes what the conversion to GGUF did: Llama's interleaved q and k rows, Gemma's
norm weights with 1 added. SmolLM2's tokenizer goes along as tokenizer.json.
"""
import json
import sys
from pathlib import Path

import numpy as np
import torch
from gguf import GGUFReader, dequantize
from safetensors.torch import save_file

LLAMA = {"attn_q": "self_attn.q_proj", "attn_k": "self_attn.k_proj", "attn_v": "self_attn.v_proj",
         "attn_output": "self_attn.o_proj", "attn_norm": "input_layernorm", "ffn_norm": "post_attention_layernorm",
         "ffn_gate": "mlp.gate_proj", "ffn_up": "mlp.up_proj", "ffn_down": "mlp.down_proj"}
GEMMA = LLAMA | {"attn_q_norm": "self_attn.q_norm", "attn_k_norm": "self_attn.k_norm",
                 "post_attention_norm": "post_attention_layernorm", "ffn_norm": "pre_feedforward_layernorm",
                 "post_ffw_norm": "post_feedforward_layernorm"}


class Source:
    def __init__(self, path):
        self.reader = GGUFReader(path)
        self.architecture = self.field("general.architecture")
        self.tensors = {t.name: t for t in self.reader.tensors}

    def field(self, key, default=None):
        found = self.reader.fields.get(key)
        return default if found is None else found.contents()

    def own(self, key, default=None):
        return self.field(f"{self.architecture}.{key}", default)

    def tensor(self, name):
        t = self.tensors[name]
        values = np.array(dequantize(t.data, t.tensor_type), dtype=np.float32)
        return torch.from_numpy(values).reshape([int(n) for n in reversed(t.shape)])

    def config(self):
        gemma = self.architecture == "gemma3"
        heads = self.own("attention.head_count")
        config = dict(
            architectures=["Gemma3ForCausalLM" if gemma else "LlamaForCausalLM"],
            model_type="gemma3_text" if gemma else "llama",
            vocab_size=int(self.tensors["token_embd.weight"].shape[1]), hidden_size=self.own("embedding_length"),
            intermediate_size=self.own("feed_forward_length"), num_hidden_layers=self.own("block_count"),
            num_attention_heads=heads, num_key_value_heads=self.own("attention.head_count_kv"),
            head_dim=self.own("attention.key_length", self.own("embedding_length") // heads),
            max_position_embeddings=self.own("context_length"), rope_theta=self.own("rope.freq_base"),
            rms_norm_eps=float(f"{self.own('attention.layer_norm_rms_epsilon'):.3g}"), attention_bias=False,
            tie_word_embeddings="output.weight" not in self.tensors,
            bos_token_id=self.field("tokenizer.ggml.bos_token_id"), eos_token_id=self.field("tokenizer.ggml.eos_token_id"),
            pad_token_id=self.field("tokenizer.ggml.padding_token_id"))
        if gemma:
            config |= dict(hidden_activation="gelu_pytorch_tanh", query_pre_attn_scalar=config["head_dim"],
                           sliding_window=self.own("attention.sliding_window"), sliding_window_pattern=6,
                           rope_local_base_freq=10000.0)
        else:
            config |= dict(hidden_act="silu", mlp_bias=False)
        return config

    def weights(self, config):
        gemma = self.architecture == "gemma3"
        out = {"model.embed_tokens.weight": self.tensor("token_embd.weight"), "model.norm.weight": self.tensor("output_norm.weight")}
        if not config["tie_word_embeddings"]:
            out["lm_head.weight"] = self.tensor("output.weight")
        for layer in range(config["num_hidden_layers"]):
            for theirs, name in (GEMMA if gemma else LLAMA).items():
                w = self.tensor(f"blk.{layer}.{theirs}.weight")
                if not gemma and theirs in ("attn_q", "attn_k"):
                    heads = config["num_attention_heads" if theirs == "attn_q" else "num_key_value_heads"]
                    w = w.reshape(heads, w.shape[0] // heads // 2, 2, w.shape[1]).transpose(1, 2).reshape(w.shape)
                out[f"model.layers.{layer}.{name}.weight"] = w
        return {k: v - 1 if gemma and "norm" in k else v for k, v in out.items()}

    def bpe(self):
        """SmolLM2's byte-level BPE as a `tokenizers` object."""
        from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
        pieces, kinds = self.field("tokenizer.ggml.tokens"), self.field("tokenizer.ggml.token_type")
        merges = [tuple(m.split(" ")) for m in self.field("tokenizer.ggml.merges")]
        t = Tokenizer(models.BPE(vocab={p: i for i, p in enumerate(pieces)}, merges=merges))
        t.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.Digits(individual_digits=True),
                                                   pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)])
        t.decoder = decoders.ByteLevel()
        t.add_special_tokens([AddedToken(p, special=True, normalized=False) for p, k in zip(pieces, kinds) if k == 3])
        return t


def write_directory(gguf, out, dtype=torch.float32):
    """Writes `out` unless it is whole already, and returns it."""
    source, out = Source(gguf), Path(out)
    if (out / "config.json").exists():
        return out
    out.mkdir(parents=True, exist_ok=True)
    config = source.config()
    save_file({k: v.to(dtype).contiguous() for k, v in source.weights(config).items()}, out / "model.safetensors", metadata={"format": "pt"})
    if source.field("tokenizer.ggml.pre") == "smollm":
        source.bpe().save(str(out / "tokenizer.json"))
        names = source.field("tokenizer.ggml.tokens")
        settings = dict(tokenizer_class="PreTrainedTokenizerFast", model_max_length=config["max_position_embeddings"],
                        chat_template=source.field("tokenizer.chat_template"), clean_up_tokenization_spaces=False)
        settings |= {f"{k}_token": names[config[f"{k}_token_id"]] for k in ("bos", "eos", "pad") if config[f"{k}_token_id"] is not None}
        (out / "tokenizer_config.json").write_text(json.dumps(settings, indent=2) + "\n")
    (out / "config.json").write_text(json.dumps(config | dict(torch_dtype=str(dtype).removeprefix("torch.")), indent=2) + "\n")
    return out


if __name__ == "__main__":
    print(write_directory(sys.argv[1], sys.argv[2], getattr(torch, sys.argv[3] if len(sys.argv) > 3 else "float32")))
