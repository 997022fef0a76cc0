"""Makes small.json: two tiny vocabularies trained here, in every shape of tokenizer.json that Hearth
reads, with the ids and decoded texts that Hugging Face `tokenizers` gives.

    python make_small_goldens.py

Each variant is a patch of one of the two base files.
"""
import json
import os

from tokenizers import AddedToken, Tokenizer, models, pre_tokenizers, trainers

import references
import texts

HERE = os.path.dirname(os.path.abspath(__file__))
CORPUS = texts.WRITTEN * 3 + ["die der und in zu den das nicht von sie ist des sich mit dem dass er es ein ich auf so eine"] * 9
MARKS = ["<s>", "</s>"]


def byte_level():
    result = Tokenizer(models.BPE())
    result.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    result.train_from_iterator(CORPUS, trainers.BpeTrainer(
        vocab_size=420, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), special_tokens=MARKS, show_progress=False))
    result.add_tokens([AddedToken("<tool>", normalized=False), AddedToken(" Berlin", normalized=True)])
    return json.loads(result.to_str())


def characters():
    result = Tokenizer(models.BPE(unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    result.train_from_iterator([t.replace(" ", "▁") for t in CORPUS], trainers.BpeTrainer(
        vocab_size=620, limit_alphabet=90, show_progress=False,
        special_tokens=["<unk>"] + MARKS + [f"<0x{b:02X}>" for b in range(256)]))
    file = json.loads(result.to_str())
    file["added_tokens"] = [t for t in file["added_tokens"] if not t["content"].startswith("<0x")]
    file["added_tokens"].append(dict(file["added_tokens"][0], id=len(file["model"]["vocab"]), content="<tool>", special=False))
    return file


def split(pattern):
    return {"type": "Sequence", "pretokenizers": [
        {"type": "Split", "pattern": {"Regex": pattern}, "behavior": "Isolated", "invert": False},
        {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": False}]}


def metaspace(scheme, split):
    return {"type": "Metaspace", "replacement": "▁", "prepend_scheme": scheme, "split": split}


BYTE_LEVEL = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}
DECODER = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}
REPLACE = {"type": "Replace", "pattern": {"String": " "}, "content": "▁"}
BACK = [{"type": "Replace", "pattern": {"String": "▁"}, "content": " "}, {"type": "ByteFallback"}, {"type": "Fuse"}]
STRIP = {"type": "Strip", "content": " ", "start": 1, "stop": 0}
PREFIXED = {"type": "Sequence", "decoders": BACK + [STRIP]}

VARIANTS = {
    "gpt2": ("bytes", {"pre_tokenizer": BYTE_LEVEL, "decoder": DECODER}),
    "smollm": ("bytes", {"pre_tokenizer": {"type": "Sequence", "pretokenizers": [
        {"type": "Digits", "individual_digits": True}, BYTE_LEVEL]}, "decoder": DECODER}),
    "qwen": ("bytes", {"normalizer": {"type": "NFC"}, "pre_tokenizer": split(references.LINES % r"\p{N}"), "decoder": DECODER}),
    "llama3": ("bytes", {"pre_tokenizer": split(references.LINES % r"\p{N}{1,3}"), "decoder": DECODER,
                         "model.ignore_merges": True}),
    "gemma": ("characters", {"normalizer": REPLACE, "decoder": {"type": "Sequence", "decoders": BACK}, "pre_tokenizer": {
        "type": "Split", "pattern": {"String": " "}, "behavior": "MergedWithPrevious", "invert": False}}),
    "llama2": ("characters", {"decoder": PREFIXED, "normalizer": {"type": "Sequence", "normalizers": [
        {"type": "Prepend", "prepend": "▁"}, REPLACE]}}),
    "metaspace first": ("characters", {"pre_tokenizer": metaspace("first", False), "decoder": PREFIXED}),
    "metaspace always": ("characters", {"pre_tokenizer": metaspace("always", True), "decoder": PREFIXED}),
    "no bytes": ("characters", {"normalizer": REPLACE, "decoder": {"type": "Sequence", "decoders": BACK},
                                "model.byte_fallback": False}),
}


def main():
    bases = {"bytes": byte_level(), "characters": characters()}
    out = {"bases": bases, "variants": []}
    for name, (base, patch) in VARIANTS.items():
        file = json.loads(json.dumps(bases[base]))
        for key, value in patch.items():
            if key.startswith("model."):
                file["model"][key[6:]] = value
            else:
                file[key] = value
        tokenizer = Tokenizer.from_str(json.dumps(file))
        vectors = []
        for text in texts.WRITTEN[::3] + texts.random_texts(30, seed=len(name)) + ["Berlin <tool> <s>a</s> in  Berlin  x"]:
            tokenizer.encode_special_tokens = True
            plain = tokenizer.encode(text, add_special_tokens=False).ids
            tokenizer.encode_special_tokens = False
            parsed = tokenizer.encode(text, add_special_tokens=False).ids
            vectors.append([text, plain, parsed, tokenizer.decode(plain)])
        out["variants"].append({"name": name, "base": base, "patch": patch, "vectors": vectors})
    with open(os.path.join(HERE, "small.json"), "w") as file:
        json.dump(out, file, separators=(",", ":"))


main()
