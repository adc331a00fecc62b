/// A run as an indexed Job of Kubernetes, with what it needs around it.
enum KubernetesFiles {
    /// Of the image's user; volumes are made writable for its group.
    private static let user = 10_001
    private static let inputFolder = "/edgeflock"
    private static let keyFolder = "/edgeflock-keys"
    private static let work = "/work"

    static func render(_ plan: EnginePlan) -> [RenderedFile] {
        let hasKeys = !plan.keys.isEmpty
        let head = comment(plan)
        var files = [
            RenderedFile("configmap.yaml", configMap(plan).file(comment: [])),
            RenderedFile("service.yaml", service(plan).file(comment: [])),
            RenderedFile("networkpolicy.yaml", networkPolicy(plan).file(comment: [])),
            RenderedFile("claim.yaml", claim(plan).file(comment: [])),
            RenderedFile("job.yaml", job(plan).file(comment: head)),
        ]
        if hasKeys {
            files.append(
                RenderedFile("secret.yaml", secret(plan).file(comment: []), mode: .secret))
        }
        return files
    }

    private static func comment(_ plan: EnginePlan) -> [String] {
        let hub = EnginePlan.partName(plan.hubPart)
        return [
            "One run of edgeflock: \(plan.name). With the folder that this file is in:",
            "  kubectl apply -f DIR",
            "  kubectl wait --for=condition=complete job/\(plan.name) --timeout=1h",
            "Results are in the claim \(plan.name)-runs, folder \(hub)/run. Parts, by index:",
        ]
            + plan.parts.enumerated().map { number, part in
                "  \(number)  \(part.host): \(part.processes.joined(separator: " "))"
            }
    }

    private static func labels(_ plan: EnginePlan) -> YAMLText {
        [
            "app.kubernetes.io/name": "edgeflock",
            "app.kubernetes.io/instance": .text(plan.name),
        ]
    }

    private static func object(
        _ kind: String, version: String = "v1", _ plan: EnginePlan, name: String? = nil
    ) -> YAMLText {
        [
            "apiVersion": .text(version), "kind": .text(kind),
            "metadata": [
                "name": .text(name ?? plan.name), "labels": labels(plan),
            ],
        ]
    }

    // MARK: Around the job

    private static func configMap(_ plan: EnginePlan) -> YAMLText {
        let data = plan.inputs.map { YAMLText.Pair(key: $0.name, value: .text($0.text)) }
        return object("ConfigMap", plan, name: plan.name + "-inputs") + ["data": .mapping(data)]
    }

    private static func secret(_ plan: EnginePlan) -> YAMLText {
        let data = plan.keys.enumerated().map { number, text in
            YAMLText.Pair(key: "part-\(number).keys", value: .text(text))
        }
        return object("Secret", plan, name: plan.name + "-keys") + [
            "type": "Opaque", "stringData": .mapping(data),
        ]
    }

    /// Gives each pod a name, JOB-INDEX.SERVICE; it must be there before the pod is ready, since a
    /// part is ready when it has found the others.
    private static func service(_ plan: EnginePlan) -> YAMLText {
        object("Service", plan) + [
            "spec": [
                "clusterIP": .text("None"), "publishNotReadyAddresses": true,
                "selector": labels(plan),
            ]
        ]
    }

    /// Parts talk to parts and to the name service, and to nobody else.
    private static func networkPolicy(_ plan: EnginePlan) -> YAMLText {
        let parts: YAMLText = ["podSelector": ["matchLabels": labels(plan)]]
        let names: YAMLText = [
            ["port": 53, "protocol": .text("UDP")], ["port": 53, "protocol": .text("TCP")],
        ]
        return object("NetworkPolicy", version: "networking.k8s.io/v1", plan) + [
            "spec": [
                "podSelector": ["matchLabels": labels(plan)],
                "policyTypes": ["Ingress", "Egress"],
                "ingress": [["from": [parts]]],
                "egress": [["to": [parts]], ["ports": names]],
            ]
        ]
    }

    /// What parts keep outlives their pods, so that one which is put on another node goes on.
    private static func claim(_ plan: EnginePlan) -> YAMLText {
        object("PersistentVolumeClaim", plan, name: plan.name + "-runs") + [
            "spec": [
                "accessModes": [.text(plan.parts.count > 1 ? "ReadWriteMany" : "ReadWriteOnce")],
                "resources": ["requests": ["storage": .text("\(plan.parts.count)Gi")]],
            ]
        ]
    }

