// swift-tools-version: 6.2
import PackageDescription

/// Every target is warnings-as-errors in Swift 6 mode; C is optimised in debug
/// builds too, because kernels at -O0 make every test thirty times slower.
let swift: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
]
let c: [CSetting] = [.unsafeFlags(["-O2", "-Wall", "-Werror"])]

func system(_ name: String, _ debian: String, pkgConfig: String? = nil) -> Target {
    .systemLibrary(
        name: name, path: "Sources/C/\(name)", pkgConfig: pkgConfig,
        providers: [.apt([debian])])
}

func floor(_ name: String, _ below: [Target.Dependency]) -> Target {
    .target(name: name, dependencies: below, swiftSettings: swift)
}

func tests(_ name: String, _ subject: [Target.Dependency]) -> Target {
    .testTarget(
        name: "\(name)Tests", dependencies: subject + ["TestSupport"],
        path: "Tests/\(name)Tests", swiftSettings: swift)
}

let package = Package(
    name: "hearth",
    products: [.executable(name: "hearth", targets: ["hearth"])],
    targets: [
        // Floor 0: C.
        system("COpenBLAS", "libopenblas-dev", pkgConfig: "openblas"),
        system("CSQLite", "libsqlite3-dev", pkgConfig: "sqlite3"),
        system("CYAML", "libyaml-dev", pkgConfig: "yaml-0.1"),
        system("CMicroHTTPD", "libmicrohttpd-dev", pkgConfig: "libmicrohttpd"),
        system("CGnuTLS", "libgnutls28-dev", pkgConfig: "gnutls"),
        .target(
            name: "CSentencePiece", path: "Sources/C/CSentencePiece",
            linkerSettings: [.linkedLibrary("sentencepiece")]),
        .target(
            name: "CKernels", path: "Sources/C/CKernels", cSettings: c,
            linkerSettings: [.linkedLibrary("m"), .linkedLibrary("pthread")]),
        // Floor 1.
        floor("Kernels", ["CKernels"]),
        floor("Checkpoint", []),
        // Floor 2.
        floor("Model", ["Kernels", "Checkpoint"]),
        floor("Text", ["Checkpoint", "CSentencePiece"]),
        floor("Corpus", ["Text", "Checkpoint"]),
        floor("Recipes", ["CYAML"]),
        floor("Registry", ["CSQLite"]),
        // Floor 3.
        floor("Generation", ["Model", "Kernels"]),
        floor("Training", ["Model", "Kernels", "Checkpoint", "Corpus", "Text", "Recipes", "Registry"]),
        // Floor 4.
        floor("Serving", ["Generation", "Text", "Registry", "Checkpoint", "CMicroHTTPD"]),
        floor(
            "Evaluation",
            ["Generation", "Text", "Corpus", "Recipes", "Registry", "Checkpoint"]),
        floor("Incident", ["Registry", "Recipes", "Checkpoint", "CGnuTLS"]),
        // Floor 5.
        .executableTarget(
            name: "hearth",
            dependencies: [
                "Kernels", "Checkpoint", "Model", "Text", "Corpus", "Recipes", "Registry",
                "Generation", "Training", "Serving", "Evaluation", "Incident",
            ],
            swiftSettings: swift),
        // Tests mirror the floors.
        .target(
            name: "TestSupport", dependencies: [], path: "Tests/TestSupport", swiftSettings: swift),
        // OpenBLAS is a witness: our products against another's.
        tests("Kernels", ["Kernels", "CKernels", "COpenBLAS"]),
        tests("Checkpoint", ["Checkpoint"]),
        tests("Model", ["Model", "Kernels", "Checkpoint"]),
        tests("Text", ["Text", "Checkpoint"]),
        tests("Corpus", ["Corpus", "Text"]),
        tests("Recipes", ["Recipes"]),
        tests("Registry", ["Registry"]),
        tests("Generation", ["Generation", "Model", "Kernels"]),
        tests("Training", ["Training", "Model", "Kernels", "Corpus", "Recipes", "Registry"]),
        tests("Serving", ["Serving"]),
        tests("Evaluation", ["Evaluation"]),
        tests("Incident", ["Incident", "Registry"]),
        tests("House", ["hearth"]),
    ],
    swiftLanguageModes: [.v6],
    cLanguageStandard: .gnu11,
    cxxLanguageStandard: .cxx17
)

// Fuzzers are built only by Scripts/fuzz, which says where libFuzzer is, and
// instruments what they run. One line here and one folder in Fuzz make another.
if let libFuzzer = Context.environment["HEARTH_LIBFUZZER"] {
    func fuzzer(_ name: String, _ subject: [Target.Dependency]) -> Target {
        .executableTarget(
            name: name, dependencies: subject + ["Fuzzing"], path: "Fuzz/\(name)", swiftSettings: swift)
    }
    package.targets += [
        .systemLibrary(name: "CFuzzer", path: "Fuzz/CFuzzer"),
        .target(
            name: "Fuzzing", dependencies: ["CFuzzer", "Checkpoint"], path: "Fuzz/Fuzzing",
            swiftSettings: swift, linkerSettings: [.unsafeFlags([libFuzzer])]),
        fuzzer("FuzzSafetensors", ["Checkpoint"]),
        fuzzer("FuzzGGUF", ["Checkpoint"]),
        fuzzer("FuzzJSON", ["Checkpoint"]),
        fuzzer("FuzzTokenizer", ["Text", "Checkpoint"]),
        fuzzer("FuzzSentencePiece", ["Text", "Checkpoint"]),
    ]
}
