/// One call of `hearth train` that is wrong in one way, and what it has to say.
struct BadTraining: Sendable, CustomStringConvertible {
    let name: String
    /// The recipe's text, where the tiny one with `settings` does not do.
    var recipe: String?
    var settings: [String] = []
    /// The text of `data.jsonl`, which is trained on.
    var data: String?
    /// Bytes of the good adapter's files that are replaced by as many others.
    var edits: [(file: String, from: String, to: String)] = []
    /// Files of the good adapter that are taken away, or cut to half.
    var missing: [String] = []
    var halved: [String] = []
    let says: String
    var description: String { name }

    static let least = "base_model: ./model\ndataset: good.jsonl\n"

    static let all = recipes + datasets + adapters

    // MARK: - Recipes

    private static func recipe(_ name: String, _ text: String, says: String) -> BadTraining {
        BadTraining(name: name, recipe: text, says: says)
    }

    private static func key(_ name: String, _ line: String, says: String) -> BadTraining {
        BadTraining(name: name, recipe: least + line + "\n", says: says)
    }

    static let recipes: [BadTraining] = [
        .recipe("an empty recipe", "", says: "write at least base_model and dataset"),
        .recipe("a recipe that is a list", "- a\n", says: "a mapping of keys, not a list"),
        .recipe("broken YAML", "base_model: [a\n", says: "this is not YAML"),
        .recipe("a second document", least + "---\nseed: 1\n", says: "a second document"),
        .recipe("no model", "dataset: good.jsonl\n", says: "base_model is missing"),
        .recipe("no data", "base_model: ./model\n", says: "dataset is missing"),
        .recipe(
            "a model that is not there", "base_model: ./none\ndataset: good.jsonl\n",
            says: "There is no model at"),
        .recipe(
            "a model name that nothing has", "base_model: no-such-name\ndataset: good.jsonl\n",
            says: "There is no model"),
        .recipe(
            "a model without a tokenizer", "base_model: ./bare\ndataset: good.jsonl\n", says: "tokenizer"),
        .recipe(
            "a model without a chat format", "base_model: ./plain\ndataset: good.jsonl\n",
            says: "write chat_format"),
        .key("a misspelt key", "learnig_rate: 1e-4", says: "did you mean learning_rate?"),
        .key("a key of nobody", "flux_capacitor: 1", says: "unknown key flux_capacitor"),
        .key("a duplicate key", "seed: 1\nseed: 2", says: "seed is already on line 3"),
        .key("two names of one key", "lora_r: 8\nrank: 16", says: "rank says again what lora_r on line 3"),
        .key("a word for a number", "learning_rate: fast", says: "learning_rate takes a number"),
        .key("a rank of 0", "lora_r: 0", says: "lora_r takes a whole number from 1"),
        .key("a dropout of 1", "lora_dropout: 1", says: "lora_dropout takes a number from 0 to below 1"),
        .key("an optimiser that is none", "optimizer: sgd", says: "optimizer cannot be sgd"),
        .key("a projection that is none", "lora_target_modules: [q_prj]", says: "did you mean q_proj?"),
        .key("the head as a target", "lora_target_modules: [lm_head]", says: "lm_head stays frozen"),
        .key("trained biases", "bias: all", says: "write bias: none"),
        .key("four bits on the fly", "load_in_4bit: true", says: "name a quantised .gguf as base_model"),
        .key(
            "dropout in a shared prefix", "shared_context: true\nlora_dropout: 0.1",
            says: "shared_context needs lora_dropout: 0"),
        .key(
            "a warm-up beyond the end", "max_steps: 5\nwarmup_steps: 9",
            says: "does not fit in max_steps: 5"),
        .key("evaluation of nothing", "eval_steps: 5", says: "write eval_dataset or val_set_size"),
        .key("a layer beyond the last", "layers_to_transform: [5]", says: "names layer 5"),
        .key("a pattern for nothing", "lora_rank_pattern: {x_proj: 2}", says: "x_proj"),
        .key("a chat format of another model", "chat_format: gemma", says: "<bos>"),
        .key("an argument as a key", "chat_format: nosuch", says: "chat_format cannot be nosuch"),
        BadTraining(name: "a word for an argument", settings: ["nonsense"], says: "key=value"),
        BadTraining(name: "a misspelt option", settings: ["--resum"], says: "did you mean “--resume”"),
    ]

    // MARK: - Datasets

    private static func data(
        _ name: String, _ text: String, _ settings: [String] = [], says: String
    ) -> BadTraining {
        BadTraining(name: name, settings: settings, data: text, says: says)
    }

    private static let good = #"{"prompt": "a", "completion": "b"}"#
    private static let mixed = ["dataset={path: data.jsonl}"]

