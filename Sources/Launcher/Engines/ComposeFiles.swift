/// A run as services of Docker: on one engine (compose), or as a stack of a swarm.
enum ComposeFiles {
    enum Kind: Hashable, Sendable {
        case compose, swarm

        var file: String { self == .compose ? "compose.yaml" : "stack.yaml" }
    }

    private static let inputFolder = "/edgeflock"
    private static let keyFile = "/run/secrets/keys"
    private static let network = "edge"

    static func render(_ plan: EnginePlan, for kind: Kind) -> [RenderedFile] {
        let names = plan.parts.indices.map(EnginePlan.partName)
        let services = zip(names, plan.parts.indices).map { name, number in
            YAMLText.Pair(key: name, value: service(number, plan, kind))
        }
        var file: YAMLText = ["services": .mapping(services), "networks": networks(kind)]
        if kind == .compose { file = ["name": .text(plan.name)] + file }
        if kind == .swarm { file = ["version": .text("3.8")] + file }
        file = file + ["configs": configs(plan), "volumes": volumes(names)]
        if !plan.keys.isEmpty { file = file + ["secrets": secrets(names)] }
        let text = file.file(comment: comment(plan, kind))
        let inputs = plan.inputs.map { RenderedFile("files/" + $0.name, $0.text) }
        let keys = zip(names, plan.keys).map { name, text in
            RenderedFile("keys/\(name).keys", text, mode: .mounted)
        }
        return [RenderedFile(kind.file, text)] + inputs + keys
    }

    private static func comment(_ plan: EnginePlan, _ kind: Kind) -> [String] {
        let hub = EnginePlan.partName(plan.hubPart)
        let name = plan.name
        var lines = ["One run of edgeflock: \(name). From this folder:"]
        switch kind {
        case .compose:
            lines += [
                "  docker compose up --detach && docker compose logs --follow",
                "  docker compose cp \(hub):/work/run results && docker compose down --volumes",
            ]
        case .swarm:
            lines += ["  docker stack deploy --compose-file \(kind.file) \(name)"]
            if plan.isPinned {
                lines += [
                    "Each part belongs to the node with its label, which you give once:",
                    "  docker node update --label-add edgeflock=HOST NODE",
                ]
            }
            lines += ["Results are in the volume \(name)_\(hub) of the node with \(hub)."]
        }
        return lines
    }

    // MARK: Services

    private static func service(
        _ number: Int, _ plan: EnginePlan, _ kind: Kind
    ) -> YAMLText {
        let name = EnginePlan.partName(number)
        let part = plan.parts[number]
        let arguments = PartArguments.words(
            of: plan, number: "\(number)", inputs: inputFolder, keys: keyFile)
        var service: YAMLText = [
            "image": .text(plan.image),
            "hostname": .text(name),
            "command": .list(arguments.map { .text($0.replacing("$", with: "$$")) }),
            "labels": [
                "org.edgeflock.host": .text(part.host),
                "org.edgeflock.processes": .text(part.processes.joined(separator: " ")),
            ],
            "networks": [.text(network)],
            "configs": .list(
                plan.inputs.indices.map { index in
                    [
                        "source": .text("input-\(index)"),
                        "target": .text("\(inputFolder)/\(plan.inputs[index].name)"),
                    ]
                }),
            "volumes": [
                ["type": "volume", "source": .text(name), "target": "/work"],
                ["type": "tmpfs", "target": "/tmp"],
            ],
            "read_only": true,
            "cap_drop": ["ALL"],
            "stop_grace_period": "20s",
        ]
        if !plan.keys.isEmpty {
            service = service + ["secrets": [["source": .text(name), "target": "keys"]]]
        }
        return service
            + (kind == .compose ? alone(part) : spread(part, plan))
    }

    private static func resources(_ part: EnginePlan.Part) -> YAMLText {
        [
            "limits": ["cpus": .text("\(part.cores)"), "memory": .text("\(part.mebibytes)M")]
        ]
    }

    private static func alone(_ part: EnginePlan.Part) -> YAMLText {
        [
            "security_opt": ["no-new-privileges:true"],
            "init": true,
            "restart": "on-failure:5",
            "deploy": ["resources": resources(part)],
        ]
    }

    private static func spread(_ part: EnginePlan.Part, _ plan: EnginePlan) -> YAMLText {
        var constraints: [YAMLText] = []
        if plan.isPinned { constraints.append(.text("node.labels.edgeflock == \(part.host)")) }
        // Where the results are must be where they are asked for.
        if part.hasHub, !plan.isPinned { constraints.append("node.role == manager") }
        var placement: YAMLText = ["preferences": [["spread": "node.id"]]]
        if !constraints.isEmpty { placement = ["constraints": .list(constraints)] + placement }
        return [
            "deploy": [
                // A virtual address needs ip_vs in the kernel, and hides the part behind it.
                "endpoint_mode": "dnsrr",
                "placement": placement,
                "restart_policy": [
                    "condition": "on-failure", "delay": "1s", "max_attempts": 5,
                ],
                "resources": resources(part) + [
                    "reservations": ["memory": .text("\(part.mebibytes / 2)M")]
                ],
            ]
        ]
    }

    // MARK: What services share

    private static func networks(_ kind: Kind) -> YAMLText {
        switch kind {
        case .compose: [network: ["driver": "bridge"]]
        case .swarm: [network: ["driver": "overlay"]]
        }
    }

    private static func configs(_ plan: EnginePlan) -> YAMLText {
        .mapping(
            plan.inputs.enumerated().map { index, input in
                YAMLText.Pair(
                    key: "input-\(index)", value: ["file": .text("./files/\(input.name)")])
            })
    }

    private static func secrets(_ names: [String]) -> YAMLText {
        .mapping(
            names.map { YAMLText.Pair(key: $0, value: ["file": .text("./keys/\($0).keys")]) })
    }

    private static func volumes(_ names: [String]) -> YAMLText {
        .mapping(names.map { YAMLText.Pair(key: $0, value: [:]) })
    }
}
