"""Does llama.cpp see in a GGUF (and a GGUF LoRA adapter) written by hearth what hearth sees in it?

    hearth score FILE.gguf --requests REQUESTS > SCORES
    python Tests/Golden/check_gguf.py FILE.gguf REQUESTS [SCORES] [--lora ADAPTER.gguf] [--limit 1e-3]

Requests, scores and what is printed are check_adapter.py's. llama.cpp computes with a float32 cache and without flash
attention; still it rounds activations to 8 bits before it multiplies with quantised weights, and to the file's type
with f16 and bf16 weights. Only a float32 file can be expected to agree closely (`llama-quantize --allow-requantize IN OUT
F32` makes one), and Gemma's GELU comes from a float16 table even then.
"""
import argparse
import sys

import numpy as np
from llama_cpp import GGML_TYPE_F32, Llama

from scores import check


class Witness:
    def __init__(self, path, lora=None):
        self.llama = Llama(path, n_ctx=2048, n_batch=2048, n_ubatch=2048, logits_all=True, n_threads=2, n_threads_batch=2, lora_path=lora,
                           type_k=GGML_TYPE_F32, type_v=GGML_TYPE_F32, flash_attn=False, verbose=False)

    def log_rows(self, ids):
        self.llama.reset()
        self.llama.eval(ids)
        logits = self.llama.scores[:len(ids)].astype(np.float64)
        logits -= logits.max(-1, keepdims=True)
        return logits - np.log(np.exp(logits).sum(-1, keepdims=True))

    def score(self, context, continuation):
        rows = self.log_rows(context + continuation)[len(context) - 1:-1]
        return dict(logprob=float(rows[np.arange(len(continuation)), continuation].sum()),
                    greedy=bool((rows.argmax(-1) == continuation).all()), tokens=len(continuation))


if __name__ == "__main__":
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("model")
    p.add_argument("requests")
    p.add_argument("scores", nargs="?")
    p.add_argument("--lora")
    p.add_argument("--limit", type=float, default=1e-3)
    a = p.parse_args()
    sys.exit(check(Witness(a.model, a.lora).score, a.requests, a.scores, a.limit))
