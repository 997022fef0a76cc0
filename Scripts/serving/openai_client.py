"""Asks a Hearth server everything OpenAI's own Python client can ask.

    python openai_client.py BASE_URL KEY [OPENAPI_JSON]

Works against any model: it checks shapes and that streamed and whole answers
agree, not what is said. With OpenAI's OpenAPI document, every whole reply and
every chunk is validated against its schema. Prints one line a check; exits 1
when one fails.
"""

import asyncio
import json
import sys
import typing
import urllib.request

import openai
import pydantic

BASE, KEY = sys.argv[1], sys.argv[2]
SPEC = json.load(open(sys.argv[3])) if len(sys.argv) > 3 else None
client = openai.OpenAI(base_url=BASE + "/v1", api_key=KEY, max_retries=0)
MODEL = client.models.list().data[0].id
HELLO = [{"role": "user", "content": "Say hello."}]
TOOL = {
    "type": "function",
    "function": {
        "name": "weather",
        "description": "The weather in a city.",
        "parameters": {
            "type": "object",
            "properties": {"city": {"type": "string"}},
            "required": ["city"],
            "additionalProperties": False,
        },
    },
}
SCHEMA = {
    "type": "object",
    "properties": {"a": {"type": "integer"}},
    "required": ["a"],
    "additionalProperties": False,
}
checks, failures, validated = [], [], 0


