/// What is wrong with the files of keys. Never says what a secret key is.
package struct KeyFault: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: Int, Hashable, Sendable {
        /// A key is missing, or is none.
        case key = 50
        /// A file that others could read or have made.
        case access = 51
        /// Keys that do not fit together.
        case mismatch = 52
        /// There are keys already, or they cannot be written.
        case writing = 53
    }

    package let code: Code
    /// A path, and where in the file it shows if it is there: line and column from 1.
    package let file: String
    package var line: Int?
    package var column = 1
    package let message: String
    package var hint: String?

    package var description: String {
        let place = line.map { ":\($0):\(column)" } ?? ""
        let advice = hint.map { "\nhint: \($0)" } ?? ""
        return "\(file)\(place): error[E0\(code.rawValue)]: \(message)\(advice)"
    }

    /// 65 bad data, 73 cannot create, 77 permission.
    package var exitCode: Int32 {
        switch code {
        case .key, .mismatch: 65
        case .access: 77
        case .writing: 73
        }
    }
}
