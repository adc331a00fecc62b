import EdgeModel
import SimulationKernel
import Testing
import Topologies

@Suite struct `A trace` {
    private func loading(
        _ csv: String, _ keys: String = "", sample: [Int: String?] = [16: nil, 17: nil]
    ) -> TopologyLoading {
        withFolder { folder in
            write(csv, to: "\(folder)/t.csv")
            let trace = "      trace: {file: t.csv\(keys)}"
            let text = Sample.text(replacing: sample.merging([15: trace]) { a, _ in a })
            write(text, to: "\(folder)/a.yaml")
            return Topology.load(path: "\(folder)/a.yaml")
        }
    }

    private func rows(_ loading: TopologyLoading) -> ArrivalProcess.Trace? {
        guard case .trace(let trace) = loading.topology?.traffic.first?.arrivals else { return nil }
        return trace
    }

    @Test func `gives time, station, size, result and work of each request`() throws {
        let trace = try #require(
            rows(
                loading(
                    """
                    seconds,station,size_mbit,workload_gcycles,result_mbit
                    0.5,bs2,1.5,2,0.25
                    0.5,"bs1", 2 ,3,0

                    1e1,bs1,9,9,9
                    """)))
        #expect(trace.arrivals == [.milliseconds(500), .milliseconds(500)])
        #expect(trace.stations == [1, 0])
        #expect(trace.sizes == [1.5, 2] && trace.results == [0.25, 0])
        #expect(trace.workloads == [2, 3])
    }

    @Test func `starts at 'from' and runs faster by 'speedup'`() throws {
        let csv = "seconds,station,size_mbit,workload_gcycles\n1,bs1,1,1\n3,bs1,2,1\n22,bs1,3,1\n"
        let trace = try #require(rows(loading(csv, ", from: 2 s, speedup: 2")))
        #expect(trace.arrivals == [.milliseconds(500)])
        #expect(trace.sizes == [2])
    }

    @Test func `without stations deals its requests out in turn, or at random from the seed`() {
        let lines = (0..<100).map { "\($0)e-3,1,1\n" }.joined()
        let csv = "seconds,size_mbit,workload_gcycles\n" + lines
        let turns = rows(loading(csv, ", assign: round-robin"))?.stations
        #expect(turns == (0..<100).map { $0 % 2 })
        let random = rows(loading(csv))?.stations
        #expect(random == rows(loading(csv))?.stations && random != turns)
        #expect(random?.contains(0) == true && random?.contains(1) == true)
    }

    @Test(arguments: [
        ("", "csv 1:1 E065"),
        ("time,station\n", "csv 1:1 E065"),
        ("seconds,colour\n", "csv 1:1 E065"),
        ("seconds,station\n1\n", "csv 2:1 E065"),
        ("seconds,station\n\"1,bs1\n", "csv 2:1 E065"),
        ("seconds,station\nx,bs1\n", "csv 2:1 E065"),
        ("seconds,station\n2,bs1\n1,bs1\n", "csv 3:1 E065"),
        ("seconds,station\nnan,bs1\n", "csv 2:1 E065"),
        ("seconds,station\n1,bs7\n", "csv 2:1 E065"),
        ("seconds,station,size_mbit\n1,bs1,-1\n", "csv 2:1 E065"),
        ("seconds,station\n1,bs1\u{1}\n", "csv 2:6 E007"),
    ])
    func `with a bad row is reported in its own file`(csv: String, expected: String) {
        let loading = loading(csv, sample: [:])
        #expect(summary(loading) == [expected])
        #expect(loading.exitCode == 65)
    }

    @Test func `needs size and work from somewhere`() {
        let loading = loading("seconds,station\n1,bs1\n")
        #expect(summary(loading) == ["15:21 E018", "15:21 E018"])
    }

    @Test func `without a request in the episode is warned of`() {
        let csv = "seconds,station,size_mbit,workload_gcycles\n10,bs1,1,1\n"
        #expect(summary(loading(csv)) == ["15:21 W065"])
    }

    @Test func `of language model requests turns tokens into data and work`() throws {
        let csv = """
            TIMESTAMP,ContextTokens,GeneratedTokens
            2023-11-16 23:59:59.9799600,1000,10
            2023-11-17 00:00:01.0799600,500,20
            """
        let keys =
            ", format: azure-llm, context_work: 2 Mcycles, generated_work: 100 Mcycles,"
            + " context_data: 32 bit, generated_data: 16 bit, assign: round-robin"
        let trace = try #require(rows(loading(csv, keys)))
        #expect(trace.arrivals == [.zero, .milliseconds(1100)])
        #expect(trace.stations == [0, 1])
        #expect(trace.sizes == [0.032, 0.016])
        #expect(trace.results == [10 * 0.000016, 20 * 0.000016])
        #expect(trace.workloads == [3, 3])
        #expect(
            summary(loading(csv, ", format: azure-llm")) == [
                "15:14 E018", "15:14 E018", "15:14 E018",
            ])
    }

    @Test func `with a bad time stamp is reported in its own file`() {
        let keys =
            ", format: azure-llm, context_work: 2 Mcycles, generated_work: 1 Mcycles,"
            + " context_data: 32 bit"
        let header = "TIMESTAMP,ContextTokens,GeneratedTokens\n"
        for row in ["x,1,1", "2023-13-16 01:01:01,1,1", "2023-11-16 01:01:01,-1,1"] {
            #expect(summary(loading(header + row, keys)) == ["csv 2:1 E065"])
        }
    }
}
