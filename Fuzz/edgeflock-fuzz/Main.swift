import Glibc

/// One decoder that libFuzzer feeds with bytes.
///
/// A decoder may refuse whatever it likes by throwing. It may not trap, take more than seconds or
/// much more memory than its input, or read something that it writes differently: then the
/// program ends, and libFuzzer keeps the bytes.
struct FuzzTarget {
    let name: String
    let decode: @Sendable ([UInt8]) -> Void
    /// Inputs that begin the corpus, made rather than kept as files.
    var seeds: @Sendable () -> [[UInt8]] = { [] }

    static let all: [FuzzTarget] = [
        .frame, .messages, .control, .inputLog, .checkpoint, .snapshot, .topology, .study, .trace,
        .verify, .keys, .recoveryLog, .processMemory,
    ]
}

/// What must hold whatever the input is.
func require(_ condition: Bool, _ what: String) {
    guard condition else { fatalError("does not hold: \(what)") }
}

@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
    _ count: UnsafeMutablePointer<CInt>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>,
    _ decode: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

/// The target of this process: named by the environment, since libFuzzer reads the arguments.
private let target: FuzzTarget = {
    let name = getenv("EDGEFLOCK_FUZZ_TARGET").map { String(cString: $0) } ?? ""
    guard let target = FuzzTarget.all.first(where: { $0.name == name }) else {
        let names = FuzzTarget.all.map(\.name).joined(separator: " ")
        print("EDGEFLOCK_FUZZ_TARGET names one of: \(names)")
        exit(64)
    }
    return target
}()

/// Writes the target's seeds into a folder, one file each.
private func writeSeeds(to folder: String) {
    for (number, seed) in target.seeds().enumerated() {
        guard let file = fopen("\(folder)/seed-\(number)", "w") else { exit(73) }
        fwrite(seed, 1, seed.count, file)
        fclose(file)
    }
}

/// The package manager calls the main function of a program this.
@_cdecl("edgeflock_fuzz_main")
func start(
    _ count: CInt, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> CInt {
    if let folder = getenv("EDGEFLOCK_FUZZ_SEEDS") {
        writeSeeds(to: String(cString: folder))
        return 0
    }
    var count = count
    var arguments = arguments
    return runDriver(&count, &arguments) { start, size in
        target.decode([UInt8](UnsafeBufferPointer(start: start, count: size)))
        return 0
    }
}
