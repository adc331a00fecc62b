// swift-tools-version: 6.2
import PackageDescription

/// The processor level that the numerical modules are compiled for (AVX2 on x86-64; other
/// processors keep their default). Square roots of arrays become vector instructions only when
/// they need not set `errno`; neither option changes a bit of any result.
#if arch(x86_64)
    let processorLevel = ["-Xcc", "-march=x86-64-v3", "-Xcc", "-fno-math-errno"]
#else
    let processorLevel = ["-Xcc", "-fno-math-errno"]
#endif

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let sqlite = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let sqliteLibrary = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")
let histogram = Target.Dependency.product(name: "Histogram", package: "hdrhistogram-swift")
let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")
let systemPackage = Target.Dependency.product(name: "SystemPackage", package: "swift-system")
let argumentParser = Target.Dependency.product(
    name: "ArgumentParser", package: "swift-argument-parser")

/// One module of the program and its test target, in one line.
func module(
    _ name: String, _ uses: [Target.Dependency] = [], settings: [SwiftSetting] = [],
    tests: [Target.Dependency]? = []
) -> [Target] {
    let library = Target.target(
        name: name, dependencies: uses, swiftSettings: strict + settings)
    guard let tests else { return [library] }
    let suite = Target.testTarget(
        name: "\(name)Tests",
        dependencies: [.byName(name: name), "TestSupport"] + uses.filter(isOurs) + tests,
        swiftSettings: strict)
    return [library, suite]
}

func isOurs(_ dependency: Target.Dependency) -> Bool {
    if case .byNameItem = dependency { true } else { false }
}

func systemModule(_ name: String, apt: String) -> Target {
    .systemLibrary(name: name, path: "Sources/\(name)", providers: [.apt([apt])])
}

/// Lets a type lend its bytes as a span: a closure instead is not specialised across modules, and
/// the wire is read and written for every message.
let returnsSpans = SwiftSetting.enableExperimentalFeature("Lifetimes")

/// Modules that compute with arrays are optimised in debug builds, too: fifty times faster tests.
/// Their results have the same bits either way. Fused operations, which they are full of, would be
/// calls of a library function below this processor level.
let numerics: [SwiftSetting] = [
    .unsafeFlags(processorLevel),
    .unsafeFlags(["-O"], .when(configuration: .debug)),
]

/// Puts the program at a fixed address, so that nothing in it has to be changed when it is loaded:
/// a hundred processes share these pages (docs/decisions/0006).
let sharedPages = LinkerSetting.unsafeFlags(
    ["-Xclang-linker", "-no-pie"], .when(configuration: .release))

/// Links in what else would be shared libraries: their archives are in this folder (scripts/build,
/// docs/decisions/0014). ZeroMQ refers to the others, so they come after it.
let archives: [LinkerSetting] =
    Context.environment["EDGEFLOCK_ARCHIVES"].map { folder in
        let names = ["zmq", "pgm", "norm", "protokit", "bsd", "md", "sodium"]
        return [.unsafeFlags(["-L", folder] + names.map { "-l\($0)" })]
    } ?? []

var targets: [Target] = [
    systemModule("CZeroMQ", apt: "libzmq3-dev"),
    systemModule("CGLPK", apt: "libglpk-dev"),
    systemModule("CSodium", apt: "libsodium-dev"),
    .target(name: "CPlatform"),
    // The hot loops stay fast in debug builds, too.
    .target(
        name: "CKernels", cSettings: [.unsafeFlags(["-O2", "-fno-math-errno", "-Wall", "-Wextra"])]),
    .target(name: "AllocationCounter", path: "Tests/AllocationCounter"),
    .target(
        name: "TestSupport", dependencies: ["SimulationKernel"], path: "Tests/TestSupport",
        swiftSettings: strict),
]

