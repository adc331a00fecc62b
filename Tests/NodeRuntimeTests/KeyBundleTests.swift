import Glibc
import TestSupport
import Testing
import ZeroMQ

@testable import NodeRuntime

@Suite struct `A bundle of keys` {
    private let files = TemporaryFolder()
    private let names = ["bs1", "bs2", "traffic", "hub"]

    private func write(_ text: String, mode: mode_t = 0o444) -> String {
        let path = files.path + "/bundle"
        unlink(path)
        let file = fopen(path, "w")
        fputs(text, file)
        fclose(file)
        chmod(path, mode)
        return path
    }

    @Test func `gives a machine the keys of its processes and no others`() throws {
        let all = KeyFolder(files.path + "/all"), own = KeyFolder(files.path + "/own")
        try all.make(names, replacing: false)
        let bundle = try all.bundle(for: ["bs2", "hub"], among: names)
        try own.install(bundle: write(bundle))
        for name in ["bs2", "hub"] {
            let (here, there) = try (
                own.keys(of: name, among: names), all.keys(of: name, among: names)
            )
            #expect(here.own.publicKey == there.own.publicKey && here.everyone == there.everyone)
        }
        #expect(access(own.secretFile(of: "bs1"), F_OK) != 0)
        #expect(bundle.split(separator: "\n").count == 6)
    }

    @Test func `takes the place of keys that are there`() throws {
        let all = KeyFolder(files.path + "/all"), own = KeyFolder(files.path + "/own")
        try all.make(names, replacing: false)
        try own.install(bundle: write(all.bundle(for: ["hub"], among: names)))
        try all.make(names, replacing: true)
        try own.install(bundle: write(all.bundle(for: ["hub"], among: names)))
        #expect(
            try own.keys(of: "hub", among: names).everyone
                == all.keys(of: "hub", among: names).everyone)
    }

    @Test(arguments: ["", "public bs1", "secret ../x KEY", "open bs1 KEY", "public b s1 KEY"])
    func `is refused when it is none`(text: String) {
        let own = KeyFolder(files.path + "/own")
        #expect(throws: KeyFault.self) {
            try own.install(bundle: write("public bs1 KEY\n" + text + (text.isEmpty ? "x" : "")))
        }
    }

    @Test func `never says a secret when it is refused`() {
        let own = KeyFolder(files.path + "/own")
        #expect {
            try own.install(bundle: write("secret bs1 VERY-SECRET AGAIN\n"))
        } throws: { error in
            !"\(error)".contains("SECRET")
        }
    }
}
