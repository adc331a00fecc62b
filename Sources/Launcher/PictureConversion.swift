#if canImport(Glibc)
    import Glibc
#endif

/// PNG files beside SVG pictures, by rsvg-convert where it is installed.
package enum PictureConversion {
    /// - Returns: how many were written; 0 where there is no converter.
    package static func writePNG(of pictures: [String]) -> Int {
        guard let program = converter else { return 0 }
        return pictures.count { path in
            let stem = path.hasSuffix(".svg") ? String(path.dropLast(4)) : path
            return run(program, ["--zoom=2", "--output=\(stem).png", path])
        }
    }

    private static var converter: String? {
        let folders = getenv("PATH").map { String(cString: $0) } ?? ""
        return folders.split(separator: ":").map { "\($0)/rsvg-convert" }
            .first { access($0, X_OK) == 0 }
    }

    private static func run(_ program: String, _ arguments: [String]) -> Bool {
        var words: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) }
        words.append(nil)
        defer { for word in words { free(word) } }
        var process = pid_t()
        guard posix_spawn(&process, program, nil, nil, words, [nil]) == 0 else { return false }
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0 {
            guard errno == EINTR else { return false }
        }
        return status == 0
    }
}