    // MARK: The job

    private static func job(_ plan: EnginePlan) -> YAMLText {
        let count = plan.parts.count
        return object("Job", version: "batch/v1", plan) + [
            "spec": [
                "completions": .number(count), "parallelism": .number(count),
                "completionMode": "Indexed", "backoffLimit": .number(5 * count),
                "template": ["metadata": ["labels": labels(plan)], "spec": pod(plan)],
            ]
        ]
    }

    private static func pod(_ plan: EnginePlan) -> YAMLText {
        var volumes: [YAMLText] = [
            ["name": "inputs", "configMap": ["name": .text(plan.name + "-inputs")]],
            ["name": "runs", "persistentVolumeClaim": ["claimName": .text(plan.name + "-runs")]],
            ["name": "temporary", "emptyDir": ["medium": "Memory", "sizeLimit": "64Mi"]],
        ]
        if !plan.keys.isEmpty { volumes.append(keyVolume(plan)) }
        return [
            "subdomain": .text(plan.name),
            "restartPolicy": "OnFailure",
            "automountServiceAccountToken": false,
            "enableServiceLinks": false,
            "securityContext": [
                "runAsNonRoot": true, "runAsUser": .number(user), "runAsGroup": .number(user),
                "fsGroup": .number(user), "seccompProfile": ["type": "RuntimeDefault"],
            ],
            "topologySpreadConstraints": [
                [
                    "maxSkew": 1, "topologyKey": "kubernetes.io/hostname",
                    "whenUnsatisfiable": "ScheduleAnyway",
                    "labelSelector": ["matchLabels": labels(plan)],
                ]
            ],
            "containers": [container(plan)],
            "volumes": .list(volumes),
        ]
    }

    /// A folder for each part, so that a container sees its own keys only.
    private static func keyVolume(_ plan: EnginePlan) -> YAMLText {
        let items = plan.parts.indices.map { number -> YAMLText in
            ["key": .text("part-\(number).keys"), "path": .text("\(number)/keys")]
        }
        return [
            "name": "keys",
            "secret": [
                "secretName": .text(plan.name + "-keys"), "defaultMode": 0o440,
                "items": .list(items),
            ],
        ]
    }

    private static func container(_ plan: EnginePlan) -> YAMLText {
        // One template for all parts; the greediest decides.
        let resources: YAMLText = [
            "cpu": .text("\(plan.parts.map(\.cores).max() ?? 1)"),
            "memory": .text("\(plan.parts.map(\.mebibytes).max() ?? 1)Mi"),
        ]
        let index = "metadata.annotations['batch.kubernetes.io/job-completion-index']"
        let arguments = PartArguments.words(
            of: plan, number: "$(PART)", inputs: inputFolder, keys: keyFolder + "/keys"
        ) { $0.replacing("$", with: "$$") }.map { YAMLText.text($0) }
        var mounts: [YAMLText] = [
            ["name": "inputs", "mountPath": .text(inputFolder), "readOnly": true],
            ["name": "runs", "mountPath": .text(work), "subPathExpr": "part-$(PART)"],
            ["name": "temporary", "mountPath": "/tmp"],
        ]
        if !plan.keys.isEmpty {
            mounts.append([
                "name": "keys", "mountPath": .text(keyFolder), "subPathExpr": "$(PART)",
                "readOnly": true,
            ])
        }
        return [
            "name": "part", "image": .text(plan.image),
            "imagePullPolicy": "IfNotPresent",
            "args": .list(arguments),
            "env": [["name": "PART", "valueFrom": ["fieldRef": ["fieldPath": .text(index)]]]],
            "resources": ["requests": resources, "limits": resources],
            "securityContext": [
                "allowPrivilegeEscalation": false, "readOnlyRootFilesystem": true,
                "capabilities": ["drop": ["ALL"]],
            ],
            "startupProbe": probe(every: 2, failures: 60),
            "livenessProbe": probe(every: 10, failures: 3),
            "volumeMounts": .list(mounts),
        ]
    }

    private static func probe(every seconds: Int, failures: Int) -> YAMLText {
        [
            "exec": ["command": ["/usr/local/bin/edgeflock", "health", .text(work + "/run")]],
            "periodSeconds": .number(seconds), "timeoutSeconds": 5,
            "failureThreshold": .number(failures),
        ]
    }
}
