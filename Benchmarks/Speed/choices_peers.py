"""The other programs that score continuations: llama.cpp, and lm-evaluation-harness over transformers.

Both get the same GGUF's weights: llama.cpp the file, transformers a Hugging Face directory that
Tests/Golden/gguf_directory.py dequantised from it, with a tokenizer made of the file's own vocabulary.
"""

import os, pathlib, sys

THREADS = int(os.environ.get("OMP_NUM_THREADS", "2"))
# ggml's number for the type of the cache: 1 is f16, llama.cpp's default, 0 is f32.
KV = {"f16": 1, "f32": 0}[os.environ.get("LLAMA_KV", "f16")]
GOLDENS = pathlib.Path(__file__).resolve().parents[2] / "Tests/Golden/text"


def log_probability(row, token):
    import numpy
    top = row.max()
    return float(row[token]) - float(top) - float(numpy.log(numpy.exp(row - top).sum(dtype="float64")))


class Llama:
    """Continuation log-probabilities from llama.cpp, the common prefix kept in its cache, logits only where they count."""

    def __init__(self, path):
        import llama_cpp
        self.api = llama_cpp
        self.llama = llama_cpp.Llama(path, n_ctx=1024, n_batch=1024, n_threads=THREADS, n_threads_batch=THREADS,
                                     type_k=KV, type_v=KV, flash_attn=False, verbose=False)
        self.batch = llama_cpp.llama_batch_init(1024, 0, 1)
        self.kept = []

    def tokens(self, text):
        return list(self.llama.tokenize(text.encode(), add_bos=True, special=False))

    def score(self, context, continuation):
        import numpy
        stripped = context.rstrip()
        head, whole = self.tokens(stripped), self.tokens(context + continuation)
        text, first = whole[:-1], len(head) - 1
        # The last common row is computed again: its logits are needed.
        same = 0
        while same < min(len(self.kept), first) and self.kept[same] == text[same]: same += 1
        context = self.llama._ctx
        context.kv_cache_seq_rm(-1, same, -1)
        for row, token in enumerate(text[same:]):
            self.batch.token[row], self.batch.pos[row], self.batch.logits[row] = token, same + row, same + row >= first
            self.batch.n_seq_id[row], self.batch.seq_id[row][0] = 1, 0
        self.batch.n_tokens = len(text) - same
        if self.api.llama_decode(context.ctx, self.batch) != 0: raise RuntimeError("llama.cpp failed")
        self.kept = text

        def row(place):
            values = self.api.llama_get_logits_ith(context.ctx, place - same)
            return numpy.ctypeslib.as_array(values, (self.llama.n_vocab(),))

        return sum(log_probability(row(first + place), token) for place, token in enumerate(whole[len(head):]))


def tokenizer(directory, model):
    """The directory's tokenizer, or one of the GGUF's own SentencePiece vocabulary, in transformers' clothes."""
    from transformers import AutoTokenizer, PreTrainedTokenizerFast
    if (pathlib.Path(directory) / "tokenizer.json").exists(): return AutoTokenizer.from_pretrained(directory)
    sys.path.insert(0, str(GOLDENS))
    import references
    from tokenizers.processors import TemplateProcessing
    plain = references.gemma3_json(os.path.abspath(model))
    plain.post_processor = TemplateProcessing(
        single="<bos> $A", pair="<bos> $A <bos> $B", special_tokens=[("<bos>", plain.token_to_id("<bos>"))])
    return PreTrainedTokenizerFast(tokenizer_object=plain, bos_token="<bos>", eos_token="<eos>", unk_token="<unk>",
                                   pad_token="<pad>")


def harness(directory, model, dtype="float32", batch=8):
    """lm-evaluation-harness's own transformers model, on so many threads."""
    import logging, torch
    from lm_eval.models.huggingface import HFLM
    logging.getLogger("lm_eval").setLevel(logging.ERROR)
    torch.set_num_threads(THREADS)
    return HFLM(pretrained=str(directory), tokenizer=tokenizer(directory, model), device="cpu", dtype=dtype,
                batch_size=batch, max_length=2048)


class SharedPrefix:
    """lm-eval's `loglikelihood` with the rows that all texts begin with computed once, by transformers' own cache.

    This is for the figures, not for the clock: `choices.py speed` runs lm-eval as it is. Only rows that a
    continuation is judged on go through the head.
    """

    def __init__(self, peer): self.peer, self.prefix, self.cache = peer, None, None

    def rows(self, tokens, kept):
        """The last rows of logits for texts padded to one length."""
        import copy, torch
        from transformers import DynamicCache
        model, same = self.peer.model, tokens[0]
        for row in tokens[1:]: same = same[:int((same == row[:len(same)]).int().cumprod(0).sum())]
        shared = min(len(same), tokens.shape[1] - kept)
        if shared < 32: return model(tokens, logits_to_keep=kept).logits
        if self.prefix is None or not (shared >= len(self.prefix) > shared // 2
                                       and torch.equal(tokens[0][:len(self.prefix)], self.prefix)):
            self.prefix, self.cache = tokens[0][:shared], DynamicCache(config=model.config)
            model(self.prefix[None], past_key_values=self.cache, use_cache=True, logits_to_keep=1)
        cache = copy.deepcopy(self.cache)
        cache.batch_repeat_interleave(len(tokens))
        return model(tokens[:, len(self.prefix):], past_key_values=cache, use_cache=True, logits_to_keep=kept).logits

    def scores(self, pairs):
        """What lm-eval says of some pairs of context and continuation."""
        import torch
        from lm_eval.api.instance import Instance
        coded = [self.peer._encode_pair(*pair) for pair in pairs]
        spans = [len(context) + len(continuation) for context, continuation in coded]
        kept = max(spans) - min(spans) + max(len(continuation) for _, continuation in coded)
        whole, self.peer._model_call = self.peer._model_call, lambda tokens, **_: self.rows(tokens, kept)
        with torch.no_grad():
            answers = self.peer.loglikelihood(
                [Instance("loglikelihood", {}, pair, place) for place, pair in enumerate(pairs)], disable_tqdm=True)
        self.peer._model_call = whole
        return [answer[0] for answer in answers]
