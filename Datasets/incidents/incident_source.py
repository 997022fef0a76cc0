"""The layout of source/*.txt: reading it, and everything a record has to be.

One record begins with `=== id`, then `key: value` lines, then `[section]`s of lines.
A time is `HH:MM` on the day of `start`, or `+1d HH:MM`, `-2d HH:MM` relative to it.
A `?` stands for what the people of this incident never wrote down.
"""
import re
from datetime import date, datetime, timedelta

SECTIONS = [
    "alerts", "changes", "metrics", "chat", "summary", "impact", "timeline", "factors",
    "actions", "lessons", "blind", "followups",
]
HEADER = ["title", "service", "severity", "language", "cause", "start", "end"]
STAMP = re.compile(r"^(?:([+-]\d+)d )?(\d\d):(\d\d)\b ?")
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")

# Given names, so that none slips in. Roles are what people are called here.
NAMES = set("""
alice bob carol dave eve frank grace heidi ivan judy mallory oscar peggy trent victor walter anna
maria laura lena lisa julia sarah sara emma mia sophie jan jana peter paul max felix tim tom jonas
lukas leon finn thomas michael andreas stefan stefanie christian daniel david martin matthias markus
sebastian alexander alex johannes susanne sabine petra claudia monika ursula karin heike birgit john
james robert william richard joseph charles mary patricia jennifer linda elizabeth barbara susan
jessica karen nancy betty margaret sandra ashley kevin brian george steven edward ronald anthony
raj priya amit wei li chen yuki hiroshi ahmed omar fatima ali mohammed olga dmitri sergey carlos
jose luis juan pedro ana marco luca giulia pierre jean claire louis chloe lars sven ingrid
""".split())


class SourceError(Exception):
    """What is wrong with a record, and where."""


def read_services(path):
    """{service: {team, split, about}} from `service | team | split | about` lines."""
    services = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            name, team, split, about = [part.strip() for part in line.split("|")]
            services[name] = {"team": team, "split": split, "about": about}
    return services


def read_records(path):
    """Every record of one file, as dictionaries with times made absolute."""
    blocks = re.split(r"^=== ", path.read_text(encoding="utf-8"), flags=re.M)
    if blocks[0].strip():
        raise SourceError(f"{path.name}: text before the first record")
    for block in blocks[1:]:
        identifier, _, body = block.partition("\n")
        try:
            yield _record(identifier.strip(), body)
        except (SourceError, ValueError) as problem:
            raise SourceError(f"{path.name}: {identifier.strip()}: {problem}") from None


def _record(identifier, body):
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", identifier):
        raise SourceError("an id is small letters, digits and single hyphens")
    header, secrets, sections, current = {}, [], {}, None
    for line in body.splitlines():
        line = line.strip()
        if not line:
            continue
        if opened := re.fullmatch(r"\[(\w+)\]", line):
            current = opened[1]
            if current not in SECTIONS or current in sections:
                raise SourceError(f"section [{current}] is unknown or there twice")
            sections[current] = []
        elif current is None:
            key, _, value = line.partition(": ")
            if key == "secret":
                secrets.append(value)
            elif key in HEADER and key not in header:
                header[key] = value
            else:
                raise SourceError(f"'{key}' is no key, or is there twice")
        else:
            sections[current].append(line)
    for key in HEADER:
        if key not in header:
            raise SourceError(f"no {key}")
    for name in ("alerts", "metrics", "chat", "summary", "impact", "timeline", "factors", "actions"):
        if not sections.get(name):
            raise SourceError(f"no [{name}]")
    day = datetime.strptime(header["start"][:10], "%Y-%m-%d")

    def timed(line):
        stamp = STAMP.match(line)
        if not stamp:
            raise SourceError(f"no time at the beginning of '{line}'")
        offset = timedelta(days=int(stamp[1] or 0), hours=int(stamp[2]), minutes=int(stamp[3]))
        return (day + offset).strftime("%Y-%m-%dT%H:%MZ"), line[stamp.end():]

    def bullets(name):
        for line in sections.get(name, []):
            if not line.startswith("- "):
                raise SourceError(f"'{line}' in [{name}] does not begin with '- '")
        return [line[2:] for line in sections.get(name, [])]

    def fields(name, count):
        rows = [[part.strip() for part in line.split("|")] for line in bullets(name)]
        for row in rows:
            if len(row) != count or not row[0]:
                raise SourceError(f"[{name}] lines have {count} parts: '{' | '.join(row)}'")
        return rows

    def known(value):
        return None if value == "?" else value

    alerts = []
    for line in sections["alerts"]:
        time, rest = timed(line)
        parts = re.fullmatch(r"(critical|warning|info) (\w+): (.+)", rest)
        if not parts:
            raise SourceError(f"an alert is 'time level Name: text', not '{line}'")
        alerts.append({"time": time, "level": parts[1], "name": parts[2], "text": parts[3]})
    metrics = []
    for line in sections["metrics"]:
        parts = re.fullmatch(r"(\w+) ([^:]+): (.+)", line)
        if not parts:
            raise SourceError(f"a metric is 'name unit: time value; …', not '{line}'")
        points = [timed(point.strip()) for point in parts[3].split(";")]
        metrics.append({
            "name": parts[1], "unit": parts[2],
            "points": [{"time": time, "value": float(value)} for time, value in points],
        })
    chat = []
    for line in sections["chat"]:
        time, rest = timed(line)
        role, _, text = rest.partition(": ")
        chat.append({"time": time, "role": role, "text": text})
    impact = " ".join(sections["impact"])
    return {
        "id": identifier, "title": header["title"], "service": header["service"],
        "language": header["language"], "severity": known(header["severity"]), "cause": header["cause"],
        "start": header["start"].replace(" ", "T") + "Z", "end": header["end"].replace(" ", "T") + "Z",
        "alerts": alerts, "metrics": metrics, "chat": chat,
        "changes": [dict(zip(("time", "text"), timed(line))) for line in sections.get("changes", [])],
        "secrets": secrets,
        "postmortem": {
            "summary": " ".join(sections["summary"]), "impact": known(impact),
            "timeline": [dict(zip(("time", "event"), timed(line))) for line in sections["timeline"]],
            "contributing_factors": bullets("factors"),
            "action_items": [
                {"action": action, "owner": known(owner), "due": known(due)}
                for action, owner, due in fields("actions", 3)],
            "lessons": bullets("lessons"),
            "not_visible": [
                {"what": what, "minutes": None if minutes == "-" else int(minutes), "instrument": instrument}
                for what, minutes, instrument in fields("blind", 3)],
            "follow_ups": [dict(zip(("what", "why"), row)) for row in fields("followups", 2)],
        },
    }


