/// `edgeflock part`: what every engine starts, whatever it calls it.
enum PartArguments {
    /// - Parameters:
    ///   - number: the part's, as the engine puts it in.
    ///   - inputs: the folder of the topology.
    ///   - keys: the file of the part's keys.
    ///   - quote: writes a word so that it is taken for itself.
    static func words(
        of plan: EnginePlan, number: String, inputs: String, keys: String,
        quote: (String) -> String = { $0 }
    ) -> [String] {
        var words = ["part", inputs + "/" + quote(plan.inputs[0].name), "--number", number]
        if plan.isDurable { words.append("--durable") }
        if !plan.keys.isEmpty { words += ["--keys", keys] }
        if plan.inputs.count > 1 { words += ["--data", inputs] }
        for setting in plan.settings { words += ["--set", quote(setting)] }
        return words
    }
}
