import EdgeModel
import FoundationEssentials
import Optimum

#if canImport(Glibc)
    import Glibc
#endif

// The exact optima of slots, for studies: a program of its own, so that the solver's library is
// not loaded into every station.
//
//     edgeflock-optimum SLOTS.json OPTIMA.json
//
// The first is a list of `SlotInstance`, the second becomes a list of `SlotOptimum`.

func fail(_ message: String, code: Int32) -> Never {
    let line = Array("edgeflock-optimum: error: \(message)\n".utf8)
    _ = write(STDERR_FILENO, line, line.count)
    exit(code)
}

guard CommandLine.arguments.count == 3 else {
    fail("give a file of slots and one for their optima", code: 64)
}
let (source, target) = (CommandLine.arguments[1], CommandLine.arguments[2])
do {
    let data = try Data(contentsOf: URL(filePath: source))
    let slots = try JSONDecoder().decode([SlotInstance].self, from: data)
    let optima = try slots.map { slot in try SlotProgram.optimum(of: slot) }
    try JSONEncoder().encode(optima).write(to: URL(filePath: target), options: .atomic)
} catch {
    fail("\(source): \(error)", code: 65)
}
