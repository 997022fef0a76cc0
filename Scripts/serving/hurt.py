"""Tries to hurt a running Hearth server, and measures what it feels.

    python hurt.py HOST PORT PID [mutate] [slow] [leave] [soak]  [key=value …]

mutate=10000   requests with random faults, while a healthy client asks on
slow=500       connections that send a byte every two seconds
leave=1000     streams whose reader goes away in the middle
soak=20000     plain requests, for memory

Prints one line a trial: what was sent, what came back, and the healthy client's
99th percentile, descriptors and resident memory before and after. Standard
library only. Exits 1 on a 5xx, a hang, a refused healthy request, a leak, work
left behind, or (mutate) a healthy client slowed by more than a tenth: its 99th
percentile is compared with the longer one of two quiet times, before and after.
"""

import asyncio
import contextlib
import json
import os
import random
import re
import sys
import time

HOST, PORT, PID = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
SIZES = {"mutate": 10_000, "slow": 500, "leave": 1000, "soak": 20_000}
WORDS = [] if "--healthy" in sys.argv else sys.argv[4:]
for word in WORDS:
    name, _, value = word.partition("=")
    SIZES[name] = int(value) if value else SIZES[name]
TRIALS = [w.partition("=")[0] for w in WORDS] or list(SIZES)
BODY = {"model": None, "messages": [{"role": "user", "content": "hello"}], "seed": 1, "max_tokens": 4}
PACE = float(os.environ.get("HEARTH_PACE", "100"))
faults = []


def request(path="/v1/chat/completions", body=None, method="POST"):
    data = json.dumps(body).encode() if body is not None else b""
    head = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\n"
    if body is not None:
        head += f"Content-Type: application/json\r\nContent-Length: {len(data)}\r\n"
    return head.encode() + b"\r\n" + data


async def send(data, wait=15):
    """What came back, or b"" when the server just closed."""
    reader, writer = await asyncio.open_connection(HOST, PORT)
    try:
        writer.write(data)
        await writer.drain()
        return await asyncio.wait_for(reader.read(-1), wait)
    except (ConnectionError, BrokenPipeError):
        return b""
    finally:
        writer.close()


def status(answer):
    return int(answer[9:12]) if answer.startswith(b"HTTP/1.1 ") else 0


def resident():
    return next(int(l.split()[1]) for l in open(f"/proc/{PID}/status") if l.startswith("VmRSS")) / 1024


def descriptors():
    return len(os.listdir(f"/proc/{PID}/fd"))


async def healthy(model):
    """Asks for nothing special until its input ends, then tells its times and refusals."""
    times, refused, running = [], [], True
    body = {**BODY, "model": model}

    async def ask():
        while running:
            start = time.perf_counter()
            answer = await send(request(body=body))
            times.append(time.perf_counter() - start)
            if status(answer) != 200:
                refused.append(repr(answer[:80]))
            await asyncio.sleep(0.02)

    task = asyncio.create_task(ask())
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    running = False
    await task
    print(json.dumps([sorted(times)[int(len(times) * 0.99) - 1] * 1000, refused]))


class Healthy:
    """That client, in a process of its own: our own haste must not slow it down."""

    async def __aenter__(self):
        self.niceness = os.getpriority(os.PRIO_PROCESS, 0)
        self.process = await asyncio.create_subprocess_exec(
            sys.executable, __file__, HOST, str(PORT), str(PID), "--healthy", BODY["model"],
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE)
        # Who attacks has a machine of its own: here it takes what the others leave of this one.
        os.setpriority(os.PRIO_PROCESS, 0, 19)
        return self

    async def __aexit__(self, *_):
        with contextlib.suppress(PermissionError):
            os.setpriority(os.PRIO_PROCESS, 0, self.niceness)
        out, _ = await self.process.communicate(b"")
        self.p99, refused = json.loads(out)
        faults.extend(f"a healthy request got {r}" for r in refused)


def mutated(rng):
    # Nothing here asks the model for anything: what it costs is the server's own.
    data = bytearray(rng.choice([
        request(body={**BODY, "n": 0}), request(body={**BODY, "temperature": 9, "logit_bias": {"5": 1}}),
        request("/tokenize", {"model": BODY["model"], "prompt": "hello"}),
        request("/v1/completions", {"model": BODY["model"], "prompt": [-1], "stop": ["a"]}),
        request("/v1/models", method="GET"), request("/metrics", method="GET")]))
    for _ in range(rng.randint(1, 5)):
        if not data: break
        at = rng.randrange(len(data))
        match rng.randrange(7):
            case 0: data[at] = rng.randrange(256)
            case 1: del data[at]
            case 2: data.insert(at, rng.choice(b"\r\n\0 :;,{}[]\"\\\xff0"))
            case 3: data[at:at] = data[at:at + rng.randint(1, 40)]
            case 4: del data[at:at + rng.randint(1, 40)]
            case 5: data[at:at] = rng.choice([b"Content-Length: 3\r\n", b"Transfer-Encoding: chunked\r\n", b"Host: b\r\n"])
            case 6: data[at:at] = rng.choice([b"null", b"-1", b"1e999", b"[" * 50, b"\\ud800", b"\xed\xa0\x80"])
    return bytes(data)