    static let datasets: [BadTraining] = [
        BadTraining(
            name: "a dataset that is not there", settings: ["dataset=none.jsonl"],
            says: "there is no such dataset"),
        .data("an empty dataset", "\n", mixed, says: "there is not one example"),
        .data("a line that is no JSON", good + "\n{\"prompt\"\n", mixed, says: "line 2 is not JSON"),
        .data(
            "a field twice", #"{"text": "a", "text": "b"}"#, mixed, says: "line 1 is not JSON"),
        .data("fields of no format", #"{"a": 1}"#, mixed, says: "no format has the fields a"),
        .data(
            "a field that is missing later", good + "\n" + #"{"prompt": "a"}"#, mixed,
            says: "line 2: the field completion is missing"),
        .data(
            "a number for a text", #"{"text": 7}"#, mixed, says: "line 1: the field text has to be a text"),
        .data(
            "an unknown role", #"{"messages": [{"role": "robot", "content": "x"}]}"#, mixed,
            says: "messages[0].role is robot"),
        .data("no turn at all", #"{"messages": []}"#, mixed, says: "the list messages is empty"),
        .data(
            "nothing to learn", #"{"messages": [{"role": "user", "content": "x"}]}"#, mixed,
            says: "nothing in the example would be trained"),
        .data(
            "a question without an answer",
            #"{"context": "c", "question": "q", "answers": {"text": []}}"#, mixed, says: "has no answer"),
        .data(
            "an example that is too long", good + "\n" + #"{"prompt": "aaaaaaaaaaaa", "completion": "b"}"#,
            mixed + ["max_length=8"], says: "line 2: the example has"),
        .data(
            "an answer that is cut away",
            #"{"prompt": "aaaaaaaaaaaaaaaaaaaaaaaa", "completion": "b"}"#,
            mixed + ["max_length=8", "truncation=keep_start"],
            says: "nothing in the example would be trained"),
        .data(
            "more put aside than there is", good, mixed + ["val_set_size=1"],
            says: "leave val_set_size out"),
        .data(
            "everything put aside", good + "\n" + good, mixed + ["val_set_size=2"],
            says: "val_set_size puts 2 of 2 examples aside; write a number from 1 to 1"),
        .data(
            "evaluation data that are not there", good, mixed + ["eval_dataset=gone.jsonl"],
            says: "gone.jsonl: there is no such dataset"),
        .data(
            "a split of a file", good, ["dataset={path: data.jsonl, split: train}"],
            says: "leave split out"),
        .data("a control character", "{\"text\": \"\u{0}\"}", mixed, says: "line 1 is not JSON"),
    ]

    // MARK: - Adapters to start from

    private static func adapter(
        _ name: String, _ edits: [(file: String, from: String, to: String)] = [], missing: [String] = [],
        halved: [String] = [], settings: [String] = [], says: String
    ) -> BadTraining {
        BadTraining(
            name: name, settings: ["init_adapter=adapter", "lora_r=4", "lora_alpha=8"] + settings,
            edits: edits, missing: missing, halved: halved, says: says)
    }

    private static let config = "adapter_config.json"
    private static let weights = "adapter_model.safetensors"

    static let adapters: [BadTraining] = [
        .adapter("an adapter without configuration", missing: [config], says: "no adapter_config.json"),
        .adapter("an adapter without weights", missing: [weights], says: "no adapter_model.safetensors"),
        .adapter("a configuration cut off", halved: [config], says: "not the JSON it should be"),
        .adapter("weights cut off", halved: [weights], says: "not a sound safetensors file"),
        .adapter(
            "another kind of adapter", [(config, #""peft_type": "LORA""#, #""peft_type": "IA3 ""#)],
            says: "only LORA is computed"),
        .adapter("a rank of 0 in it", [(config, "\"r\": 4", "\"r\": 0")], says: "makes no sense"),
        .adapter(
            "a rank its tensors have not", [(config, "\"r\": 4", "\"r\": 3")],
            says: "adapter_config.json says 3"),
        .adapter(
            "biases in it", [(config, #""bias": "none""#, #""bias": "all" "#)],
            says: "switches on “bias”"),
        .adapter(
            "a variant nobody computes", [(config, "\"use_qalora\": false", "\"use_qalora\": true ")],
            says: "switches on “use_qalora”"),
        .adapter(
            "a tensor of no adapter",
            [(weights, "layers.0.mlp.up_proj.lora_A", "layers.0.mlp.up_proj.lora_X")],
            says: "is no part of a LoRA adapter"),
        .adapter(
            "half a module", [(weights, "layers.1.mlp.up_proj.lora_A", "layers.1.mlp.xx_proj.lora_A")],
            says: "has no"),
        .adapter(
            "a layer beyond the model's",
            [
                (weights, "layers.1.mlp.up_proj.lora_A", "layers.9.mlp.up_proj.lora_A"),
                (weights, "layers.1.mlp.up_proj.lora_B", "layers.9.mlp.up_proj.lora_B"),
            ], says: "and the model has only 2 layers"),
        .adapter(
            "A and B the wrong way round", [(weights, #""shape":[4,44]"#, #""shape":[44,4]"#)],
            says: "is of rank 44"),
        .adapter(
            "an adapter of another model", settings: ["base_model=./other"],
            says: "name the base model it was trained for"),
        .adapter("another rank than the recipe's", settings: ["lora_r=8"], says: "write lora_r: 4"),
        .adapter("another scale than the recipe's", settings: ["lora_alpha=16"], says: "lora_alpha"),
        .adapter(
            "fewer modules than the recipe's", settings: ["lora_target_modules=q_proj"],
            says: "put it into lora_target_modules"),
        .adapter("DoRA that is not there", settings: ["use_dora=true"], says: "write use_dora: false"),
    ]
}
