import Glibc
import Testing

@testable import Launcher

@Suite struct `What processes take` {
    @Test func `of memory, files and threads is read of a living process`() throws {
        let own = try #require(ResourceWatch.Holdings(of: getpid()))
        #expect(own.memory > 1 << 20 && own.threads >= 1)
        let descriptor = open("/dev/null", O_RDONLY)
        defer { close(descriptor) }
        let more = try #require(ResourceWatch.Holdings(of: getpid()))
        #expect(more.descriptors >= 4)
        #expect(ResourceWatch.Holdings(of: -1) == nil)
    }

    @Test func `is compared early and late, by medians`() throws {
        var watch = ResourceWatch()
        for second in 0..<100 {
            // A peak now and then says nothing.
            let memory = second.isMultiple(of: 9) ? 1_000 : second
            watch.note(.init(memory: memory, descriptors: 7, threads: 2), of: "a")
        }
        let course = try #require(watch.course(of: "a"))
        #expect((10...20).contains(course.early.memory))
        #expect((90...100).contains(course.late.memory) && course.late.descriptors == 7)
    }

    @Test func `of a short life is not compared`() {
        var watch = ResourceWatch()
        for _ in 0..<19 { watch.note(.init(), of: "a") }
        #expect(watch.course(of: "a") == nil && watch.names == ["a"])
    }
}
