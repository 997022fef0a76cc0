"""A record as text: the evidence of an incident, and postmortems in the shapes that people write."""
from datetime import datetime

from incident_source import minutes

WORDS = {
    "en": {
        "service": "Service", "severity": "Severity", "date": "Date", "from": "From", "to": "to",
        "minutes": "minutes", "alerts": "Alerts", "changes": "Changes", "metrics": "Metrics",
        "chat": "Channel", "notes": "Review notes", "owner": "owner", "due": "due", "none": "not stated",
        "Owner": "Owner", "Due": "Due", "Action": "Action", "Time": "Time (UTC)", "Event": "Event",
        "agreed": "agreed", "factor": "factor", "unseen": "could not be seen", "later": "follow-up",
        "because": "because", "instrument": "instrument", "impact unknown": "Not known.",
        "nothing agreed": "Not stated: no action items are in the record.",
        "no review": "Not stated: there was no review yet.", "detected": "Alert {0} at {1}: {2}",
        "title": "Postmortem",
    },
    "de": {
        "service": "Dienst", "severity": "Schweregrad", "date": "Datum", "from": "Von", "to": "bis",
        "minutes": "Minuten", "alerts": "Alarme", "changes": "Änderungen", "metrics": "Messwerte",
        "chat": "Kanal", "notes": "Notizen der Nachbesprechung", "owner": "Team", "due": "bis",
        "none": "nicht angegeben", "Owner": "Team", "Due": "Frist", "Action": "Maßnahme",
        "Time": "Zeit (UTC)", "Event": "Ereignis", "agreed": "vereinbart", "factor": "Ursache",
        "unseen": "nicht sichtbar", "later": "weiter", "because": "weil", "instrument": "messen",
        "impact unknown": "Nicht bekannt.",
        "nothing agreed": "Nicht angegeben: im Protokoll steht keine Maßnahme.",
        "no review": "Nicht angegeben: es gab noch keine Nachbesprechung.",
        "detected": "Alarm {0} um {1}: {2}", "title": "Nachbesprechung",
    },
}

HEADINGS = {
    "en": {
        "summary": ["Summary", "Issue summary", "Overview", "What happened", "TL;DR"],
        "impact": ["Impact", "Customer impact", "Impact", "Who was affected", "Effects"],
        "timeline": ["Timeline", "Timeline (UTC)", "Timeline of events", "What happened when", "Timeline"],
        "factors": [
            "Contributing factors", "Root causes", "What went wrong", "Causes", "Root cause analysis"],
        "actions": ["Action items", "Next steps", "Action Items", "Remediation", "Corrective actions"],
        "lessons": ["Lessons", "Lessons learned", "Lessons Learned", "Takeaways", "What we learnt"],
        "unseen": ["What could not be seen", "Missing visibility"] * 2 + ["Blind spots"],
        "later": ["Follow-ups", "Beyond this incident"] * 2 + ["Other risks"],
        "root cause": ["Root cause"] * 5, "detection": ["Detection"] * 5,
    },
    "de": {
        "summary": ["Zusammenfassung", "Überblick", "Was geschah", "Kurzfassung", "Zusammenfassung"],
        "impact": ["Auswirkung", "Auswirkungen", "Folgen", "Wer betroffen war", "Auswirkung"],
        "timeline": ["Zeitleiste", "Ablauf", "Verlauf (UTC)", "Chronik", "Zeitlicher Ablauf"],
        "factors": ["Ursachen", "Beitragende Umstände", "Was schiefging", "Gründe", "Ursachen"],
        "actions": ["Maßnahmen", "Nächste Schritte", "Maßnahmen", "Abhilfe", "Offene Punkte"],
        "lessons": ["Lehren", "Erkenntnisse", "Was wir gelernt haben", "Lehren", "Fazit"],
        "unseen": ["Was nicht zu sehen war", "Fehlende Sicht"] * 2 + ["Blinde Flecken"],
        "later": ["Weiteres", "Darüber hinaus"] * 2 + ["Weitere Risiken"],
        "root cause": ["Grund"] * 5, "detection": ["Entdeckung"] * 5,
    },
}

