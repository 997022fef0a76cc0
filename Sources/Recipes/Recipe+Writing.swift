extension Recipe {
    /// The whole recipe as YAML: every key with its value, always in the same order.
    ///
    /// Reading it back gives the same recipe. It is what a run directory keeps.
    public var yaml: String {
        YAMLWriter.write(
            RecipeKey.all.compactMap { key in
                let value = key.write(self)
                // A key whose rival was given says nothing of its own.
                if key.name == "num_epochs", batching.maxSteps != nil { return nil }
                return value.isNull ? nil : (key.name, value)
            })
    }

    /// The bytes whose digest tells two recipes apart that train differently.
    ///
    /// Keys that only say where or how often something is written are left out, and
    /// of paths only the last part counts: what the files hold is told by the
    /// digests of model and data, so the digest is the same on another machine.
    public var digestInput: [UInt8] {
        var plain = self
        plain.baseModel = Self.lastPart(baseModel)
        plain.adapter.initial = adapter.initial.map(Self.lastPart)
        for at in plain.data.training.indices {
            plain.data.training[at].path = Self.lastPart(data.training[at].path)
        }
        for at in plain.data.evaluation.indices {
            plain.data.evaluation[at].path = Self.lastPart(data.evaluation[at].path)
        }
        let keys = RecipeKey.all.filter(\.decides)
        return Array(YAMLWriter.write(keys.map { ($0.name, $0.write(plain)) }).utf8)
    }

    private static func lastPart(_ path: String) -> String {
        path.split(separator: "/").last.map { String($0) } ?? path
    }
}
