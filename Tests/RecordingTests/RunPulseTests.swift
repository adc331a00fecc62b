import Glibc
import TestSupport
import Testing

@testable import Recording

@Suite struct `The pulse of a run` {
    private let files = TemporaryFolder()
    private var run: String { files.path + "/run" }
    private let now = Int64(time(nil))

    @Test func `is missing where no launcher has been`() {
        #expect(RunPulse.fault(of: run, now: now) == "no launcher works on \(run)")
    }

    @Test func `is not waited for while a launcher has only its folder`() throws {
        let directory = try RunDirectory.make(at: run)
        #expect(RunPulse.fault(of: run, now: now) == nil)
        withExtendedLifetime(directory) {}
    }

    @Test func `shows a launcher that has stopped moving`() throws {
        let directory = try RunDirectory.make(at: run)
        var pulse = RunPulse(of: run)
        pulse.beat(at: 0)
        #expect(RunPulse.fault(of: run, now: now) == nil)
        let late = now + RunPulse.patience + 2
        let fault = RunPulse.fault(of: run, now: late)
        #expect(fault?.contains("has not moved for 1") == true)
        withExtendedLifetime(directory) {}
    }

    @Test func `shows a launcher that is gone, however fresh its folder`() throws {
        var pulse = RunPulse(of: run)
        do {
            let directory = try RunDirectory.make(at: run)
            pulse.beat(at: 0)
            withExtendedLifetime(directory) {}
        }
        let late = now + RunPulse.patience + 2
        #expect(RunPulse.fault(of: run, now: late) == "no launcher works on \(run)")
        pulse.stop()
        #expect(RunPulse.fault(of: run, now: now) == "no launcher works on \(run)")
    }

    @Test func `beats no more often than it must`() throws {
        let directory = try RunDirectory.make(at: run)
        var pulse = RunPulse(of: run)
        func beats(at second: Int64) -> Bool {
            unlink(run + "/pulse")
            pulse.beat(at: second)
            return access(run + "/pulse", F_OK) == 0
        }
        #expect([0, 1, 2, 3, 4].map(beats) == [true, false, true, false, true])
        withExtendedLifetime(directory) {}
    }
}