ORDERS = [
    ["summary", "impact", "timeline", "factors", "actions", "lessons"],
    ["summary", "impact", "root cause", "detection", "timeline", "actions"],
    ["summary", "actions", "timeline", "lessons"],
    ["impact", "summary", "factors", "lessons", "actions", "timeline"],
    ["summary", "timeline", "factors", "lessons", "actions"],
]


def clock(time, style, record):
    """A time as it is written in this style of timeline."""
    point = datetime.strptime(time, "%Y-%m-%dT%H:%MZ")
    times = [entry["time"] for entry in record["postmortem"]["timeline"]]
    one_day = times[0][:10] == times[-1][:10]
    full = point.strftime("%Y-%m-%d %H:%M")
    if style == 0:
        return point.strftime("%H:%M") if one_day else full
    if style == 2:
        return point.strftime("%H:%M UTC") if one_day else full + " UTC"
    if style == 3 and one_day and record["language"] == "en":
        return point.strftime("%I:%M %p").lstrip("0")
    return time if style == 4 else full


def timeline(record, style):
    """Lines of a timeline."""
    entries = [(clock(e["time"], style, record), e["event"]) for e in record["postmortem"]["timeline"]]
    if style == 1:
        words = WORDS[record["language"]]
        head = [f"| {words['Time']} | {words['Event']} |", "|---|---|"]
        return head + [f"| {time} | {event} |" for time, event in entries]
    form = {0: "- {} {}", 2: "- **{}** {}", 3: "{} {}", 4: "- {}: {}"}[style]
    return [form.format(time, event) for time, event in entries]


def actions(record, style):
    """Lines of action items, and the items as far as these lines tell them."""
    items, words = record["postmortem"]["action_items"], WORDS[record["language"]]
    lines, told = [], []
    if style == 1:
        lines = [f"| {words['Action']} | {words['Owner']} | {words['Due']} |", "|---|---|---|"]
    for number, item in enumerate(items, 1):
        action, owner, due = item["action"], item["owner"], item["due"]
        known = dict(item)
        facts = [f"{words['owner']}: {owner}"] * bool(owner) + [f"{words['due']}: {due}"] * bool(due)
        if style == 0:
            lines.append(f"- {action}" + (f" ({', '.join(facts)})" if facts else ""))
        elif style == 1:
            lines.append(f"| {action} | {owner or '-'} | {due or '-'} |")
        elif style == 2:
            box = "x" if number % 3 == 0 else " "
            lines.append(f"- [{box}] {action}" + (f" - {owner}" if owner else "") + (f", {due}" if due else ""))
        elif style == 3:
            lines.append(f"{number}. {action}")
            lines += [f"   {words['Owner']}: {owner}"] * bool(owner) + [f"   {words['Due']}: {due}"] * bool(due)
        else:
            lines.append(f"- {action}")
            known = {"action": action, "owner": None, "due": None}
        told.append(known)
    return lines, told


def document(record, style, without=()):
    """A postmortem in Markdown, and what it says: {section: value}, without what it leaves out."""
    report, words = record["postmortem"], WORDS[record["language"]]
    headings = HEADINGS[record["language"]]
    first = record["alerts"][0]
    said = {"title": record["title"]}
    lines = [[f"# {record['title']}"], [f"# {words['title']}: {record['title']}"]][style % 2]
    if style in (0, 1, 3) and record["severity"]:
        lines += ["", f"{words['severity']}: {record['severity']}", f"{words['service']}: {record['service']}"]
        said["severity"] = record["severity"]
    if style in (0, 2):
        lines += ["", f"{words['date']}: {record['start'][:10]}"]
        said["date"] = record["start"][:10]
    for name in ORDERS[style]:
        if name in without or (name == "impact" and report["impact"] is None):
            continue
        if name == "timeline":
            body = timeline(record, style)
            said[name] = [
                {"time": clock(e["time"], style, record), "event": e["event"]} for e in report["timeline"]]
        elif name == "actions":
            body, said[name] = actions(record, style)
        elif name in ("factors", "lessons"):
            said[name] = report["contributing_factors" if name == "factors" else name]
            body = [f"- {text}" for text in said[name]]
        else:
            said[name] = {
                "summary": report["summary"], "impact": report["impact"],
                "root cause": report["contributing_factors"][0],
                "detection": words["detected"].format(first["name"], first["time"][11:16], first["text"]),
            }[name]
            body = [said[name]]
        mark = "###" if style == 3 else "##"
        lines += ["", f"{mark} {headings[name][style]}", ""] + body
    return "\n".join(lines) + "\n", said


