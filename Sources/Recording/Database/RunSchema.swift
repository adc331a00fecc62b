/// The tables of `run.sqlite`. Instants are nanoseconds from the episode's start and NULL when
/// unknown; work is in Gcycles, capacity in GHz (docs/RESULTS.md). There are no indices: building
/// them would take twice as long as writing the rows, and most questions read every row.
enum RunSchema {
    /// Grows whenever a table changes.
    static let version = 3

    static let tables = """
        CREATE TABLE stations (
            station INTEGER PRIMARY KEY, name TEXT NOT NULL
        );
        CREATE TABLE classes (
            class INTEGER PRIMARY KEY, name TEXT NOT NULL
        );
        CREATE TABLE tasks (
            episode INTEGER NOT NULL, origin INTEGER NOT NULL, number INTEGER NOT NULL,
            class INTEGER NOT NULL, status TEXT NOT NULL,
            arrival_ns INTEGER NOT NULL, completion_ns INTEGER, deadline_ns INTEGER,
            workload REAL NOT NULL, policy_version INTEGER NOT NULL, reason TEXT
        );
        CREATE TABLE subtasks (
            episode INTEGER NOT NULL, origin INTEGER NOT NULL, number INTEGER NOT NULL,
            part INTEGER NOT NULL, server INTEGER NOT NULL, fraction REAL NOT NULL,
            queued_ns INTEGER, start_ns INTEGER, finish_ns INTEGER
        );
        CREATE TABLE abandoned (
            episode INTEGER NOT NULL, origin INTEGER NOT NULL, number INTEGER NOT NULL,
            server INTEGER NOT NULL, queued_ns INTEGER NOT NULL, start_ns INTEGER NOT NULL,
            finish_ns INTEGER NOT NULL, work REAL NOT NULL
        );
        CREATE TABLE events (
            event INTEGER PRIMARY KEY, start_ns INTEGER NOT NULL, end_ns INTEGER,
            what TEXT NOT NULL
        );
        CREATE TABLE states (
            episode INTEGER NOT NULL, station INTEGER NOT NULL, sequence INTEGER NOT NULL,
            run_time_ns INTEGER NOT NULL, backlog REAL NOT NULL, egress_ns INTEGER NOT NULL,
            capacity REAL NOT NULL
        );
        CREATE TABLE training (
            run_time_ns INTEGER NOT NULL, station INTEGER, version INTEGER NOT NULL,
            gradient_steps INTEGER NOT NULL, transitions INTEGER NOT NULL,
            dropped_transitions INTEGER NOT NULL, skipped_steps INTEGER NOT NULL,
            critic_loss REAL, actor_loss REAL, temperature REAL, entropy REAL,
            conditional_entropy REAL, marginal_entropy REAL, divergence REAL,
            mean_q REAL, mean_target REAL, gradient_norm REAL, actor_gradient_norm REAL,
            critic_gradient_norm REAL, mean_reward REAL, samples_per_insert REAL,
            policy_age_seconds REAL,
            weight_bytes INTEGER NOT NULL, weight_messages INTEGER NOT NULL,
            version_lag_sum INTEGER NOT NULL, version_lag_count INTEGER NOT NULL,
            mixed_networks INTEGER NOT NULL, mixed_age_ns INTEGER NOT NULL,
            unused_networks INTEGER NOT NULL
        );
        CREATE TABLE books (
            episode INTEGER NOT NULL, station INTEGER NOT NULL,
            arrived_tasks INTEGER NOT NULL, arrived_work REAL NOT NULL,
            queued_subtasks INTEGER NOT NULL, finished_subtasks INTEGER NOT NULL,
            finished_work REAL NOT NULL, held_work REAL NOT NULL,
            subtask_seconds REAL NOT NULL, unfinished_subtask_seconds REAL NOT NULL,
            busy_ns INTEGER NOT NULL, egress_busy_ns INTEGER NOT NULL,
            offered_capacity REAL NOT NULL, decisions INTEGER NOT NULL,
            state_age_seconds REAL NOT NULL, state_age_count INTEGER NOT NULL,
            report_gaps INTEGER NOT NULL,
            policy_version INTEGER NOT NULL, adoptions INTEGER NOT NULL,
            refused_subtasks INTEGER NOT NULL, replaced_subtasks INTEGER NOT NULL,
            passed_tasks INTEGER NOT NULL, inherited_tasks INTEGER NOT NULL,
            dropped_transitions INTEGER NOT NULL, unused_networks INTEGER NOT NULL,
            away_ns INTEGER NOT NULL
        );
        CREATE TABLE messages (
            episode INTEGER, station INTEGER, purpose TEXT NOT NULL,
            messages INTEGER NOT NULL, bytes INTEGER NOT NULL
        );
        """

    /// `VALUES (?, ?, ...)` for a table with so many columns.
    static func insertion(into table: String, columns: Int) -> String {
        let places = Array(repeating: "?", count: columns).joined(separator: ", ")
        return "INSERT INTO \(table) VALUES (\(places))"
    }
}