def widened(schema):
    """The document writes `nullable` as OpenAPI 3.0 did; JSON Schema needs a type."""
    if isinstance(schema, list):
        return [widened(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {key: widened(value) for key, value in schema.items()}
    return {"anyOf": [inner, {"type": "null"}]} if schema.get("nullable") is True else inner


def check(function):
    checks.append(function)
    return function


def validate(name, value):
    """Holds a reply against the schema OpenAI publishes for it."""
    global validated
    if SPEC is None:
        return
    import jsonschema

    if "widened" not in SPEC:
        SPEC["widened"] = widened(SPEC["components"])
    schema = {"$ref": f"#/components/schemas/{name}", "components": SPEC["widened"]}
    jsonschema.Draft202012Validator(schema).validate(value)
    validated += 1


def post(path, body):
    headers = {"Authorization": "Bearer " + KEY, "Content-Type": "application/json"}
    request = urllib.request.Request(BASE + path, json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request, timeout=120) as reply:
        return reply.read().decode()


def events(path, body):
    lines = post(path, {**body, "stream": True}).split("\n")
    return [json.loads(line[6:]) for line in lines if line.startswith("data: ") and line != "data: [DONE]"]


@check
def models():
    listed = client.models.list().data
    assert client.models.retrieve(listed[0].id).id == listed[0].id
    for model in listed:
        validate("Model", model.model_dump(exclude_unset=True))


@check
def chat():
    body = dict(model=MODEL, messages=HELLO, seed=1, max_completion_tokens=20)
    whole = client.chat.completions.create(**body)
    assert whole.choices[0].message.role == "assistant"
    assert whole.usage.total_tokens == whole.usage.prompt_tokens + whole.usage.completion_tokens
    validate("CreateChatCompletionResponse", json.loads(post("/v1/chat/completions", body)))
    for chunk in events("/v1/chat/completions", {**body, "stream_options": {"include_usage": True}}):
        validate("CreateChatCompletionStreamResponse", chunk)


@check
def chat_streamed_equals_whole():
    for seed in range(25):
        body = dict(model=MODEL, messages=HELLO, seed=seed, n=2, max_completion_tokens=12, temperature=1.3)
        whole = client.chat.completions.create(**body)
        texts, endings, ids = ["", ""], [None, None], set()
        stream = client.chat.completions.create(**body, stream=True, stream_options={"include_usage": True})
        for chunk in stream:
            ids.add(chunk.id)
            for choice in chunk.choices:
                texts[choice.index] += choice.delta.content or ""
                endings[choice.index] = choice.finish_reason or endings[choice.index]
        assert texts == [choice.message.content for choice in whole.choices]
        assert endings == [choice.finish_reason for choice in whole.choices]
        assert chunk.usage.completion_tokens == whole.usage.completion_tokens
        assert len(ids) == 1


@check
def chat_parameters():
    client.chat.completions.create(
        model=MODEL,
        messages=[
            {"role": "developer", "content": "Be brief."},
            {"role": "user", "content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]},
        ],
        max_tokens=5, temperature=0, top_p=0.9, presence_penalty=0.5, frequency_penalty=0.5,
        logit_bias={"5": -100}, stop=["x", "y"], user="someone", seed=3, response_format={"type": "text"},
        extra_body={"top_k": 10, "min_p": 0.05, "repetition_penalty": 1.1},
    )


@check
def chat_logprobs():
    body = dict(model=MODEL, messages=HELLO, seed=1, max_tokens=8, logprobs=True, top_logprobs=3)
    choice = client.chat.completions.create(**body).choices[0]
    raw = b"".join(bytes(token.bytes) for token in choice.logprobs.content)
    assert raw.decode(errors="replace").startswith(choice.message.content[:1])
    assert all(len(token.top_logprobs) == 3 for token in choice.logprobs.content)
    validate("CreateChatCompletionResponse", json.loads(post("/v1/chat/completions", body)))


@check
def json_object():
    answer = client.chat.completions.create(
        model=MODEL, messages=HELLO, response_format={"type": "json_object"}, max_tokens=60, seed=1)
    if answer.choices[0].finish_reason == "stop":
        assert isinstance(json.loads(answer.choices[0].message.content), dict)


@check
def json_schema():
    form = {"type": "json_schema", "json_schema": {"name": "s", "schema": SCHEMA, "strict": True}}
    answer = client.chat.completions.create(
        model=MODEL, messages=HELLO, response_format=form, max_tokens=60, seed=1)
    assert set(json.loads(answer.choices[0].message.content)) == {"a"}


@check
def forced_tool_and_second_turn():
    body = dict(
        model=MODEL, messages=HELLO, tools=[TOOL], seed=1, max_tokens=100,
        tool_choice={"type": "function", "function": {"name": "weather"}})
    first = client.chat.completions.create(**body)
    call = first.choices[0].message.tool_calls[0]
    assert first.choices[0].finish_reason == "tool_calls" and call.function.name == "weather"
    assert "city" in json.loads(call.function.arguments)
    validate("CreateChatCompletionResponse", json.loads(post("/v1/chat/completions", body)))
    streamed = events("/v1/chat/completions", body)
    calls = [c for e in streamed for c in e["choices"][0]["delta"].get("tool_calls", [])]
    assert calls[0]["function"]["arguments"] == call.function.arguments
    for chunk in streamed:
        validate("CreateChatCompletionStreamResponse", chunk)
    second = client.chat.completions.create(
        model=MODEL, tools=[TOOL], tool_choice="none", max_tokens=5,
        messages=HELLO + [
            first.choices[0].message.model_dump(exclude_none=True),
            {"role": "tool", "tool_call_id": call.id, "content": "rain"},
        ])
    assert second.choices[0].message.tool_calls is None


@check
def tools_offered():
    client.chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": "Please call a tool."}], tools=[TOOL], max_tokens=40)


class Weather(pydantic.BaseModel):
    """What a caller of `parse` wants to have back."""

    city: str = pydantic.Field(max_length=20)
    sky: typing.Literal["clear", "rain", "snow"]
    degrees: int | None


@check
def parsed():
    """The client's own helpers: a model class as format, a function as tool, streams of events."""
    body = dict(model=MODEL, messages=HELLO, max_tokens=100, seed=2)
    answer = client.chat.completions.parse(**body, response_format=Weather)
    assert isinstance(answer.choices[0].message.parsed, Weather)
    with client.chat.completions.stream(**body, response_format=Weather) as stream:
        kinds = {event.type for event in stream}
        final = stream.get_final_completion()
    assert {"chunk", "content.delta", "content.done"} <= kinds, kinds
    assert final.choices[0].message.parsed == answer.choices[0].message.parsed
    tool = openai.pydantic_function_tool(Weather)
    called = client.chat.completions.parse(**body, tools=[tool], tool_choice="required")
    assert isinstance(called.choices[0].message.tool_calls[0].function.parsed_arguments, Weather)
    told = client.responses.parse(
        model=MODEL, input="Weather?", text_format=Weather, max_output_tokens=100, extra_body={"seed": 2})
    assert isinstance(told.output_parsed, Weather)


@check
def many_at_once():
    """The asynchronous client, with more requests than there are places."""

    async def all_of_them():
        async with openai.AsyncOpenAI(base_url=BASE + "/v1", api_key=KEY, max_retries=0) as several:
            body = dict(model=MODEL, messages=HELLO, max_tokens=6, temperature=0)
            return await asyncio.gather(*(several.chat.completions.create(**body, seed=n) for n in range(40)))

    answers = asyncio.run(all_of_them())
    assert len({answer.choices[0].message.content for answer in answers}) == 1
    assert len({answer.id for answer in answers}) == 40


@check
def raw():
    """Headers that programs look at, and a body sent in chunks."""
    reply = client.chat.completions.with_raw_response.create(model=MODEL, messages=HELLO, max_tokens=1)
    assert reply.headers["x-request-id"] and reply.headers["content-type"].startswith("application/json")
    stream = client.chat.completions.with_raw_response.create(
        model=MODEL, messages=HELLO, max_tokens=1, stream=True)
    assert stream.headers["content-type"].startswith("text/event-stream")
    stream.parse().close()
    parts = iter([b'{"model": "', MODEL.encode(), b'", "prompt": "Hello", "max_tokens": 2}'])
    request = urllib.request.Request(BASE + "/v1/completions", parts, {
        "Authorization": "Bearer " + KEY, "Content-Type": "application/json", "Transfer-Encoding": "chunked"})
    assert urllib.request.urlopen(request, timeout=120).status == 200


@check
def completions():
    body = dict(model=MODEL, prompt=["Once", "Twice"], max_tokens=8, n=2, seed=5, logprobs=2)
    whole = client.completions.create(**body)
    texts = [""] * 4
    for chunk in client.completions.create(**body, stream=True):
        for choice in chunk.choices:
            texts[choice.index] += choice.text
    assert texts == [choice.text for choice in whole.choices]
    validate("CreateCompletionResponse", json.loads(post("/v1/completions", body)))


@check
def completions_echo():
    ids = json.loads(post("/tokenize", {"model": MODEL, "prompt": "Once upon a time"}))["tokens"]
    choice = client.completions.create(
        model=MODEL, prompt=ids, max_tokens=1, echo=True, logprobs=1, temperature=0, seed=1).choices[0]
    assert len(choice.logprobs.token_logprobs) == len(ids) + 1
    assert choice.logprobs.token_logprobs[0] is None
    assert choice.text.startswith("Once upon a time")


@check
def responses():
    body = dict(model=MODEL, input="Say hello.", instructions="Be brief.", max_output_tokens=20,
                metadata={"a": "b"}, extra_body={"seed": 1})
    whole = client.responses.create(**body)
    raw = {**{k: v for k, v in body.items() if k != "extra_body"}, "seed": 1}
    validate("Response", json.loads(post("/v1/responses", raw)))
    text = ""
    with client.responses.stream(**body) as stream:
        for event in stream:
            if event.type == "response.output_text.delta":
                text += event.delta
    # A model may or may not come to its end in 20 tokens.
    assert event.type == "response." + whole.status, event.type
    assert text == whole.output_text == event.response.output_text
    for event in events("/v1/responses", raw):
        validate("ResponseStreamEvent", event)


@check
def responses_tools():
    tool = {"type": "function", **TOOL["function"], "strict": True}
    body = dict(model=MODEL, input="Weather?", tools=[tool], tool_choice="required", max_output_tokens=100)
    first = client.responses.create(**body)
    call = first.output[0]
    assert call.type == "function_call" and call.name == "weather"
    validate("Response", json.loads(post("/v1/responses", body)))
    for event in events("/v1/responses", body):
        validate("ResponseStreamEvent", event)
    client.responses.create(
        model=MODEL, max_output_tokens=5,
        input=[
            {"role": "user", "content": "Weather?"},
            call.model_dump(exclude_none=True),
            {"type": "function_call_output", "call_id": call.call_id, "output": "rain"},
        ])


@check
def embeddings():
    try:
        plain = client.embeddings.create(model=MODEL, input=["a", "bc"], encoding_format="float")
    except openai.BadRequestError as error:
        assert error.code == "unsupported_parameter"
        return
    coded = client.embeddings.create(model=MODEL, input=["a", "bc"])
    for a, b in zip(plain.data, coded.data):
        assert len(a.embedding) == len(b.embedding)
        assert all(abs(x - y) < 1e-6 for x, y in zip(a.embedding, b.embedding))
    validate("CreateEmbeddingResponse", json.loads(post("/v1/embeddings", {"model": MODEL, "input": "a"})))


@check
def errors():
    def refused(kind, **body):
        try:
            client.chat.completions.create(**{"model": MODEL, "messages": HELLO, **body})
        except kind as error:
            validate("ErrorResponse", error.response.json())
            return error
        raise AssertionError(f"not refused: {body}")

    assert refused(openai.NotFoundError, model="none").code == "model_not_found"
    assert refused(openai.BadRequestError, temperature=3).param == "temperature"
    assert refused(openai.BadRequestError, reasoning_effort="low").code == "unsupported_parameter"
    long = [{"role": "user", "content": "word " * 200_000}]
    assert refused(openai.BadRequestError, messages=long).code == "context_length_exceeded"
    try:
        openai.OpenAI(base_url=BASE + "/v1", api_key="wrong", max_retries=0).models.list()
        assert KEY == "none", "a wrong key was taken"
    except openai.AuthenticationError as error:
        validate("ErrorResponse", error.response.json())


for function in checks:
    try:
        function()
        print("ok  ", function.__name__)
    except Exception as error:  # every check is told, then the count decides
        failures.append(function.__name__)
        print("FAIL", function.__name__, "-", type(error).__name__, str(error)[:2000])
print(f"{len(checks) - len(failures)} of {len(checks)} checks, {validated} replies valid against the schema")
sys.exit(1 if failures else 0)
