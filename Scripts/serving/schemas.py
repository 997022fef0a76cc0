"""Answers keep to their schemas, or the schema is refused with a reason.

    python schemas.py BASE_URL [COUNT] [SUITE_FOLDER] [-v]

Schemas come from a seeded generator, from a list of shapes as programs write them,
and, where its folder is given (tests, with a folder for each draft), from
JSON-Schema-Test-Suite. COUNT 0 takes every schema of the suite. An answer must parse
and validate (python's jsonschema, its draft's rules, formats too); a refusal must be
a 400 that names a keyword, and no shape of a program may be refused. Every fourth
request leaves too few tokens for what the model would like to say: the answer must be
whole all the same.
"""

import collections
import concurrent.futures
import json
import pathlib
import random
import sys

import jsonschema

from served import MODEL, ask

BASE = sys.argv[1]
COUNT = int(sys.argv[2]) if len(sys.argv) > 2 else 300
SUITE = pathlib.Path(sys.argv[3]) if len(sys.argv) > 3 else None
NAMES = ["id", "name", "größe", "tags", "a b", "price", "items", "kind", "x-y", "nested"]
PATTERNS = ["^[a-z]+$", "^[A-Z]{3}-[0-9]{2,4}$", "^(yes|no|maybe)$", r"^\d{4}-\d{2}$", "^\\w+@\\w+[.]com$", "ab"]
FORMATS = ["date", "date-time", "time", "uuid", "email", "ipv4", "ipv6", "uri", "hostname", "duration"]


def value(rng, depth):
    kinds = ["null", "boolean", "integer", "number", "string", "enum", "const"]
    if depth:
        kinds += ["array", "object", "object", "object", "anyOf", "oneOf", "allOf", "ref", "map", "tuple"]
    return globals()["make_" + rng.choice(kinds)](rng, depth - 1)


def make_null(rng, _): return {"type": "null"}
def make_boolean(rng, _): return {"type": "boolean"}
def make_const(rng, _): return {"const": rng.choice([1, -2.5, "ü\"\n", None, True, [1, {"a": 2}]])}
def make_enum(rng, _): return {"enum": rng.sample([1, 2.5, "a", "b c", None, False, [], {"k": [1]}, "日本"], 3)}
def make_ref(rng, _): return {"$ref": "#/$defs/" + rng.choice(["word", "node"])}


def make_integer(rng, _):
    schema, low = {"type": "integer"}, rng.randint(-1200, 1200)
    if rng.random() < 0.6: schema[rng.choice(["minimum", "exclusiveMinimum"])] = low
    if rng.random() < 0.6: schema[rng.choice(["maximum", "exclusiveMaximum"])] = low + rng.randint(2, 3000)
    if rng.random() < 0.2: schema["multipleOf"] = rng.choice([1, 2, 5])
    return schema


def make_number(rng, _):
    schema, low = {"type": "number"}, round(rng.uniform(-50, 50), 2)
    if rng.random() < 0.6: schema[rng.choice(["minimum", "exclusiveMinimum"])] = low
    if rng.random() < 0.6: schema[rng.choice(["maximum", "exclusiveMaximum"])] = round(low + rng.uniform(0.1, 90), 3)
    if rng.random() < 0.2: schema["multipleOf"] = rng.choice([0.01, 0.5, 0.1])
    return schema


def make_string(rng, _):
    schema = {"type": "string"}
    match rng.randrange(5):
        case 0: schema["pattern"] = rng.choice(PATTERNS)
        case 1: schema["format"] = rng.choice(FORMATS)
        case 2: schema["maxLength"] = rng.randint(0, 40)
        case 3: schema.update(minLength=rng.randint(1, 30), maxLength=rng.randint(30, 60))
    return schema


def make_array(rng, depth):
    schema = {"type": "array", "items": value(rng, depth)}
    if rng.random() < 0.5: schema["minItems"] = rng.randint(0, 3)
    if rng.random() < 0.7: schema["maxItems"] = rng.randint(3, 6)
    return schema


