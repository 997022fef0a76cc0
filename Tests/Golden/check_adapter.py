"""Does PEFT see in an adapter written by hearth what hearth sees in it?

    hearth score MODEL_DIR --adapter ADAPTER_DIR --requests REQUESTS > SCORES
    python Tests/Golden/check_adapter.py ADAPTER_DIR MODEL_DIR REQUESTS [SCORES]

REQUESTS: {"context_ids": [...], "continuation_ids": [...]} a line. SCORES: {"logprob", "greedy", "tokens"} a line, in the
same order; without it the requests carry "logprob" themselves, or PEFT's scores are printed in the same form instead.
Prints the largest difference and the largest difference a token, and exits with 1 if any score is more than 1e-4 a token
away. ADAPTER_DIR may be `-`: MODEL_DIR alone, say a merged one.
"""
import sys

import torch
from peft import PeftModel

from reference import load, log_rows
from scores import check


def main(adapter, directory, requests, scores=None):
    model = load(directory)
    if adapter != "-":
        model = PeftModel.from_pretrained(model, adapter).eval()

    def score(context, continuation):
        rows = log_rows(model, context + continuation)[len(context) - 1:-1]
        wanted = torch.tensor(continuation)
        return dict(logprob=rows.gather(1, wanted[:, None]).double().sum().item(),
                    greedy=bool((rows.argmax(-1) == wanted).all()), tokens=len(continuation))

    return check(score, requests, scores, 1e-4)


if __name__ == "__main__":
    if len(sys.argv) not in (4, 5):
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
