"""Bodies that have hurt other servers: each is refused at once, and the model never hears of it.

    python abuse.py BASE_URL [-v]

Right is a 4xx in OpenAI's error shape in under 50 ms (bodies above 1 MB are measured
from their last byte), with no token read or written meanwhile.
"""

import http.client
import json
import sys
import time
import urllib.parse

from served import MODEL, ask, metric

BASE = sys.argv[1]
URL = urllib.parse.urlsplit(BASE)
MESSAGES = [{"role": "user", "content": "hello"}]
CHAT = {"model": MODEL, "messages": MESSAGES}


def chat(**more): return "/v1/chat/completions", json.dumps({**CHAT, **more}).encode()
def raw(text, path="/v1/chat/completions"): return path, text if isinstance(text, bytes) else text.encode()
def said(**message): return chat(messages=[message])
def schema(value): return chat(response_format={"type": "json_schema", "json_schema": {"name": "s", "schema": value}})


def more(text): return raw(json.dumps(CHAT)[:-1] + "," + text + "}")


def nested(depth):
    return more('"response_format":{"type":"json_schema","json_schema":{"name":"s","schema":'
                + '{"type":"object","properties":{"a":' * depth + "true" + "}}" * depth + "}}")


BODIES = {
    **{f"{name} = {text}": more(f'"{name}":{text}')
       for name in ("n", "max_tokens", "temperature", "top_p", "top_k", "seed", "presence_penalty", "min_p")
       for text in ("1e308", "18446744073709551616", '"7"', "[1]", "NaN", "1e999")},
    "n = 0": chat(n=0), "n = -1": chat(n=-1), "n = 1,000,000": chat(n=1_000_000), "n = 9": chat(n=9),
    "best_of": raw(json.dumps({"model": MODEL, "prompt": "a", "best_of": 10_000}), "/v1/completions"),
    "max_tokens = -1": chat(max_tokens=-1), "max_tokens = 0": chat(max_tokens=0),
    "temperature = -0.1": chat(temperature=-0.1), "top_p = 1.1": chat(top_p=1.1), "top_k = -2": chat(top_k=-2),
    "top_logprobs = 10,000": chat(logprobs=True, top_logprobs=10_000),
    "empty prompt": raw(json.dumps({"model": MODEL, "prompt": ""}), "/v1/completions"),
    "no prompts": raw(json.dumps({"model": MODEL, "prompt": []}), "/v1/completions"),
    "token ids beyond": raw(json.dumps({"model": MODEL, "prompt": [1 << 40]}), "/v1/completions"),
    "negative token ids": raw(json.dumps({"model": MODEL, "prompt": [-1]}), "/v1/completions"),
    "negative n_discard": chat(n_discard=-1), "unknown field": chat(surprise=1),
    "template in the request": chat(chat_template="{{ x }}"),
    "template arguments": chat(chat_template_kwargs={"a": 1}),
    "guided grammar": chat(guided_grammar="root ::= " + "(" * 60_000), "guided regex": chat(guided_regex="(a+)+$"),
    "picture": said(role="user", content=[{"type": "image_url", "image_url": {"url": "http://169.254.169.254/"}}]),
    "file": said(role="user", content=[{"type": "file", "file": {"file_data": "file:///etc/passwd"}}]),
    "sound": said(role="user", content=[{"type": "input_audio", "input_audio": {"data": ""}}]),
    "unknown role": said(role="root", content="a"), "no content": said(role="user"), "no role": said(content="a"),
    "content a number": said(role="user", content=5), "no messages": chat(messages=[]),
    "messages a string": chat(messages="hello"), "messages null": chat(messages=None),
    "a million messages": raw(b'{"model":"m","messages":[' + b"5," * 1_000_000 + b"5]}"),
    "model a path": chat(model="../../../etc/passwd"), "model with NUL": chat(model="a\0b"),
    "model very long": chat(model="m" * 100_000), "model null": chat(model=None),
    "stop of 100,000": chat(stop=["x"] * 100_000), "stop empty": chat(stop=""), "stop long": chat(stop="x" * 100_000),
    "logit_bias of a million": raw(b'{"model":"m","messages":[],"logit_bias":{'
                                   + b",".join(b'"%d":1' % i for i in range(300_000)) + b"}}"),
    "logit_bias of words": chat(logit_bias={"a": 1}), "logit_bias too strong": chat(logit_bias={"5": 1e9}),
    "tools an object": chat(tools={}), "tools a thousand": chat(tools=[{"type": "function"}] * 1000),
    "tool_choice without tools": chat(tool_choice="required"),
    "tool with a path for a name": chat(tools=[{"type": "function", "function": {"name": "../x"}}]),
    "schema nested 500 deep": nested(500), "schema of 50,000 parts": schema({"enum": list(range(50_000))}),
    "schema that is itself": schema({"$ref": "#"}),
    "schema from elsewhere": schema({"$ref": "http://169.254.169.254/s"}),
    "schema of a file": schema({"$ref": "file:///etc/passwd"}),
    "pattern that backtracks": schema({"type": "string", "pattern": "(a*)*b"}),
    "pattern of 60,000 groups": schema({"type": "string", "pattern": "(" * 60_000 + ")" * 60_000}),
    "pattern that counts counts": schema({"type": "string", "pattern": "((a{1,999}){1,999}){1,999}"}),
    "pattern that looks ahead": schema({"type": "string", "pattern": "(?=a)b"}),
    "unknown keyword": schema({"type": "string", "minimun": 1}), "type unknown": schema({"type": "text"}),
    "nothing allowed": schema(False), "schema a number": schema(5),
    "minLength beyond": schema({"type": "string", "minLength": 1 << 62}),
    "maxItems negative": schema({"type": "array", "maxItems": -1}),
    "anyOf that grows": schema({"allOf": [{"anyOf": [{"type": "object", "properties": {f"p{i}{j}": {}}}
                                           for j in range(20)]} for i in range(10)]}),
    "nothing": raw(""), "null": raw("null"), "a list": raw("[]"), "a string": raw('"x"'), "half": raw('{"model":'),
    "two values": raw("{}{}"), "a key twice": raw('{"model":"a","model":"b","messages":[]}'),
    "a million brackets": raw("[" * 1_000_000), "a million objects": raw('{"a":' * 500_000),
    "bad UTF-8": raw(b'{"model":"\xff\xfe"}'), "half a surrogate": raw('{"model":"\\ud800"}'),
    "UTF-16": raw('{"model":"m"}'.encode("utf-16")), "byte order mark": raw(b"\xef\xbb\xbf{}"),
    "raw NUL": raw(b'{"model":"a\0b"}'), "comment": raw('{"model":"m"/*x*/}'), "comma too many": raw('{"model":"m",}'),
    "number of a million digits": raw(b'{"n":' + b"1" * 1_000_000 + b"}"),
    "prompt beyond the context": raw(json.dumps({"model": MODEL, "prompt": [5] * 100_000}), "/v1/completions"),
    "text beyond the context": said(role="user", content="word " * 20_000),
    "embeddings of nothing": raw(json.dumps({"model": MODEL, "input": []}), "/v1/embeddings"),
    "responses with a past": raw(json.dumps({"model": MODEL, "input": "a", "previous_response_id": "x"}), "/v1/responses"),
    "adapter by a path": raw(json.dumps({"lora_name": "../../etc"}), "/v1/load_lora_adapter"),
    "100 MB": ("/v1/chat/completions", b'{"model":"' + b"m" * (100 << 20) + b'"}'),
}