def make_tuple(rng, depth):
    return {"type": "array", "prefixItems": [value(rng, depth) for _ in range(rng.randint(1, 3))],
            "items": rng.choice([False, {"type": "integer"}]), "minItems": rng.randint(0, 1)}


def make_object(rng, depth):
    names = rng.sample(NAMES, rng.randint(0, 5))
    schema = {"type": "object", "properties": {name: value(rng, depth) for name in names},
              "required": [name for name in names if rng.random() < 0.6]}
    if rng.random() < 0.6: schema["additionalProperties"] = False
    return schema


def make_map(rng, depth):
    return {"type": "object", "additionalProperties": value(rng, depth), "maxProperties": rng.randint(1, 4)}


def make_anyOf(rng, depth): return {"anyOf": [value(rng, depth) for _ in range(rng.randint(1, 3))]}


def make_oneOf(rng, depth):
    return {"oneOf": [{"type": "object", "properties": {"kind": {"const": name}, "v": value(rng, depth)},
                       "required": ["kind", "v"], "additionalProperties": False} for name in ("a", "b")]}


def make_allOf(rng, depth):
    return {"allOf": [{"type": "object", "properties": {"p": value(rng, depth)}, "required": ["p"]},
                      {"properties": {"q": value(rng, depth)}}]}


def generated(seed):
    schema = value(random.Random(seed), 3)
    return f"generated {seed}", {**schema, "$defs": {
        "word": {"type": "string", "minLength": 1, "maxLength": 12},
        "node": {"type": "object", "properties": {"v": {"type": "integer"}, "next": {"$ref": "#/$defs/node"}},
                 "required": ["v"], "additionalProperties": False}}}


SHAPES = {
    "unique tags": {"type": "array", "items": {"enum": ["a", "b", "c"]}, "uniqueItems": True, "minItems": 2},
    "if then": {"type": "object", "properties": {"country": {"enum": ["US", "DE"]}, "zip": {"type": "string"}},
                "required": ["country", "zip"], "if": {"properties": {"country": {"const": "US"}}},
                "then": {"properties": {"zip": {"pattern": "^[0-9]{5}$"}}},
                "else": {"properties": {"zip": {"pattern": "^D-[0-9]{5}$"}}}},
    "dependent": {"type": "object", "properties": {"card": {"type": "integer"}, "billing": {"type": "string"}},
                  "required": ["card"], "dependentRequired": {"card": ["billing"]}},
    "patterned names": {"type": "object", "patternProperties": {"^S_": {"type": "string"}},
                        "additionalProperties": False},
    "contains": {"type": "array", "contains": {"type": "integer", "minimum": 5}, "maxItems": 4},
    "not a string": {"not": {"type": "string"}},
    "nullable": {"type": ["string", "null"], "maxLength": 20},
    "large enum": {"enum": [f"value number {n}" for n in range(500)]},
    "deep": {"type": "array", "items": {"type": "array", "items": {"type": "array", "items": {"type": "array",
             "items": {"type": "integer"}, "maxItems": 2}, "maxItems": 2}, "maxItems": 2}, "maxItems": 2},
    "tree": {"$ref": "#/$defs/tree", "$defs": {"tree": {"type": "object", "properties": {
        "name": {"type": "string"}, "children": {"type": "array", "items": {"$ref": "#/$defs/tree"}}},
        "required": ["name", "children"], "additionalProperties": False}}},
    "incident": {"type": "object", "properties": {
        "title": {"type": "string", "maxLength": 80}, "severity": {"enum": ["low", "high", "critical"]},
        "started": {"type": "string", "format": "date-time"}, "users": {"type": "integer", "minimum": 0},
        "causes": {"type": "array", "items": {"type": "string", "maxLength": 60}, "maxItems": 3}},
        "required": ["title", "severity", "started", "users", "causes"], "additionalProperties": False},
}


