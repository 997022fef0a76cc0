"""The same request with the same seed gives the same answer, alone or among 15 others.

    python crowd.py BASE_URL [COUNT]

Texts and every log-probability are compared, to the last bit.
"""

import concurrent.futures
import random
import sys

from served import MODEL, ask

BASE, COUNT = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 32


def body(seed):
    rng = random.Random(seed)
    words = "red river seven lamps over old stone bridges while quiet engines hum beneath".split()
    return {"model": MODEL, "seed": seed, "max_tokens": rng.randint(8, 60),
            "temperature": rng.choice([0, 0.8, 1.2]), "logprobs": True, "top_logprobs": 5,
            "messages": [{"role": "user", "content": " ".join(rng.choices(words, k=rng.randint(1, 120)))}]}


def answer(seed):
    reply = ask(BASE, "/v1/chat/completions", body(seed))
    assert reply.status == 200, reply.body
    choice = reply.json["choices"][0]
    return choice["message"]["content"], choice["logprobs"], choice["finish_reason"]


alone = {seed: answer(seed) for seed in range(COUNT)}
seeds = list(range(COUNT)) + [1000 + n for n in range(COUNT)]
random.Random(1).shuffle(seeds)
with concurrent.futures.ThreadPoolExecutor(16) as pool:
    crowd = dict(zip(seeds, pool.map(answer, seeds)))
different = [seed for seed in range(COUNT) if crowd[seed] != alone[seed]]
print(f"{COUNT - len(different)} of {COUNT} answers are the same, log-probabilities too")
sys.exit(1 if different else 0)