def minutes(record):
    """How long it lasted."""
    start, end = (datetime.strptime(record[key], "%Y-%m-%dT%H:%MZ") for key in ("start", "end"))
    return int((end - start).total_seconds() // 60)


def evidence(record):
    """{time: texts}: what was there before anyone wrote a postmortem."""
    lines = {}
    for alert in record["alerts"]:
        lines.setdefault(alert["time"], []).append(f"{alert['name']} {alert['text']}")
    for change in record["changes"]:
        lines.setdefault(change["time"], []).append(change["text"])
    for message in record["chat"]:
        lines.setdefault(message["time"], []).append(message["text"])
    for metric in record["metrics"]:
        for point in metric["points"]:
            lines.setdefault(point["time"], []).append(f"{metric['name']} {point['value']:g}")
    return lines


DURATION = re.compile(r"\b(\d+)[ -](?:minutes?|Minuten)|\b(\d+)[ -](?:hours?|Stunden)")


def _untimed(text, times):
    """The text without clock times that are the record's, and without durations between two of them."""
    points = [datetime.strptime(time, "%Y-%m-%dT%H:%MZ") for time in times]
    spans = {int((b - a).total_seconds() // 60) for a in points for b in points if a < b}

    def duration(match):
        length = int(match[1]) if match[1] else 60 * int(match[2])
        return "" if length in spans else match[0]

    text = DURATION.sub(duration, text)
    clocks = {time[11:16] for time in times}
    return re.sub(r"\b\d\d:\d\d\b", lambda match: "" if match[0] in clocks else match[0], text)


def _numbers(text):
    return {number.replace(",", ".") for number in NUMBER.findall(text)}


def _stems(text):
    words = re.findall(r"[^\W_]+", re.sub(r"([a-z])([A-Z])", r"\1 \2", text))
    return {word.lower()[:4] for word in words if len(word) > 3} | _numbers(text)


def problems(record, services, roles, teams):
    """Everything that is wrong with a record, one sentence each."""
    found, report = [], record["postmortem"]

    def need(holds, sentence):
        if not holds:
            found.append(sentence)

    need(record["service"] in services, f"service {record['service']} is not in services.txt")
    need(record["severity"] in (None, "SEV1", "SEV2", "SEV3", "SEV4"), "severity is SEV1 to SEV4 or ?")
    need(record["language"] in ("en", "de"), "language is en or de")
    need(record["start"] < record["end"], "it ends before it starts")
    for name, lines in [
        ("alerts", record["alerts"]), ("changes", record["changes"]), ("chat", record["chat"]),
        ("timeline", report["timeline"]), *((m["name"], m["points"]) for m in record["metrics"]),
    ]:
        times = [line["time"] for line in lines]
        need(times == sorted(times), f"{name} is not in order of time")
        need(len(times) > 0 or name == "changes", f"{name} is empty")
    for message in record["chat"]:
        need(message["role"] in roles, f"'{message['role']}' is no role of roles.txt")

    lines = evidence(record)
    everything = " ".join(text for texts in lines.values() for text in texts)
    times = [*lines, record["start"], record["end"]]
    known = _numbers(everything) | {time[8:10] for time in times}
    for entry in report["timeline"]:
        texts = lines.get(entry["time"])
        need(texts, f"timeline {entry['time']}: nothing in the record is of that minute")
        stems = _stems(entry["event"])
        need(not texts or stems & _stems(" ".join(texts)),
             f"timeline {entry['time']}: '{entry['event']}' has no word of that minute's lines")
        unknown = _numbers(_untimed(entry["event"], times)) - known
        need(not unknown, f"timeline {entry['time']}: {sorted(unknown)} is nowhere in the record")
    for name in ("summary", "impact"):
        unknown = _numbers(_untimed(report[name] or "", times)) - known
        need(not unknown, f"{name}: {sorted(unknown)} is nowhere in the record")
    for item in report["action_items"]:
        owner, due = item["owner"], item["due"]
        need(owner is None or owner in teams, f"'{owner}' is no team of teams.txt")
        need(due is None or re.fullmatch(r"\d{4}-\d\d-\d\d", due), f"'{due}' is no date")
        if due:
            need(date.fromisoformat(due).isoformat() >= record["end"][:10], f"due {due} is before the end")

    written = str(report) + record["title"]
    for secret in record["secrets"]:
        need(secret in everything, f"the secret '{secret}' is not in the record's lines")
        need(secret not in written, f"the secret '{secret}' is in the postmortem")
    text = everything + " " + written
    for word in sorted(set(re.findall(r"\b[A-Z][a-z]+\b", text))):
        need(word.lower() not in NAMES, f"'{word}' is a person's name")
    need(not re.search(r"\B@\w+|\b(Mr|Mrs|Ms|Herr|Frau) [A-Z]", text), "a person is addressed by name")
    return found
