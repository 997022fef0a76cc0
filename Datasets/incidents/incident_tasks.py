"""Training conversations from records: what a small model is asked about an incident, one thing at a time."""
import json

from incident_documents import WORDS, document, draft, evidence_text

COPY = {
    "en": "Copy from the incident report, word for word. Where the report names nobody or no day, write null.",
    "de": "Schreibe aus dem Bericht ab, Wort für Wort. Wo kein Team oder keine Frist steht, schreibe null.",
}
ANSWER = {
    "en": "Answer with words of the incident report. If it does not say, answer: not stated",
    "de": "Antworte mit Worten des Berichts. Steht es nicht darin, antworte: nicht angegeben",
}
WRITE = {
    "en": "You write postmortems. Use only what the record says, name roles and never people, and never "
          "repeat passwords, keys or tokens.",
    "de": "Du schreibst Nachbesprechungen. Nimm nur, was im Protokoll steht, nenne Rollen statt Namen und "
          "wiederhole nie Passwörter, Schlüssel oder Token.",
}
ACTIONS = {
    "en": [
        "Give the action items as JSON: for every item the action, its owner and its due date.",
        'List the action items as {"action_items": [{"action": …, "owner": …, "due": …}]}.',
        "Which actions were agreed? Answer as JSON with action, owner and due.",
    ],
    "de": [
        "Gib die Maßnahmen als JSON: action, owner und due für jede.",
        'Liste die Maßnahmen als {"action_items": [{"action": …, "owner": …, "due": …}]}.',
    ],
}
TIMELINE = {
    "en": [
        "Give the timeline as JSON: for every entry its time as it is written, and the event.",
        'List the timeline as {"timeline": [{"time": …, "event": …}]}.',
    ],
    "de": ["Gib die Zeitleiste als JSON: time, wie sie dort steht, und event."],
}
SECTIONS = {
    "en": "Give impact, root_cause and detection as JSON.",
    "de": "Gib impact, root_cause und detection als JSON.",
}
SUMMARY = {
    "en": ["Summarise the incident in two to four sentences.", "Write the summary of the postmortem."],
    "de": ["Fasse den Vorfall in zwei bis drei Sätzen zusammen.", "Schreibe die Zusammenfassung."],
}
IMPACT = {
    "en": ["Describe the impact in one or two sentences.", "What was the impact on users?"],
    "de": ["Beschreibe die Auswirkung in ein bis zwei Sätzen.", "Welche Auswirkung hatte der Vorfall?"],
}
DRAFT = {"en": "Draft the postmortem in Markdown.", "de": "Schreibe die Nachbesprechung in Markdown."}
ABSENT = {
    "en": [
        "What did the incident cost?", "Which customer reported it first?",
        "What is the name of the incident commander?", "When was the previous incident of this kind?",
    ],
    "de": [
        "Was hat der Vorfall gekostet?", "Wer hat ihn zuerst gemeldet?", "Wie heißt die Einsatzleitung?",
    ],
}


def _json(value):
    return json.dumps(value, ensure_ascii=False)


def tasks(record, number):
    """(task, system, user, assistant) of a record, varied by its number among all records."""
    language, report = record["language"], record["postmortem"]
    none = WORDS[language]["none"]

    def pick(texts, turn):
        return texts[language][(number + turn) % len(texts[language])]

    # Documents in two shapes each, and one that leaves out what is asked for.
    for turn in range(2):
        style = (number + 2 * turn) % 5
        text, said = document(record, style)
        yield "action-items", COPY[language], f"{text}\n{pick(ACTIONS, turn)}", _json(
            {"action_items": said["actions"]})
        if turn == 0:
            yield "timeline", COPY[language], f"{text}\n{pick(TIMELINE, turn)}", _json(
                {"timeline": said["timeline"]})
    if number % 4 == 0:
        text, said = document(record, (number + 1) % 5, without=("actions",))
        yield "action-items", COPY[language], f"{text}\n{pick(ACTIONS, 2)}", _json({"action_items": []})

    text, said = document(record, 1 if number % 2 else (number + 3) % 5)
    sections = {
        "impact": said.get("impact"), "root_cause": said.get("root cause"), "detection": said.get("detection")}
    yield "sections", COPY[language], f"{text}\n{SECTIONS[language]}", _json(sections)

    # Questions, about half of them without an answer in the text.
    style = (number + 4) % 5
    text, said = document(record, style)
    item, entry = said["actions"][number % len(said["actions"])], said["timeline"][number % len(said["timeline"])]
    if language == "en":
        asked = [
            (f'When is "{item["action"]}" due?', item["due"]),
            (f'Which team owns "{item["action"]}"?', item["owner"]),
            (f'At what time: "{entry["event"]}"?', entry["time"]),
            ("What severity did the incident have?", said.get("severity")),
        ]
    else:
        asked = [
            (f'Bis wann: „{item["action"]}“?', item["due"]),
            (f'Welches Team übernimmt „{item["action"]}“?', item["owner"]),
            (f'Um wie viel Uhr: „{entry["event"]}“?', entry["time"]),
            ("Welchen Schweregrad hatte der Vorfall?", said.get("severity")),
        ]
    asked.append((pick(ABSENT, 0), None))
    for question, answer in asked[number % 2 :: 2] + asked[-1:] * (number % 2):
        yield "questions", ANSWER[language], f"{text}\n{question}", answer or none

    # Writing, from the evidence.
    evidence = evidence_text(record, merged=number % 2 == 1)
    yield "summary", WRITE[language], f"{evidence}\n{pick(SUMMARY, 0)}", report["summary"]
    yield "impact", WRITE[language], f"{evidence}\n{pick(IMPACT, 0)}", report["impact"] or none
    for notes in (True, False) if number % 3 == 0 else (True,):
        evidence = evidence_text(record, merged=number % 2 == 0, notes=notes)
        yield "draft", WRITE[language], f"{evidence}\n{DRAFT[language]}", draft(record, notes)
