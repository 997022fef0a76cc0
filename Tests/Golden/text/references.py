"""Tokenizers of other programs over the vocabularies in ../shared, to compare with.

Everything here is built from public files: Hugging Face `tokenizers` over a GGUF's own
tokens and merges with the published pre-tokenizer of its family, Qwen's own
tokenizer.json, and the sentencepiece package over a SentencePiece model.
"""
import os

import gguf
import sentencepiece
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers

DATA = os.path.join(
    os.environ.get("HEARTH_SHARED", os.path.join(os.path.dirname(__file__), "../../../../shared")),
    "data/tokenizers")

LINES = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|%s| ?[^\s\p{L}\p{N}]+[\r\n]*"
         r"|\s*[\r\n]+|\s+(?!\S)|\s+")
NORMAL, CONTROL, USER_DEFINED, BYTE = 1, 3, 4, 6


def path(name):
    return os.path.join(DATA, name)


def gguf_lists(name):
    """Tokens, kinds, scores and merges of a GGUF vocabulary."""
    fields = gguf.GGUFReader(path(name)).fields

    def strings(key):
        field = fields.get(key)
        return [bytes(field.parts[i]).decode() for i in field.data] if field else []

    def numbers(key):
        field = fields.get(key)
        return [field.parts[i][0].item() for i in field.data] if field else []

    return (strings("tokenizer.ggml.tokens"), numbers("tokenizer.ggml.token_type"),
            numbers("tokenizer.ggml.scores"), strings("tokenizer.ggml.merges"))


def byte_level(name, pre, ignore_merges=False):
    """A byte-level tokenizer over a GGUF's vocabulary, specials switched off in text."""
    tokens, kinds, _, merges = gguf_lists(name)
    vocab = {token: index for index, token in enumerate(tokens)}
    result = Tokenizer(models.BPE(
        vocab=vocab, merges=[tuple(m.split(" ")) for m in merges], ignore_merges=ignore_merges))
    result.pre_tokenizer = pre
    result.decoder = decoders.ByteLevel()
    result.add_special_tokens([t for t, k in zip(tokens, kinds) if k == CONTROL])
    result.add_tokens([AddedToken(t, normalized=False) for t, k in zip(tokens, kinds) if k == USER_DEFINED])
    result.encode_special_tokens = True
    return result


def split(pattern):
    return pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(pattern), "isolated"),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])


def smollm2():
    return byte_level("smollm2/smollm2-135m-instruct-vocab-only.gguf", pre_tokenizers.Sequence([
        pre_tokenizers.Digits(individual_digits=True),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)]))


def gpt2():
    return byte_level("llama_cpp_vocab/ggml-vocab-gpt-2.gguf",
                      pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True))


def qwen2():
    return byte_level("llama_cpp_vocab/ggml-vocab-qwen2.gguf", split(LINES % r"\p{N}"))


def llama3():
    return byte_level("llama_cpp_vocab/ggml-vocab-llama-bpe.gguf", split(LINES % r"\p{N}{1,3}"), True)


def qwen3():
    result = Tokenizer.from_file(path("qwen3/tokenizer.json"))
    result.encode_special_tokens = True
    return result


def gemma3_json(name="gemma3/gemma3-270m-vocab-only.gguf"):
    """A tokenizer.json for Gemma's vocabulary, merges derived from the scores as
    Hugging Face's converter does: every way to cut a piece into two pieces, best first."""
    tokens, kinds, scores, _ = gguf_lists(name)
    vocab = {token: index for index, token in enumerate(tokens)}
    merges = []
    for token, kind, score in zip(tokens, kinds, scores):
        if kind != NORMAL:
            continue
        cuts = [(token[:i], token[i:]) for i in range(1, len(token))]
        cuts = [c for c in cuts if c[0] in vocab and c[1] in vocab]
        merges += [(score, c) for c in sorted(cuts, key=lambda c: (vocab[c[0]], vocab[c[1]]))]
    merges.sort(key=lambda m: m[0], reverse=True)
    result = Tokenizer(models.BPE(
        vocab=vocab, merges=[m for _, m in merges], unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    result.normalizer = normalizers.Replace(" ", "▁")
    result.pre_tokenizer = pre_tokenizers.Split(" ", "merged_with_previous")
    result.decoder = decoders.Sequence(
        [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()])
    result.add_special_tokens([t for t, k in zip(tokens, kinds) if k == CONTROL])
    result.add_tokens([AddedToken(t, normalized=False) for t, k in zip(tokens, kinds) if k == USER_DEFINED])
    result.encode_special_tokens = True
    return result


class SentencePiece:
    """The sentencepiece package with the face of a `tokenizers` tokenizer."""

    def __init__(self, name):
        self.model = sentencepiece.SentencePieceProcessor(model_file=path(name))

    def ids(self, text):
        return self.model.encode(text)


def ids(tokenizer, text):
    if isinstance(tokenizer, SentencePiece):
        return tokenizer.ids(text)
    return tokenizer.encode(text, add_special_tokens=False).ids
