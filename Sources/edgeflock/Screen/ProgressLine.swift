import Launcher

#if canImport(Glibc)
    import Glibc
#endif

/// One line that is written over and over on a terminal, and a line every few seconds elsewhere.
struct ProgressLine {
    /// Nanoseconds between two lines.
    private let interval: Int64
    private let isTerminal: Bool
    private var last: Int64
    private var isShown = false

    init(isTerminal: Bool = Console.isTerminal) {
        self.isTerminal = isTerminal
        interval = isTerminal ? 200_000_000 : 5_000_000_000
        last = Self.now
    }

    /// Whether it is time for another line; cheap enough to ask often.
    var isDue: Bool { Self.now - last >= interval }

    mutating func show(_ progress: RunProgress) { show(progress.text) }

    mutating func show(_ text: String) {
        guard isDue else { return }
        last = Self.now
        isShown = true
        // Carriage return, and clear to the end of the line.
        Console.write(
            isTerminal ? "\r\(text)\u{1B}[K" : text + "\n", to: STDERR_FILENO)
    }

    /// For a program that reads.
    mutating func tell(_ progress: RunProgress) {
        last = Self.now
        Console.write(progress.line + "\n", to: STDOUT_FILENO)
    }

    /// Makes room for other output.
    mutating func clear() {
        if isShown, isTerminal { Console.write("\r\u{1B}[K", to: STDERR_FILENO) }
        isShown = false
    }

    private static var now: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