def send(path, body):
    """Sends all but the last byte, waits for that to arrive, then measures."""
    connection = http.client.HTTPConnection(URL.hostname, URL.port, timeout=30)
    connection.putrequest("POST", path)
    connection.putheader("Content-Type", "application/json")
    connection.putheader("Content-Length", str(len(body)))
    connection.endheaders()
    start = time.perf_counter()
    try:
        if len(body) > 1 << 20:
            connection.send(body[:-1])
            time.sleep(0.2)
            start = time.perf_counter()
            body = body[-1:]
        connection.send(body)
    except OSError:
        pass
    reply = connection.getresponse()
    content = reply.read()
    seconds = time.perf_counter() - start
    connection.close()
    return reply.status, content, seconds


before = [metric(BASE, name) for name in ("prompt_tokens_total", "generation_tokens_total")]
faults, times = [], []
for name, (path, body) in BODIES.items():
    try:
        status, content, seconds = send(path, body)
        error = json.loads(content)["error"]
        shaped = set(error) == {"message", "type", "param", "code"} and isinstance(error["message"], str)
    except Exception as problem:
        faults.append(f"{name}: {type(problem).__name__} {problem}")
        continue
    times.append(seconds * 1000)
    if not 400 <= status < 500 or not shaped or seconds > 0.05:
        faults.append(f"{name}: {status} {content[:120]!r} after {seconds * 1000:.0f} ms")
    elif "-v" in sys.argv:
        print(f"{status} {seconds * 1000:5.1f} ms {name}: {error['message'][:100]}")
woken = [metric(BASE, name) for name in ("prompt_tokens_total", "generation_tokens_total")] != before
for fault in faults + ["the engine was woken"] * woken:
    print("FAULT", fault)
print(f"{len(BODIES) - len(faults)} of {len(BODIES)} bodies refused in OpenAI's shape, the slowest after {max(times):.0f} ms; "
      f"the engine was {'woken' if woken else 'not woken'}")
sys.exit(1 if faults or woken else 0)
