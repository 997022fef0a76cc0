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
    """Continuation log-probabilities from llama.cpp: what all texts begin with is computed once, logits only where they count.

    A few items are one batch, every choice a sequence of its own. That is for speed, and because a build with BLAS
    multiplies batches of 32 rows and more as f32 instead of rounding the activations to eight bits.
    """

    SEQUENCES, ROWS, LEAST = 64, 512, 32

    def __init__(self, path):
        import ctypes, llama_cpp
        self.api = api = llama_cpp
        self.quiet = api.llama_log_callback(lambda *_: None)
        api.llama_log_set(self.quiet, ctypes.c_void_p(0))
        api.llama_backend_init()
        of_model = api.llama_model_default_params()
        # Weights repacked for the quantised kernels never reach BLAS.
        of_model.use_extra_bufts = not self.whole
        self.model = api.llama_model_load_from_file(os.fspath(path).encode(), of_model)
        of_context = api.llama_context_default_params()
        of_context.n_ctx, of_context.n_seq_max, of_context.kv_unified, of_context.swa_full = 4096, self.SEQUENCES, True, True
        of_context.n_batch = of_context.n_ubatch = self.ROWS
        of_context.n_threads = of_context.n_threads_batch = THREADS
        of_context.type_k = of_context.type_v = KV
        of_context.flash_attn_type = api.LLAMA_FLASH_ATTN_TYPE_DISABLED
        self.context = api.llama_init_from_model(self.model, of_context) if self.model else None
        if not self.context: raise RuntimeError(f"llama.cpp cannot load {path}")
        self.memory, self.vocab = api.llama_get_memory(self.context), api.llama_model_get_vocab(self.model)
        self.size = api.llama_vocab_n_tokens(self.vocab)
        self.batch = api.llama_batch_init(self.ROWS, 0, self.SEQUENCES)

    @property
    def whole(self):
        """Whether this build has BLAS, and so multiplies without rounding what is multiplied."""
        import ctypes
        # llama_print_system_info tells the features of the CPU backend alone.
        find = ctypes.CDLL("libggml.so.0").ggml_backend_reg_by_name
        find.restype, find.argtypes = ctypes.c_void_p, [ctypes.c_char_p]
        return find(b"BLAS") is not None

    def tokens(self, text):
        coded = text.encode()
        found = (self.api.llama_token * (len(coded) + 8))()
        count = self.api.llama_tokenize(self.vocab, coded, len(coded), found, len(found), True, False)
        return list(found[:count])

    def decode(self, rows):
        """Rows of (token, position, sequences, is the next token's probability wanted?)."""
        for place, (token, position, sequences, wanted) in enumerate(rows):
            self.batch.token[place], self.batch.pos[place], self.batch.logits[place] = token, position, wanted
            self.batch.n_seq_id[place] = len(sequences)
            for number, sequence in enumerate(sequences): self.batch.seq_id[place][number] = sequence
        self.batch.n_tokens = len(rows)
        if self.api.llama_decode(self.context, self.batch) != 0: raise RuntimeError("llama.cpp failed")

    def scores(self, items):
        """For each item, a list of pairs of context and continuation, the list of their log-probabilities."""
        texts = [[(self.tokens(context + more), len(self.tokens(context.rstrip()))) for context, more in pairs]
                 for pairs in items]
        everything = [whole for item in texts for whole, _ in item]
        # The last row of a context is computed with the choice: its logits are wanted.
        shared = min(min(head - 1 for item in texts for _, head in item),
                     len(os.path.commonprefix([min(everything), max(everything)])))
        self.api.llama_memory_seq_rm(self.memory, -1, -1, -1)
        parts = -(-shared // self.ROWS) or 1
        for part in range(parts):
            span = range(shared * part // parts, shared * (part + 1) // parts)
            if span: self.decode([(everything[0][place], place, [0], False) for place in span])
        part, rows, judged, known = 0, [], [], []

        def finish():
            nonlocal part, rows, judged
            known.extend(self.scored(rows, judged, part))
            part, rows, judged = 0, [], []

        for item in texts:
            if part and part + len(item) >= self.SEQUENCES: finish()
            new, asked = self.planned(item, shared, part + 1, len(rows))
            if rows and len(rows) + len(new) > self.ROWS:
                finish()
                new, asked = self.planned(item, shared, 1, 0)
            if len(new) > self.ROWS: raise RuntimeError("an item is too long for this script")
            part, rows, judged = part + len(item), rows + new, judged + [asked]
        if rows: finish()
        return known

    def planned(self, item, shared, sequence, start):
        """An item's rows, what its choices begin with once, and for each choice the rows and tokens it is judged by."""
        own = range(sequence, sequence + len(item))
        for each in own:
            if shared: self.api.llama_memory_seq_cp(self.memory, 0, each, 0, shared)
        inputs = [whole[:-1] for whole, _ in item]
        common, first = len(os.path.commonprefix(inputs)), min(head for _, head in item) - 1
        rows, asked = [(inputs[0][place], place, own, place >= first) for place in range(shared, common)], []
        for each, (whole, head), text in zip(own, item, inputs):
            begin = start + len(rows)
            rows += [(text[place], place, [each], place >= head - 1) for place in range(common, len(text))]
            asked.append([(start + place - shared if place < common else begin + place - common, whole[place + 1])
                          for place in range(head - 1, len(text))])
        return rows, asked

    def scored(self, rows, judged, sequences):
        import numpy
        # The head too gets no fewer rows than BLAS takes.
        lacking = self.LEAST - sum(wanted for *_, wanted in rows)
        for place, (*row, wanted) in enumerate(rows):
            if lacking > 0 and not wanted: rows[place], lacking = (*row, True), lacking - 1
        if self.whole and lacking > 0: raise RuntimeError("too few rows for BLAS")
        self.decode(rows)

        def score(place, token):
            values = self.api.llama_get_logits_ith(self.context, place)
            return log_probability(numpy.ctypeslib.as_array(values, (self.size,)), token)

        scores = [[sum(score(*row) for row in text) for text in item] for item in judged]
        for sequence in range(1, sequences + 1): self.api.llama_memory_seq_rm(self.memory, sequence, -1, -1)
        return scores


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


def scores(peer, pairs):
    """What lm-eval says of some pairs of context and continuation."""
    from lm_eval.api.instance import Instance
    requests = [Instance("loglikelihood", {}, pair, place) for place, pair in enumerate(pairs)]
    return [answer[0] for answer in peer.loglikelihood(requests, disable_tqdm=True)]


class SharedPrefix:
    """lm-eval's `loglikelihood` with rows that texts begin with computed once, by transformers' own cache.

    What all texts begin with is kept from call to call, and what those of one call begin with is computed once
    in it. This is for the figures, not for the clock: `choices.py speed` runs lm-eval as it is. Only rows that
    a continuation is judged on go through the head.
    """

    LEAST = 32

    def __init__(self, peer): self.peer, self.prefix, self.cache = peer, None, None

    @staticmethod
    def common(one, other):
        size = min(len(one), len(other))
        return int((one[:size] == other[:size]).int().cumprod(0).sum())

    def begin(self, text):
        """Keeps the rows of a text, or of what it has in common with the text kept before."""
        from transformers import DynamicCache
        same = self.common(self.prefix, text) if self.prefix is not None else 0
        if self.prefix is not None and same == len(self.prefix): return
        self.prefix, self.cache = text[:same] if same >= self.LEAST else text, DynamicCache(config=self.peer.model.config)
        self.peer.model(self.prefix[None], past_key_values=self.cache, use_cache=True, logits_to_keep=1)

    def rows(self, tokens, kept):
        """The last rows of logits for texts padded to one length."""
        import copy
        model = self.peer.model
        shared = min([tokens.shape[1] - kept] + [self.common(tokens[0], row) for row in tokens[1:]])
        if shared < self.LEAST: return model(tokens, logits_to_keep=kept).logits
        self.begin(tokens[0][:shared])
        cache = copy.deepcopy(self.cache)
        if shared > len(self.prefix):
            model(tokens[:1, len(self.prefix):shared], past_key_values=cache, use_cache=True, logits_to_keep=1)
        cache.batch_repeat_interleave(len(tokens))
        return model(tokens[:, shared:], past_key_values=cache, use_cache=True, logits_to_keep=kept).logits

    def scores(self, pairs):
        """What lm-eval says of some pairs of context and continuation."""
        import torch
        coded = [self.peer._encode_pair(*pair) for pair in pairs]
        spans = [len(context) + len(continuation) for context, continuation in coded]
        kept = max(spans) - min(spans) + max(len(continuation) for _, continuation in coded)
        whole, self.peer._model_call = self.peer._model_call, lambda tokens, **_: self.rows(tokens, kept)
        with torch.no_grad(): answers = scores(self.peer, pairs)
        self.peer._model_call = whole
        return answers
