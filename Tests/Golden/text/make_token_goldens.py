"""Makes tokens_*.jsonl, or a larger random comparison that is not kept.

    python make_token_goldens.py                        the committed goldens
    python make_token_goldens.py --random 3000 OUT      text and ids of random texts for every reference;
                                                        then HEARTH_TEXT_DIFFERENTIAL=OUT swift test
                                                        --filter differential
"""
import json
import os
import sys

import references
import texts

HERE = os.path.dirname(os.path.abspath(__file__))
KEPT = {"smollm2": references.smollm2, "qwen3": references.qwen3}
ALL = KEPT | {
    "gpt-2": references.gpt2, "qwen2": references.qwen2, "llama-bpe": references.llama3,
    "gemma3.model": lambda: references.SentencePiece("gemma3/gemma3_rebuilt.spiece.model"),
    "gemma3.json": references.gemma3_json,
}


def write(file, tokenizer, lines):
    for text in lines:
        file.write(json.dumps({"text": text, "ids": references.ids(tokenizer, text)}, ensure_ascii=True,
                              separators=(",", ":")) + "\n")


def main():
    if len(sys.argv) > 1 and sys.argv[1] == "--random":
        count, out = int(sys.argv[2]), sys.argv[3]
        os.makedirs(out, exist_ok=True)
        for name, make in ALL.items():
            tokenizer = make()
            if name == "gemma3.json":
                tokenizer.save(os.path.join(out, "gemma3-tokenizer.json"))
            with open(os.path.join(out, name + ".jsonl"), "w") as file:
                write(file, tokenizer, texts.WRITTEN + texts.random_texts(count, seed=len(name)))
        return
    for name, make in KEPT.items():
        with open(os.path.join(HERE, f"tokens_{name}.jsonl"), "w") as file:
            write(file, make(), texts.WRITTEN + texts.random_texts(150, seed=2))


main()