def evidence_text(record, merged=False, notes=False):
    """What an agent has before anyone wrote anything: sections, or one list in order of time."""
    words = WORDS[record["language"]]
    day = record["start"][:10]

    def stamp(time):
        return time[11:16] if time[:10] == day else f"{time[:10]} {time[11:16]}"

    lines = [
        f"{words['service']}: {record['service']}",
        f"{words['severity']}: {record['severity']}",
        f"{words['from']} {day} {stamp(record['start'])} {words['to']} {stamp(record['end'])} UTC "
        f"({minutes(record)} {words['minutes']})",
    ]
    alerts = [(a["time"], f"{a['level']} {a['name']}: {a['text']}") for a in record["alerts"]]
    changes = [(c["time"], c["text"]) for c in record["changes"]]
    chat = [(m["time"], f"{m['role']}: {m['text']}") for m in record["chat"]]
    if merged:
        tagged = [(t, f"[{tag}] {x}") for tag, rows in
                  (("alert", alerts), ("change", changes), ("chat", chat)) for t, x in rows]
        lines += [""] + [f"{stamp(time)} {text}" for time, text in sorted(tagged, key=lambda row: row[0])]
    else:
        for name, rows in (("alerts", alerts), ("changes", changes), ("chat", chat)):
            if rows:
                lines += ["", words[name]] + [f"{stamp(time)} {text}" for time, text in rows]
    lines += ["", words["metrics"]]
    for metric in record["metrics"]:
        points = "; ".join(f"{stamp(p['time'])} {p['value']:g}" for p in metric["points"])
        lines.append(f"{metric['name']} ({metric['unit']}): {points}")
    if notes:
        report = record["postmortem"]
        lines += ["", words["notes"]]
        lines += [f"{words['factor']}: {text}" for text in report["contributing_factors"]]
        lines += [
            f"{words['agreed']}: {i['action']} | {i['owner'] or '?'} | {i['due'] or '?'}"
            for i in report["action_items"]]
        lines += [
            f"{words['unseen']}: {n['what']} | {words['instrument']}: {n['instrument']}"
            for n in report["not_visible"]]
        lines += [f"{words['later']}: {f['what']} | {f['why']}" for f in report["follow_ups"]]
    return "\n".join(lines) + "\n"


def draft(record, notes):
    """The postmortem that the evidence carries; without review notes it says what is missing."""
    report, words = record["postmortem"], WORDS[record["language"]]
    headings = {name: texts[0] for name, texts in HEADINGS[record["language"]].items()}
    parts = [
        ("summary", [report["summary"]]),
        ("impact", [report["impact"] or words["impact unknown"]]),
        ("timeline", timeline(record, 0)),
    ]
    if notes:
        items = [
            f"- {i['action']} ({words['owner']}: {i['owner'] or words['none']}, "
            f"{words['due']}: {i['due'] or words['none']})" for i in report["action_items"]]
        parts += [
            ("factors", [f"- {text}" for text in report["contributing_factors"]]),
            ("actions", items),
            ("lessons", [f"- {text}" for text in report["lessons"]]),
            ("unseen", [f"- {n['what']}: {n['instrument']}" for n in report["not_visible"]]),
            ("later", [f"- {f['what']}, {words['because']} {f['why']}"
                       if record["language"] == "en" else f"- {f['what']} ({f['why']})"
                       for f in report["follow_ups"]]),
        ]
    else:
        parts += [("factors", [words["no review"]]), ("actions", [words["nothing agreed"]])]
    lines = [f"# {record['title']}"]
    for name, body in parts:
        lines += ["", f"## {headings[name]}", ""] + body
    return "\n".join(lines) + "\n"
