"""lm-eval runs local-completions and local-chat-completions against a server.

    python lm_eval_check.py BASE_URL [TOKENIZER_FOLDER]

The tasks are made here, so no data is fetched: a choice among endings, scored by
log-probability with `echo`, and short answers that are generated. The scores are
compared with what `hearth score` says of the same texts. Without a Hugging Face folder
lm-eval takes the server's own tokenizer.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

from served import MODEL, PROGRAM

BASE, TOKENIZER = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else ""
FOLDER = pathlib.Path(tempfile.mkdtemp())
ENDINGS = {"The capital of France is": [" Paris", " Berlin", " seven"], "Water freezes into": [" ice", " bread", " gold"],
           "The sky on a clear day is": [" blue", " square", " loud"], "Two plus two equals": [" four", " cat", " rain"],
           "A dog is an": [" animal", " ocean", " hour"], "The sun rises in the": [" east", " soup", " pen"],
           "Fish live in": [" water", " books", " clocks"], "The opposite of hot is": [" cold", " lamp", " nine"]}
rows = [{"text": text, "choices": ends, "gold": 0} for text, ends in ENDINGS.items()]
(FOLDER / "data.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
COMMON = f"""
dataset_path: json
dataset_kwargs: {{data_files: {{test: {FOLDER}/data.jsonl}}}}
test_split: test
doc_to_text: "{{{{text}}}}"
target_delimiter: ""
"""
(FOLDER / "choice.yaml").write_text("task: hearth_choice\noutput_type: multiple_choice\n" + COMMON
    + "doc_to_choice: '{{choices}}'\ndoc_to_target: gold\nmetric_list: [{metric: acc}]\n")
(FOLDER / "say.yaml").write_text("task: hearth_say\noutput_type: generate_until\n" + COMMON
    + "doc_to_target: '{{choices[0]}}'\ngeneration_kwargs: {until: ['\\n'], max_gen_toks: 16}\n"
    + "metric_list: [{metric: exact_match}]\n")


def run(model, path, task, *words):
    arguments = f"model={MODEL},base_url={BASE}{path},num_concurrent=4" + (
        f",tokenizer={TOKENIZER},tokenizer_backend=huggingface" if TOKENIZER else ",tokenizer_backend=remote")
    out = FOLDER / model
    done = subprocess.run(
        [sys.executable, "-m", "lm_eval", "run", "--model", model, "--model_args", arguments, "--tasks", task,
         "--include_path", str(FOLDER), "--output_path", str(out), "--log_samples", *words],
        capture_output=True, text=True, env={**os.environ, "OPENAI_API_KEY": "none", "HF_HUB_OFFLINE": "1",
                                             "HF_DATASETS_OFFLINE": "1", "HF_HOME": str(FOLDER / "hf")})
    results = sorted(out.rglob("results_*.json"))
    if done.returncode or not results:
        print("FAULT", model, (done.stderr or done.stdout)[-1500:])
        sys.exit(1)
    samples = [json.loads(line) for file in out.rglob("samples_*.jsonl") for line in file.read_text().splitlines()]
    return json.loads(results[-1].read_text())["results"][task], samples


choice, samples = run("local-completions", "/v1/completions", "hearth_choice")
say, said = run("local-chat-completions", "/v1/chat/completions", "hearth_say", "--apply_chat_template")
pairs = [(row["text"], end) for row in rows for end in row["choices"]]
(FOLDER / "score.jsonl").write_text("".join(json.dumps({"context": c, "continuation": e}) + "\n" for c, e in pairs))
scored = subprocess.run([PROGRAM, "score", MODEL, "--requests", str(FOLDER / "score.jsonl")],
                        capture_output=True, text=True, check=True).stdout.splitlines()
ours = {pair: json.loads(line)["logprob"] for pair, line in zip(pairs, scored)}
worst = max(abs(float(response[0][0]) - ours[(sample["doc"]["text"], end)])
            for sample in samples for response, end in zip(sample["resps"], sample["doc"]["choices"]))
answered = sum(bool(sample["resps"][0][0]) for sample in said)
print(f"local-completions: accuracy {choice['acc,none']:.3f} on {len(rows)}, log-probabilities within {worst:.4f} of "
      f"hearth score; local-chat-completions: {answered} of {len(said)} answered")
sys.exit(0 if worst < 0.05 and answered == len(rows) else 1)