# As pydantic, zod and OpenAPI's generators write them.
WRITTEN = {
    "pydantic": {"$defs": {
        "Kind": {"enum": ["cpu", "disk", "net"], "title": "Kind", "type": "string"},
        "Step": {"additionalProperties": False, "title": "Step", "type": "object", "required": ["what", "when"],
                 "properties": {"what": {"title": "What", "type": "string", "minLength": 1},
                                "when": {"anyOf": [{"format": "date-time", "type": "string"}, {"type": "null"}],
                                         "default": None, "title": "When"}}}},
        "additionalProperties": False, "title": "Report", "type": "object",
        "properties": {"kind": {"$ref": "#/$defs/Kind", "description": "what was hit"},
                       "score": {"exclusiveMinimum": 0, "maximum": 1, "title": "Score", "type": "number"},
                       "steps": {"items": {"$ref": "#/$defs/Step"}, "maxItems": 4, "title": "Steps", "type": "array"},
                       "owner": {"anyOf": [{"type": "string", "maxLength": 20}, {"type": "null"}], "title": "Owner"},
                       "counts": {"additionalProperties": {"type": "integer"}, "title": "Counts", "type": "object"}},
        "required": ["kind", "score", "steps", "owner", "counts"]},
    "pydantic union": {"$defs": {
        "Cat": {"type": "object", "properties": {"pet": {"const": "cat", "default": "cat", "type": "string"},
                "lives": {"type": "integer", "minimum": 1, "maximum": 9}}, "required": ["pet", "lives"]},
        "Dog": {"type": "object", "properties": {"pet": {"const": "dog", "default": "dog", "type": "string"},
                "name": {"type": "string", "maxLength": 12}}, "required": ["pet", "name"]}},
        "type": "object", "required": ["animal"], "properties": {"animal": {
            "discriminator": {"mapping": {"cat": "#/$defs/Cat", "dog": "#/$defs/Dog"}, "propertyName": "pet"},
            "oneOf": [{"$ref": "#/$defs/Cat"}, {"$ref": "#/$defs/Dog"}]}}},
    "pydantic tree": {"$defs": {"Node": {"type": "object", "properties": {
        "value": {"type": "integer"},
        "left": {"anyOf": [{"$ref": "#/$defs/Node"}, {"type": "null"}], "default": None},
        "right": {"anyOf": [{"$ref": "#/$defs/Node"}, {"type": "null"}], "default": None}},
        "required": ["value"]}}, "$ref": "#/$defs/Node"},
    "zod": {"$schema": "http://json-schema.org/draft-07/schema#", "type": "object", "additionalProperties": False,
            "properties": {"email": {"type": "string", "format": "email"}, "id": {"type": "string", "format": "uuid"},
                           "pair": {"type": "array", "minItems": 2, "maxItems": 2,
                                    "items": [{"type": "string", "maxLength": 9}, {"type": "number"}]},
                           "role": {"type": "string", "enum": ["admin", "user"]},
                           "url": {"type": "string", "format": "uri"}},
            "required": ["email", "id", "pair", "role", "url"]},
    "draft 7": {"$schema": "http://json-schema.org/draft-07/schema#", "$id": "https://example.com/x.json",
                "definitions": {"name": {"type": "string", "minLength": 2, "maxLength": 30}},
                "type": "object", "properties": {"first": {"$ref": "#/definitions/name"},
                                                 "last": {"$ref": "#/definitions/name"}, "age": {"type": "integer"}},
                "required": ["first"], "dependencies": {"last": ["age"]}},
    "strict tool": {"type": "object", "properties": {
        "location": {"type": "string", "description": "City, country"},
        "unit": {"type": ["string", "null"], "enum": ["celsius", "fahrenheit", None]},
        "days": {"type": "array", "items": {"type": "string", "format": "date"}, "minItems": 1, "maxItems": 3}},
        "required": ["location", "unit", "days"], "additionalProperties": False},
    "one of values": {"type": "object", "required": ["state"], "properties": {"state": {"oneOf": [
        {"const": 0, "title": "off"}, {"const": 1, "title": "on"}, {"const": 2, "title": "standby"}]}}},
    "many members": {"type": "object", "properties": {f"field_{n}": {"type": ["integer", "null"]} for n in range(60)},
                     "required": [f"field_{n}" for n in range(0, 60, 2)], "additionalProperties": False},
    "all of": {"allOf": [{"$ref": "#/$defs/base"}, {"type": "object", "properties": {"b": {"type": "boolean"}},
                                                     "required": ["b"]}],
               "$defs": {"base": {"type": "object", "properties": {"a": {"type": "string", "maxLength": 5}},
                                  "required": ["a"]}}},
    "names of a kind": {"type": "object", "propertyNames": {"pattern": "^[a-z]{2,4}$"},
                        "additionalProperties": {"type": "string", "maxLength": 8}, "minProperties": 1,
                        "maxProperties": 3},
    "prices": {"type": "array", "minItems": 1, "maxItems": 3,
               "items": {"type": "number", "minimum": 0, "multipleOf": 0.01, "maximum": 99.99}},
    "nested any of": {"anyOf": [{"type": "object", "properties": {"ok": {"const": True}, "data": {
        "anyOf": [{"type": "array", "items": {"type": "integer"}, "maxItems": 3}, {"type": "string", "maxLength": 9}]}},
        "required": ["ok", "data"]}, {"type": "object", "properties": {"ok": {"const": False}, "error": {
            "type": "string", "maxLength": 40}}, "required": ["ok", "error"]}]},
}
DRAFTS = {"draft7": jsonschema.Draft7Validator, "draft2020-12": jsonschema.Draft202012Validator}


