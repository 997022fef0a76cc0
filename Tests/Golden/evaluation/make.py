"""Makes the golden files beside it, with the field's own tools as witnesses.

    python make.py --squad PATH_TO_evaluate-v2.0.py

Needs sacrebleu, rouge-score, scipy, scikit-learn and numpy, and the official
SQuAD 2.0 script (any copy; only normalize_answer, compute_exact and compute_f1
are called). The texts are made here from words of our own, with a fixed seed.
The versions used are written into versions.json.
"""

import argparse, importlib.util, json, math, pathlib, random, re, string, sys, unicodedata
from importlib.metadata import version

import numpy as np
import sacrebleu
from rouge_score import rouge_scorer
from scipy import stats
from sklearn.metrics import brier_score_loss

HERE = pathlib.Path(__file__).parent
WORDS = """the a an The A AN der die das Der ein eine einem eines Eines und in on of Dienst Störung
database Datenbank outage Straße STRASSE Übergabe ÜBER über naïve café cafe\u0301 u\u0308ber İstanbul ΣΟΦΟΣ ΣΑΣ
K 3.5 1,000 1.000 12:45 2024-03-01 co-operate U.S. e.g. don't „Ausfall“ »Rückfall« ›kurz‹ “down” ‘up’ 100% $5
a.b x,y z. (hi) [ok] {no} <skipped> &amp; &lt;b&gt; &quot;q&quot; foo_bar a_b — – - -- ... … äöü ÄÖÜ ß ẞ 日本 語 🎉 é́
2-3 9- 7-a 5. .5 ,5 5, '' "q" `t` ~ ^ | \\ / @home #tag * + = node server Server's cluster latency p99 twenty-one""".split()
SPACES = [" ", " ", " ", " ", "  ", "\t", "\n", "-\n", "\u00a0", "\u2009", "\x1c", ""]


def text(rng, low, high):
    return "".join(w for _ in range(rng.randint(low, high)) for w in (rng.choice(WORDS), rng.choice(SPACES)))


def near(rng, other):
    """Another answer that shares much with this one."""
    words = re.split(r"(\s+)", other)
    for _ in range(rng.randint(0, 3)):
        if words:
            i = rng.randrange(len(words))
            match rng.randrange(5):
                case 0: words[i] = rng.choice(WORDS)
                case 1: words[i] = words[i].upper()
                case 2: words[i] = ""
                case 3: words.insert(i, rng.choice(WORDS) + " ")
                case 4: words[i] = words[i].lower() + rng.choice([".", ",", "!", ""])
    return "".join(words)


def write(name, rows):
    with open(HERE / name, "w", encoding="utf-8") as out:
        for row in rows:
            out.write(json.dumps(row, ensure_ascii=False) + "\n")


GERMAN = re.compile(r"\b(ein|eine|einen|einem|eines|einer|der|die|das|den|dem|des)\b")


def german(answer):
    """The German rules, told once more in Python: the second opinion on ours."""
    kept = "".join(
        c for c in unicodedata.normalize("NFC", answer).lower()
        if not unicodedata.category(c).startswith("P") and c not in string.punctuation)
    return GERMAN.sub(" ", kept).split()


def german_f1(gold, answer):
    if not gold or not answer:
        return float(gold == answer)
    same, left = 0, list(gold)
    for word in answer:
        if word in left:
            left.remove(word)
            same += 1
    if not same:
        return 0.0
    precision, recall = same / len(answer), same / len(gold)
    return (2 * precision * recall) / (precision + recall)


def answers(squad):
    rng = random.Random(1)
    for _ in range(1000):
        gold = [text(rng, 0, 5) for _ in range(rng.randint(1, 3))]
        answer = near(rng, rng.choice(gold)) if rng.random() < 0.7 else text(rng, 0, 5)
        row = {"answer": answer, "gold": gold}
        # As the official script does: references that normalise to nothing do not count.
        kept = [g for g in gold if squad.normalize_answer(g)] or [""]
        row["normalised"] = squad.normalize_answer(answer)
        row["exact"] = max(squad.compute_exact(g, answer) for g in kept)
        row["f1"] = max(squad.compute_f1(g, answer) for g in kept)
        kept = [g for g in map(german, gold) if g] or [[]]
        row["german"] = " ".join(german(answer))
        row["german_exact"] = int(any(g == german(answer) for g in kept))
        row["german_f1"] = max(german_f1(g, german(answer)) for g in kept)
        yield row


def texts():
    rng = random.Random(2)
    rouge = rouge_scorer.RougeScorer(["rougeL"], use_stemmer=False)
    for corpus in range(60):
        rows, count = [], rng.randint(1, 3)
        for _ in range(rng.randint(1, 12)):
            references = [text(rng, 1, 14) for _ in range(count)]
            candidate = near(rng, references[0]) if rng.random() < 0.8 else text(rng, 0, 14)
            best = rouge.score_multi(references, candidate)["rougeL"]
            rows.append({
                "candidate": candidate, "references": references,
                "rouge": [best.precision, best.recall, best.fmeasure]})
        candidates = [r["candidate"] for r in rows]
        references = [[r["references"][i] for r in rows] for i in range(count)]
        yield {
            "segments": rows,
            "bleu": sacrebleu.corpus_bleu(candidates, references).score,
            "chrf": sacrebleu.corpus_chrf(candidates, references).score}