async def mutate(count):
    rng, seen = random.Random(1), {}

    # Many are never complete and wait for the server's deadline: let them wait together.
    turns = asyncio.Semaphore(900)

    async def one(data):
        try:
            async with turns:
                code = status(await send(data))
        except asyncio.TimeoutError:
            code = -1
            faults.append("a mutated request hung")
        seen[code] = seen.get(code, 0) + 1
        if code >= 500:
            faults.append(f"{code} for {data!r}")

    tasks = []
    for _ in range(count):
        tasks.append(asyncio.create_task(one(mutated(rng))))
        # Steadily, so that both clients and the server find room on two cores.
        await asyncio.sleep(1 / PACE)
    await asyncio.gather(*tasks)
    return f"{count} mutated requests: {dict(sorted(seen.items()))}"


async def slow(count):
    async def one(opening):
        reader, writer = await asyncio.open_connection(HOST, PORT)
        start = time.perf_counter()
        writer.write(opening)
        try:
            while time.perf_counter() - start < 60:
                writer.write(b"x")
                await writer.drain()
                try:
                    if await asyncio.wait_for(reader.read(4096), 2) == b"":
                        break
                except asyncio.TimeoutError:
                    pass
        except ConnectionError:
            pass
        writer.close()
        return time.perf_counter() - start

    opening = request(body=BODY)
    times = await asyncio.gather(*(one(opening[:20] if i % 2 else opening[:-20]) for i in range(count)))
    if max(times) > 10:
        faults.append(f"a slow connection lived {max(times):.0f} s")
    return f"{count} slow connections: cut after {min(times):.1f} to {max(times):.1f} s"


async def leave(count):
    async def one():
        reader, writer = await asyncio.open_connection(HOST, PORT)
        writer.write(request(body={**BODY, "max_tokens": 200, "stream": True}))
        await reader.read(100)
        writer.transport.abort()

    for _ in range(0, count, 20):
        await asyncio.gather(*(one() for _ in range(20)))
    await asyncio.sleep(1.5)
    return f"{count} readers gone in the middle"


async def soak(count):
    start, rng = time.perf_counter(), random.Random(2)
    for number in range(0, count, 20):
        # No prompt comes twice: what the server remembers of them must not grow either.
        bodies = [{**BODY, "seed": number + i, "stream": i % 2 == 0,
                   "messages": [{"role": "user", "content": f"{rng.random()} {'word ' * rng.randint(0, 20)}"}]}
                  for i in range(20)]
        for answer in await asyncio.gather(*(send(request(body=b)) for b in bodies)):
            if status(answer) != 200:
                faults.append(f"soak: {answer[:200]}")
    return f"{count} requests: {count / (time.perf_counter() - start):.0f} a second"


async def quiet(seconds):
    """The healthy client's 99th percentile while nobody else is there, in ms."""
    async with Healthy() as alone:
        await asyncio.sleep(seconds)
    print(f"quiet: healthy p99 {alone.p99:.1f} ms")
    return alone.p99


async def left_behind():
    """Requests that are still being answered or waiting, though all who asked have gone."""
    page = (await send(request("/metrics", method="GET"))).decode()
    return sum(float(v) for v in re.findall(r"^hearth_num_requests_(?:running|waiting)\{.*\} (\S+)$", page, re.M))


async def main():
    answer = await send(request("/v1/models", method="GET"))
    BODY["model"] = json.loads(answer.split(b"\r\n\r\n", 1)[1])["data"][0]["id"]
    # Rows and scratch are taken from the system when they are first needed, for as many
    # requests at once as there are places: what grows after that is left behind.
    for _ in range(500):
        await send(request(body=BODY))
    await leave(200)
    await soak(200)
    before = await quiet(20 if "mutate" in TRIALS else 5)
    for name in TRIALS:
        memory, files = resident(), descriptors()
        async with Healthy() as healthy:
            told = await globals()[name](SIZES[name])
        await asyncio.sleep(1)
        grown = resident() - memory
        if descriptors() > files + 2:
            faults.append(f"{name}: {descriptors() - files} descriptors left behind")
        if grown > 10:
            faults.append(f"{name}: {grown:.1f} MB left behind")
        if await left_behind():
            faults.append(f"{name}: requests still at work that nobody waits for")
        print(f"{told}; healthy p99 {healthy.p99:.1f} ms; memory {memory:.1f} {grown:+.1f} MB; "
              f"descriptors {files} -> {descriptors()}", flush=True)
        if name == "mutate" and healthy.p99 > 1.1 * max(before, await quiet(20)):
            faults.append(f"the healthy client was slowed from {before:.1f} ms to {healthy.p99:.1f}")
    for fault in faults[:20]:
        print("FAULT", fault)
    sys.exit(1 if faults else 0)


asyncio.run(healthy(sys.argv[5]) if "--healthy" in sys.argv else main())
