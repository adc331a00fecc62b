package import Messaging

extension BaseStation {
    package mutating func remember(_ memory: inout Memory) throws {
        try memory.pass("episode", &episode)
        try memory.pass("start", &episodeStart)
        try memory.pass("end", &episodeEnd)
        try memory.pass("running", &isRunning)
        try memory.pass("begun", &episodesBegun)
        try memory.pass("books", &books)
        try memory.pass("server", &server)
        try memory.pass("jobs", &jobs)
        try memory.pass("links", &links)
        try memory.pass("ports", &ports)
        try memory.pass("views", &views)
        try memory.pass("placed", &placedWork)
        try memory.pass("forecasts", &forecasts)
        try memory.pass("repetitions", &repetitions)
        try memory.pass("report", &nextReport)
        try memory.pass("presence", &presence)
        try memory.pass("abandoned", &abandoned)
        try memory.pass("tasks", &tasks)
        try memory.pass("requests", &requests)
        try memory.pass("deciding", &isDeciding)
        try memory.pass("placement", &pendingPlacement)
        try memory.pass("jobs of decisions", &decisionJobs)
        try memory.pass("candidates", &candidatePlaces)
        try training?.remember(&memory)
        try memory.pass("transitions", &log)
        try memory.pass("uplink", &uplink)
        try memory.pass("sent transitions", &sentTransitions)
        try memory.pass("experience due", &isExperienceDue)
        try memory.pass("generation", &weights.generation)
        try memory.pass("version", &weights.version)
        guard links.count == (episodesBegun == 0 ? 0 : neighbourIndices.count),
            views.count == links.count, placedWork.count == links.count
        else { throw MemoryError("it had other neighbours") }
        guard forecasts.count == (configuration.forecastsWaits ? neighbourIndices.count : 0),
            forecasts.allSatisfy(\.isWhole)
        else { throw MemoryError("its forecasts are not those of this topology") }
    }
}
