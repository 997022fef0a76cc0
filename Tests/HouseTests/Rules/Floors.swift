/// The house of `docs/house.md`: the floors, and which target may stand on which.
enum Floors {
    /// From the ground up. A target may stand only on floors below its own.
    static let plan: [[String]] = [
        ["COpenBLAS", "CSQLite", "CYAML", "CMicroHTTPD", "CGnuTLS", "CMPI", "CSentencePiece", "CKernels"],
        ["Kernels", "Checkpoint"],
        ["Model", "Text", "Recipes", "Registry"],
        ["Corpus"],  // the second floor's upper half: it stands on Text
        ["Training", "Generation"],
        ["Serving", "Evaluation", "Incident"],
        ["hearth"],
    ]

    /// The arrows there may be. Fewer than the floors alone would allow: Generation
    /// knows no text, Serving no tensors, Incident no model.
    static let arrows: [String: Set<String>] = [
        "Kernels": ["CKernels"],
        "Checkpoint": [],
        "Model": ["Kernels", "Checkpoint"],
        "Text": ["Checkpoint", "CSentencePiece"],
        "Recipes": ["CYAML"],
        "Registry": ["CSQLite"],
        "Corpus": ["Text", "Checkpoint"],
        "Generation": ["Model", "Kernels"],
        "Training": ["Model", "Kernels", "Checkpoint", "Corpus", "Text", "Recipes", "Registry"],
        "Serving": ["Generation", "Text", "Registry", "Checkpoint", "CMicroHTTPD"],
        "Evaluation": ["Generation", "Text", "Corpus", "Recipes", "Registry", "Checkpoint"],
        "Incident": ["Registry", "Recipes", "Checkpoint", "CGnuTLS"],
        "hearth": [
            "Kernels", "Checkpoint", "Model", "Text", "Corpus", "Recipes", "Registry", "Generation",
            "Training",
            "Serving", "Evaluation", "Incident",
        ],
    ]

    /// What comes with the toolchain and may be imported anywhere.
    static let toolchain: Set<String> = ["Foundation", "Glibc", "Dispatch", "Swift"]

    static func floor(of target: String) -> Int? { plan.firstIndex { $0.contains(target) } }
}
