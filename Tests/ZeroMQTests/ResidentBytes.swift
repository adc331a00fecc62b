import Glibc

/// Memory of this process that is in use now, in bytes.
func residentBytes() -> Int {
    var text = [CChar](repeating: 0, count: 256)
    guard let file = fopen("/proc/self/statm", "r") else { return 0 }
    defer { fclose(file) }
    guard fgets(&text, Int32(text.count), file) != nil else { return 0 }
    let fields = String(
        decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self
    )
    .split(separator: " ")
    return (Int(fields[1]) ?? 0) * 4_096
}