def calibration():
    rng = np.random.default_rng(3)
    for size in (1, 2, 10, 100, 1000):
        confidence = rng.random(size).round(2 if size > 10 else 6)
        right = rng.random(size) < confidence ** 1.3
        edges = np.linspace(0, 1, 11)
        error = 0.0
        for low, high in zip(edges[:-1], edges[1:]):
            inside = (confidence > low) & (confidence <= high) if low > 0 else confidence <= high
            if inside.any():
                error += inside.mean() * abs(right[inside].mean() - confidence[inside].mean())
        # The curve of one answer order at a time, averaged over many orders of the ties.
        areas = []
        for _ in range(4000 if size <= 100 else 400):
            order = rng.permutation(size)
            order = order[np.argsort(-confidence[order], kind="stable")]
            wrong = (~right[order]).cumsum()
            areas.append((wrong / np.arange(1, size + 1)).mean())
        yield {
            "confidence": confidence.tolist(), "right": right.tolist(), "ece": error,
            "brier": float(brier_score_loss(right, confidence, labels=[False, True], pos_label=True)),
            "aurc": float(np.mean(areas)), "aurc_error": float(np.std(areas) / len(areas) ** 0.5)}


def distributions():
    for p in (1e-12, 1e-6, 0.001, 0.025, 0.05, 0.3, 0.5, 0.8, 0.975, 0.999, 1 - 1e-9):
        yield {"of": "normal quantile", "at": [p], "is": stats.norm.ppf(p)}
        for df in (1, 2, 3, 7, 30, 499, 20000):
            yield {"of": "t quantile", "at": [p, df], "is": stats.t.ppf(p, df)}
    for x in (-38.0, -8.0, -3.0, -1.0, -0.1, 0.0, 0.5, 1.96, 4.0, 9.0):
        yield {"of": "normal cumulative", "at": [x], "is": stats.norm.cdf(x)}
        for df in (1, 2, 5, 29, 499, 20000):
            yield {"of": "t cumulative", "at": [x, df], "is": stats.t.cdf(x, df)}
    for n in (1, 5, 20, 100, 1000):
        for k in sorted({0, 1, n // 10, n // 3, n // 2, n - 1, n}):
            for p in (0.05, 0.5, 0.9):
                yield {"of": "binomial cumulative", "at": [k, n, p], "is": stats.binom.cdf(k, n, p)}
        for q in (0.01, 0.5, 0.99):
            yield {"of": "binomial quantile", "at": [q, n, 0.3], "is": stats.binom.ppf(q, n, 0.3)}
    for n, k in ((1, 0), (1, 1), (10, 3), (37, 37), (500, 0), (500, 261)):
        low, high = stats.binomtest(k, n).proportion_ci(0.95, method="wilson")
        yield {"of": "wilson low", "at": [k, n], "is": low}
        yield {"of": "wilson high", "at": [k, n], "is": high}
    for a, b in ((0.5, 0.5), (2, 3), (10, 1), (200, 300), (0.1, 40)):
        for x in (0.0, 0.01, 0.3, 0.5, 0.9, 1.0):
            yield {"of": "beta", "at": [x, a, b], "is": stats.beta.cdf(x, a, b)}


def tests():
    rng = np.random.default_rng(4)
    for _ in range(60):
        n = int(rng.integers(2, 200))
        a = rng.random(n) < 0.5
        b = np.where(rng.random(n) < 0.7, a, rng.random(n) < 0.6)
        gains, losses = int((~a & b).sum()), int((a & ~b).sum())
        p = stats.binomtest(gains, gains + losses, 0.5).pvalue if gains + losses else 1.0
        row = {"a": a.astype(float).tolist(), "b": b.astype(float).tolist(), "mcnemar": float(p)}
        difference = b.astype(float) - a.astype(float)
        if difference.std() > 0:
            row["t"] = float(stats.ttest_rel(b.astype(float), a.astype(float)).pvalue)
        groups = rng.integers(0, max(1, n // 4), n)
        centred = b - b.mean()
        sums = np.array([centred[groups == g].sum() for g in np.unique(groups)])
        row["groups"] = groups.tolist()
        row["clustered"] = float(np.sqrt((sums ** 2).sum()) / n)
        row["stderr"] = float(stats.sem(b.astype(float)))
        yield row
    for _ in range(20):
        p = rng.random(int(rng.integers(1, 12))) ** 3
        order = np.argsort(p, kind="stable")
        adjusted, worst = np.empty(len(p)), 0.0
        for rank, i in enumerate(order):
            worst = max(worst, min(1.0, (len(p) - rank) * p[i]))
            adjusted[i] = worst
        yield {"p": p.tolist(), "holm": adjusted.tolist()}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--squad", required=True)
    spec = importlib.util.spec_from_file_location("squad", parser.parse_args().squad)
    squad = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(squad)
    write("answers.jsonl", answers(squad))
    write("texts.jsonl", texts())
    write("calibration.jsonl", calibration())
    write("distributions.jsonl", ({**row, "is": float(row["is"])} for row in distributions()))
    write("tests.jsonl", tests())
    (HERE / "versions.json").write_text(json.dumps(
        {"python": sys.version.split()[0],
         **{name: version(name) for name in ("sacrebleu", "rouge-score", "scipy", "scikit-learn", "numpy")}},
        indent=2) + "\n")


main()