targets += module("SimulationKernel")
targets += module("EdgeModel", ["SimulationKernel"])
targets += module("NeuralNetwork", ["CKernels", "SimulationKernel"], settings: numerics)
targets += module(
    "Messaging", ["EdgeModel", "SimulationKernel"], settings: [returnsSpans])
targets += module("Topologies", ["EdgeModel", "SimulationKernel", yams])
targets += module(
    "Policies", ["NeuralNetwork", "Messaging", "EdgeModel", "SimulationKernel"],
    settings: numerics)
targets += module(
    "Stations", ["Policies", "Messaging", "EdgeModel", "SimulationKernel"], tests: ["NodeRuntime"])
targets += module(
    "Learning", ["Policies", "NeuralNetwork", "Messaging", "EdgeModel", "SimulationKernel"],
    settings: numerics, tests: ["AllocationCounter"])
targets += module(
    "ZeroMQ", ["CZeroMQ"], settings: [.strictMemorySafety(), returnsSpans])
targets += module(
    "NodeRuntime", ["ZeroMQ", "Messaging", "EdgeModel", "SimulationKernel", "CPlatform"])
targets += module(
    "Recording",
    [
        "Messaging", "EdgeModel", "SimulationKernel", "CSodium", sqlite, sqliteLibrary, histogram,
    ])
targets += module(
    "Emulation",
    [
        "Topologies", "Stations", "Learning", "Policies", "NeuralNetwork", "NodeRuntime",
        "Recording", "Messaging",
        "EdgeModel", "SimulationKernel",
    ])
targets += module(
    "Launcher",
    [
        "Topologies", "NodeRuntime", "Messaging", "EdgeModel", "SimulationKernel", "CPlatform",
        subprocess, systemPackage,
    ], tests: [yams])
targets += module(
    "Studies",
    [
        "Emulation", "Launcher", "Topologies", "Recording", "Learning", "Policies", "NodeRuntime",
        "Messaging", "EdgeModel", "SimulationKernel",
    ])
targets += module("Optimum", ["CGLPK", "EdgeModel"], tests: ["SimulationKernel"])
targets += [
    .executableTarget(
        name: "edgeflock-optimum", dependencies: ["Optimum", "EdgeModel"], swiftSettings: strict),
    .executableTarget(
        name: "edgeflock",
        dependencies: [
            "Studies", "Emulation", "Launcher", "Topologies", "Recording", "NodeRuntime",
            "Stations",
            "Learning", "Policies", "Messaging", "EdgeModel", "SimulationKernel", "CPlatform",
            argumentParser,
        ],
        swiftSettings: strict, linkerSettings: [sharedPages] + archives),
    .executableTarget(
        name: "edgeflock-bench",
        dependencies: [
            "ZeroMQ", "EdgeModel", "Emulation", "Learning", "Messaging", "NeuralNetwork",
            "NodeRuntime", "Policies", "Recording", "SimulationKernel", "Topologies",
            "AllocationCounter",
        ],
        path: "Benchmarks/edgeflock-bench", swiftSettings: strict),
    .testTarget(
        name: "edgeflockTests",
        dependencies: [
            "edgeflock", "Recording", "TestSupport", "Topologies", argumentParser, subprocess,
            systemPackage,
        ],
        exclude: ["Help"], swiftSettings: strict),
]

// The program that libFuzzer drives needs its runtime: scripts/fuzz builds it.
if Context.environment["EDGEFLOCK_FUZZ"] != nil {
    targets.append(
        .executableTarget(
            name: "edgeflock-fuzz",
            dependencies: [
                "Emulation", "Topologies", "NodeRuntime", "NeuralNetwork", "Messaging", "EdgeModel",
                "SimulationKernel",
            ],
            path: "Fuzz/edgeflock-fuzz", swiftSettings: strict))
}

let package = Package(
    name: "edgeflock",
    dependencies: [
        .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", exact: "1.0.2"),
        .package(url: "https://github.com/apple/swift-system", exact: "1.8.1"),
        .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", exact: "0.2.0"),
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
    ],
    targets: targets
)
