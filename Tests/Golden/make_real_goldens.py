"""What transformers computes at float32 from the dequantised SmolLM2-135M-Instruct and Gemma 3 270M.

    python Tests/Golden/make_real_goldens.py [smollm2-135m-instruct] [gemma-3-270m]

reads $HEARTH_HOME/models/<name>.gguf (default ~/.hearth), keeps Hugging Face directories as $HEARTH_PEERS/hf/<name>-f32
and -bf16 (default ~/.hearth/peers), and writes Tests/Golden/real/<name>.json. The texts and prompts are in texts.json.
SmolLM2's prompts stand in its chat turn, Gemma's (a base model) are continued as they are.
"""
import hashlib
import json
import os
import sys
from pathlib import Path

import torch
from transformers import __version__

from gguf_directory import Source, write_directory
from reference import GOLDEN, greedy, load, log_rows, next_logprobs, write

HOME = Path(os.environ.get("HEARTH_HOME", Path.home() / ".hearth"))
PEERS = Path(os.environ.get("HEARTH_PEERS", Path.home() / ".hearth/peers"))


def sentencepiece_of(source):
    """Gemma's SentencePiece model, rebuilt from the vocabulary in the GGUF: BPE, byte fallback, identity normaliser.

    Its verbatim pieces (type 4) hold plain spaces, which SentencePiece has escaped before it looks for them.
    """
    from sentencepiece import SentencePieceProcessor, sentencepiece_model_pb2 as pb
    model = pb.ModelProto()
    model.trainer_spec.model_type = pb.TrainerSpec.BPE
    model.trainer_spec.byte_fallback = True
    model.trainer_spec.unk_id, model.trainer_spec.bos_id, model.trainer_spec.eos_id, model.trainer_spec.pad_id = 3, 2, 1, 0
    model.normalizer_spec.name = "identity"
    model.normalizer_spec.add_dummy_prefix = model.normalizer_spec.remove_extra_whitespaces = False
    model.normalizer_spec.escape_whitespaces = True
    fields = (source.field(f"tokenizer.ggml.{k}") for k in ("tokens", "scores", "token_type"))
    for piece, score, type_ in zip(*fields):
        model.pieces.add(piece=piece.replace(" ", "\u2581") if type_ == 4 else piece, score=score, type=type_)
    return SentencePieceProcessor(model_proto=model.SerializeToString())


class Words:
    """Text to complete ids, and back."""

    def __init__(self, source):
        self.gemma = source.architecture == "gemma3"
        self.inner = sentencepiece_of(source) if self.gemma else source.bpe()

    def ids(self, text):
        return [2] + self.inner.encode(text) if self.gemma else self.inner.encode(text).ids

    def prompt(self, text):
        turn = text if self.gemma else f"<|im_start|>user\n{text}<|im_end|>\n<|im_start|>assistant\n"
        return turn, self.ids(turn)

    def text(self, ids):
        return self.inner.decode(ids) if self.gemma else self.inner.decode(ids, skip_special_tokens=False)


def golden(name):
    gguf = HOME / "models" / f"{name}.gguf"
    source = Source(gguf)
    words = Words(source)
    directory = write_directory(gguf, PEERS / "hf" / f"{name}-f32")
    write_directory(gguf, PEERS / "hf" / f"{name}-bf16", torch.bfloat16)
    model, exact = load(directory), load(directory, torch.float64)
    said = json.loads((GOLDEN / "texts.json").read_text())
    texts, difference = [], 0.0
    for language, text in said["texts"]:
        ids = words.ids(text)
        rows = log_rows(model, ids)
        ours = next_logprobs(rows, ids)
        if len(texts) % 4 == 0:  # slow, and five texts say enough
            truth = next_logprobs(log_rows(exact, ids), ids)
            difference = max(difference, max(abs(a - b) for a, b in zip(ours, truth)))
        texts.append(dict(language=language, text=text, ids=ids, logprobs=ours))
    del exact
    ids = [i for t in texts for i in t["ids"]]
    ids = ids[:900] + ids[:100]
    long = dict(ids=ids, first=len(ids) - 101, logprobs=next_logprobs(log_rows(model, ids), ids)[-100:])
    turns = []
    for language, asked in said["prompts"]:
        prompt, ids = words.prompt(asked)
        answer, margins = greedy(model, ids, 48)
        turns.append(dict(language=language, prompt_text=prompt, prompt=ids, ids=answer, margins=margins, text=words.text(answer)))
        print(language, repr(prompt[-40:]), "→", repr(turns[-1]["text"][:70]))
    lengths = [len(t["ids"]) for t in texts]
    least = min(m for t in turns for m in t["margins"])
    print(f"{name}: texts of {min(lengths)} to {max(lengths)} tokens, f32 against f64 {difference:.1e}, least greedy margin {least:.4f}")
    write(GOLDEN / "real" / f"{name}.json", dict(
        model=name, gguf_sha256=hashlib.sha256(gguf.read_bytes()).hexdigest(), transformers=__version__, torch=torch.__version__,
        compute="float32", attention="eager", float64_difference=f"{difference:.1e}", texts=texts, long=long, greedy=turns))


if __name__ == "__main__":
    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", 2)))
    for name in sys.argv[1:] or ["smollm2-135m-instruct", "gemma-3-270m"]:
        golden(name)