def suite():
    """Every schema of the suite that its draft's rules call one."""
    found = []
    for draft, rules in DRAFTS.items():
        for file in sorted((SUITE / draft).rglob("*.json")):
            for number, group in enumerate(json.loads(file.read_text())):
                schema = group["schema"]
                if isinstance(schema, dict):
                    found.append((f"{draft} {file.stem} {number}", {**schema, **({} if "$schema" in schema else {
                        "$schema": rules.META_SCHEMA["$schema"]})}))
    return found


def schemas():
    written = list({**SHAPES, **WRITTEN}.items())
    found = suite() if SUITE else []
    if not COUNT:
        return written + found
    random.Random(1).shuffle(found)
    found = written + found[:max(0, COUNT // 2 - len(written))]
    return found + [generated(seed) for seed in range(COUNT - len(found))]


def one(job):
    number, (name, schema) = job
    form = {"type": "json_schema", "json_schema": {"name": "s", "schema": schema, "strict": True}}
    reply = ask(BASE, "/v1/chat/completions", {
        "model": MODEL, "seed": number, "temperature": [0, 1][number % 2], "response_format": form,
        "max_tokens": 400 if number % 4 else 60,
        "messages": [{"role": "user", "content": "Give an example."}]})
    if reply.status == 400:
        error = reply.json["error"]
        named = error["code"] == "invalid_schema" and error["param"] and name not in WRITTEN
        return "refused" if named else "fault", name, error["message"]
    if reply.status != 200:
        return "fault", name, reply.body.decode()[:200]
    choice = reply.json["choices"][0]
    text = choice["message"]["content"]
    try:
        answer = json.loads(text)
        rules = jsonschema.validators.validator_for(schema, jsonschema.Draft202012Validator)
        rules(schema, format_checker=rules.FORMAT_CHECKER).validate(answer)
    except Exception as error:
        return "fault", name, f"{type(error).__name__}: {str(error)[:160]} in {text[:160]!r} ({choice['finish_reason']})"
    return "valid", name, choice["finish_reason"]


with concurrent.futures.ThreadPoolExecutor(8) as pool:
    results = list(pool.map(one, enumerate(schemas())))
count = collections.Counter(kind for kind, *_ in results)
ends = collections.Counter(told for kind, _, told in results if kind == "valid")
for kind, name, told in results:
    if kind == "fault" or "-v" in sys.argv and kind == "refused":
        print(kind.upper(), name, told)
print(f"{len(results)} schemas: {count['valid']} answers valid {dict(ends)}, {count['refused']} schemas refused, "
      f"{count['fault']} faults")
sys.exit(1 if count["fault"] else 0)
