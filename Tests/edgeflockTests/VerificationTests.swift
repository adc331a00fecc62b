import Foundation
import Testing

@testable import edgeflock

/// A case of one slot, worked out by hand: two servers of 10 and 20 GHz, 100 Mbit/s towards each.
///
/// A task of 2 Mbit and 4 Gcycles at station 0: own server 0.4 s, other 0.02 + 0.2 s.
private let wholeTask = """
    [{"model": "slotted, indivisible", "slot_s": 0.25, "capacity_ghz": [10, 20],
      "rate_mbit_per_s": [100, 100], "slots": [{"slot": 0,
      "queue_gcycles_at_start": [1, 0], "queue_gcycles_after": [0, 3], "tasks": [
      {"station": 0, "task": 0, "size_mbit": 2, "result_mbit": 1, "workload_gcycles": 4,
       "server": 1, "delay_s": 0.23},
      {"station": 1, "task": 0, "size_mbit": 2, "result_mbit": 1, "workload_gcycles": 4,
       "server": 1, "delay_s": 0.41}]}]}]
    """

private func cases(_ text: String) throws -> [SlottedCase] {
    try JSONDecoder().decode([SlottedCase].self, from: Data(text.utf8))
}

@Suite struct `A verification` {
    @Test func `agrees with a case worked out by hand`() throws {
        let verification = SlottedVerification(try cases(wholeTask)[0])
        #expect(verification.tasks == 2)
        #expect(verification.error < 1e-15)
        #expect(verification.isWithinTolerance)
    }

    @Test(arguments: [
        ("0.23", "0.23001", "delay"), ("[0, 3]", "[0, 3.1]", "queue after"),
        ("0.41", "-0.41", "delay"),
    ])
    func `finds a value that is wrong`(right: String, wrong: String, quantity: String) throws {
        let text = wholeTask.replacingOccurrences(of: right, with: wrong)
        let verification = SlottedVerification(try cases(text)[0])
        #expect(!verification.isWithinTolerance)
        let worst = verification.largest.max { $0.error < $1.error }
        #expect(worst?.quantity == quantity)
    }

    @Test func `knows a late task by its deadline and penalty`() throws {
        // One server, no neighbour: 10 Gcycles on 4 GHz take 2.5 s; the deadline is 1 s.
        let text = """
            [{"model": "slotted, divisible", "allocation": "CWA", "slot_s": 1, "deadline_s": 1,
              "capacity_ghz": [4], "rate_mbit_per_s": [1], "slots": [{"slot": 0,
              "queue_gcycles_at_start": [0], "queue_gcycles_after": [6], "tasks": [
              {"station": 0, "task": 0, "size_mbit": 5, "density_gcycles_per_mbit": 2,
               "servers": [0], "fractions": [1], "makespan_s": 1, "failed": true,
               "reward": -10}]}]}]
            """
        #expect(SlottedVerification(try cases(text)[0]).error == 0)
    }

    @Test(arguments: [
        ("slotted, indivisible", "continuous", "unknown model"),
        ("\"server\": 1", "\"server\": 2", "a server beyond"),
        ("[10, 20]", "[10]", "capacities"), ("[10, 20]", "[10, 0]", "positive"),
        ("\"server\": 1", "\"servers\": [0, 1]", "more than one server"),
        ("[1, 0]", "[1]", "queues are needed"),
        ("slotted, indivisible", "slotted, divisible", "unknown allocation"),
    ])
    func `refuses what it cannot compute`(right: String, wrong: String, words: String) throws {
        let text = wholeTask.replacingOccurrences(of: right, with: wrong)
        let problem = try cases(text)[0].problem
        #expect(problem?.contains(words) == true, "\(problem ?? "no problem")")
    }

    @Test func `says which file is not there`() {
        do {
            _ = try ReferenceFile.read("/nothing/here.json")
            Issue.record("a missing file was read")
        } catch {
            #expect(error.exitCode == 66)
            #expect(error.description == "/nothing/here.json: cannot be read")
        }
    }
}
