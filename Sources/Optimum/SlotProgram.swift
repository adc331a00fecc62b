import CGLPK
package import EdgeModel

/// The exact optimum of a small slot, as a mixed-integer linear programme.
///
/// Tasks k = 1 ... K in walk order, of station b_k, with size d_k and work W_k; servers i. x_ki is
/// the fraction of task k on server i, a_ki whether it is used, m_k the make-span:
///
///     minimise sum_k m_k    subject to    sum_i x_ki = 1,    0 <= x_ki <= a_ki,    a_ki in {0, 1}
///     m_k >= w_ki + c_ki x_ki - M_ki (1 - a_ki)                      for every k and i
///     w_ki = sum_(j<k) W_j x_ji / F_i + [i != b_k] sum_(j<k, b_j=b_k) sum_(l != b_j) d_j x_jl / R_l
///     c_ki = [i != b_k] d_k / R_i + W_k / F_i
///
/// An unused server does not count, whatever its wait: that is what a_ki is for, and M_ki, the
/// longest that w_ki can be, switches the row off. Two more rows change nothing but the time that
/// it takes: m_k >= c_ki x_ki, and m_k is no less than task k alone would need; and no placement
/// worse than the greedy one is looked at. Times are in milliseconds, so that tolerances of the
/// solver (1e-9 of the objective here) are far below what is compared.
package enum SlotProgram {
    /// - Precondition: there is a task, and every quantity is positive.
    /// - Throws: when the solver did not prove an optimum.
    package static func optimum(of slot: SlotInstance) throws(SlotProgramError) -> SlotOptimum {
        precondition(!slot.tasks.isEmpty, "a slot without tasks has no optimum")
        var model = Model(slot)
        defer { model.delete() }
        return try model.solve()
    }

    private static var milliseconds: Double { 1e3 }

    /// Where the columns of x, a and m are, counted from 1.
    private struct Model {
        let slot: SlotInstance
        let servers: Int
        let problem: OpaquePointer
        private var rows: Int32 = 0

        init(_ slot: SlotInstance) {
            self.slot = slot
            servers = slot.capacities.count
            glp_term_out(GLP_OFF)
            problem = glp_create_prob()
            glp_set_obj_dir(problem, GLP_MIN)
            addColumns()
            let greedy = slot.makespans(slot.greedyFractions).reduce(0, +) * milliseconds
            addRow(
                slot.tasks.indices.map { (span($0), 1) }, GLP_UP, 0, greedy * (1 + 1e-9))
            for task in slot.tasks.indices { addRows(of: task) }
        }

        func delete() { glp_delete_prob(problem) }

        func fraction(_ task: Int, _ server: Int) -> Int32 { Int32(task * servers + server + 1) }
        func use(_ task: Int, _ server: Int) -> Int32 {
            Int32(slot.tasks.count * servers) + fraction(task, server)
        }
        func span(_ task: Int) -> Int32 { Int32(2 * slot.tasks.count * servers + task + 1) }

        private func addColumns() {
            let count = slot.tasks.count
            glp_add_cols(problem, Int32(2 * count * servers + count))
            for task in 0..<count {
                for server in 0..<servers {
                    glp_set_col_bnds(problem, fraction(task, server), GLP_DB, 0, 1)
                    glp_set_col_kind(problem, use(task, server), GLP_BV)
                }
                // Alone, and with empty servers.
                let alone = SlotInstance(
                    capacities: slot.capacities, rates: slot.rates, tasks: [slot.tasks[task]])
                let least = alone.makespans(alone.greedyFractions)[0] * milliseconds
                glp_set_col_bnds(problem, span(task), GLP_LO, least * (1 - 1e-9), 0)
                glp_set_obj_coef(problem, span(task), 1)
            }
        }

        private mutating func addRow(
            _ terms: [(column: Int32, factor: Double)], _ kind: Int32, _ low: Double,
            _ high: Double
        ) {
            rows += 1
            glp_add_rows(problem, 1)
            glp_set_row_bnds(problem, rows, kind, low, high)
            // The solver counts from 1.
            let columns = [0] + terms.map(\.column)
            let factors = [0] + terms.map(\.factor)
            glp_set_mat_row(problem, rows, Int32(terms.count), columns, factors)
        }

        private mutating func addRows(of task: Int) {
            addRow((0..<servers).map { (fraction(task, $0), 1) }, GLP_FX, 1, 1)
            for server in 0..<servers {
                addRow(
                    [(fraction(task, server), 1), (use(task, server), -1)], GLP_UP, 0, 0)
                let cost = cost(task, server)
                addRow([(span(task), 1), (fraction(task, server), -cost)], GLP_LO, 0, 0)
                let waits = waits(task, server)
                guard !waits.isEmpty else { continue }
                // Whatever the earlier tasks do: each is somewhere, at its worst place.
                var longest = 0.0
                for earlier in 0..<task {
                    let places = Set((0..<servers).map { fraction(earlier, $0) })
                    longest +=
                        waits.filter { places.contains($0.column) }.map(\.factor).max() ?? 0
                }
                let terms =
                    [(column: span(task), factor: 1.0), (fraction(task, server), -cost)]
                    + waits.map { ($0.column, -$0.factor) } + [(use(task, server), -longest)]
                addRow(terms, GLP_LO, -longest, 0)
            }
        }

        /// c_ki, milliseconds.
        private func cost(_ task: Int, _ server: Int) -> Double {
            let demand = slot.tasks[task]
            let transfer = server == demand.station ? 0 : demand.size / slot.rates[server]
            return (transfer + demand.workload / slot.capacities[server]) * milliseconds
        }

        /// w_ki as factors of the fractions of earlier tasks, each column once.
        private func waits(_ task: Int, _ server: Int) -> [(column: Int32, factor: Double)] {
            let station = slot.tasks[task].station
            var terms: [(column: Int32, factor: Double)] = []
            for (number, earlier) in slot.tasks[..<task].enumerated() {
                for place in 0..<servers {
                    var factor = 0.0
                    if place == server { factor += earlier.workload / slot.capacities[server] }
                    if server != station, earlier.station == station, place != station {
                        factor += earlier.size / slot.rates[place]
                    }
                    guard factor > 0 else { continue }
                    terms.append((fraction(number, place), factor * milliseconds))
                }
            }
            return terms
        }

        mutating func solve() throws(SlotProgramError) -> SlotOptimum {
            var settings = glp_iocp()
            glp_init_iocp(&settings)
            settings.presolve = GLP_ON
            settings.msg_lev = GLP_MSG_OFF
            settings.mip_gap = 1e-9
            settings.tm_lim = 60_000
            settings.gmi_cuts = GLP_ON
            let code = glp_intopt(problem, &settings)
            guard code == 0, glp_mip_status(problem) == GLP_OPT else {
                throw SlotProgramError(
                    "the solver ended with code \(code) and status \(glp_mip_status(problem))")
            }
            let fractions = slot.tasks.indices.map { task in
                let row = (0..<servers).map { server in
                    let value = glp_mip_col_val(problem, fraction(task, server))
                    return value < 1e-9 ? 0 : value
                }
                let sum = row.reduce(0, +)
                return row.map { $0 / sum }
            }
            // What the placement costs by the equations themselves, not by the programme.
            let cost = slot.makespans(fractions).reduce(0, +)
            let claimed = glp_mip_obj_val(problem) / milliseconds
            guard abs(cost - claimed) <= 1e-5 * claimed else {
                throw SlotProgramError("the solver claims \(claimed) s for what takes \(cost) s")
            }
            return SlotOptimum(cost: cost, fractions: fractions)
        }
    }
}

/// Why there is no optimum.
package struct SlotProgramError: Error, Hashable, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
}
