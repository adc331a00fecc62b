import Testing

@testable import Launcher

@Suite struct `What an engine says of a run` {
    @Test(arguments: [
        ("PENDING", "Resources", "(null)", 0, "pending (Resources)", false),
        ("RUNNING", "None", "node[1-3]", 0, "running on node[1-3]", false),
        ("RUNNING", "None", "node1", 2, "running on node1, started again 2 times", false),
        ("PENDING", "BeginTime", "", 1, "pending (BeginTime), started again 1 times", false),
        ("COMPLETED", "None", "node1", 0, "completed on node1", true),
        ("NODE_FAIL", "None", "node1", 0, "node_fail on node1", true),
        ("CANCELLED", "None", "node1", 0, "cancelled on node1", true),
    ])
    func `is read from a job of Slurm`(
        state: String, reason: String, nodes: String, restarts: Int, text: String, isOver: Bool
    ) throws {
        let line =
            "JobId=7 JobName=x UserId=a(1) JobState=\(state) Reason=\(reason) "
            + "Requeue=1 Restarts=\(restarts) ExitCode=0:0 NodeList=\(nodes) "
            + "Comment=JobState=COMPLETED"
        let job = try #require(SlurmJob(line: line))
        #expect(job.text == text)
        #expect(job.isOver == isOver)
    }

    @Test func `is nothing where Slurm says nothing of a job`() {
        #expect(SlurmJob(line: "") == nil)
        #expect(SlurmJob(line: "slurm_load_jobs error: Invalid job id specified") == nil)
    }

    @Test(arguments: [
        ("running healthy 0 0", "running (healthy)", false), ("running - 0 0", "running", false),
        ("restarting unhealthy 3 2", "restarting, started again 2 times", false),
        ("exited unhealthy 0 0", "ended with code 0", true),
        ("exited - 2 5", "ended with code 2, started again 5 times", true),
        ("created - 0 0", "created", false), ("", "unknown", false),
    ])
    func `is read from a container`(line: String, text: String, isOver: Bool) {
        let state = ContainerState(line: line)
        #expect(state.text == text)
        #expect(state.isOver == isOver)
    }

    @Test(arguments: [
        ("Running|Running 2 seconds ago|", "part-1 running on b", false),
        ("Running|Preparing 1 second ago|", "part-1 preparing on b", false),
        ("Shutdown|Complete 3 minutes ago|", "part-1 complete on b", true),
        (
            "Shutdown|Failed 1 second ago|task: non-zero exit (3)",
            "part-1 failed on b (task: non-zero exit (3))", true
        ),
        ("Ready|Failed 1 second ago|x", "part-1 failed on b (x)", false),
        ("Shutdown|Running 9 seconds ago|", "part-1 running on b", false),
    ])
    func `is read from a task of a swarm`(rest: String, text: String, isOver: Bool) throws {
        let task = try #require(SwarmTask(line: "id1|run_part-1.1|b|\(rest)", stack: "run"))
        #expect(task.part == "part-1")
        #expect(task.text == text)
        #expect(task.isOver == isOver)
        #expect(SwarmTask(line: "id1|other_part-1.1|b|\(rest)", stack: "run") == nil)
    }
}
