"""Makes of an indexed Job the pods that Kubernetes would make of it, for podman kube play.

    pods.py DIR OUT     DIR as edgeflock render kubernetes wrote it; OUT/INDEX.yaml for each pod

Does what the Job's controller and the node's agent do: a pod for each index with its name, the
index where the template refers to it, the part's folder of each volume instead of a path in it.
"""

import copy
import pathlib
import sys

import yaml

INDEX = "metadata.annotations['batch.kubernetes.io/job-completion-index']"


def expand(text, variables):
    """As a node expands references to variables: $(NAME), and $$ for a dollar."""
    for name, value in variables.items():
        text = text.replace(f"$({name})", value)
    return text.replace("$$", "$")


def pod(job, objects, index):
    name = job["metadata"]["name"]
    spec = copy.deepcopy(job["spec"]["template"]["spec"])
    # Names of the service: podman knows pods by theirs.
    spec["hostname"] = f"{name}-{index}"
    spec.pop("subdomain")
    container = spec["containers"][0]
    variables = {
        entry["name"]: str(index)
        for entry in container["env"]
        if entry["valueFrom"]["fieldRef"]["fieldPath"] == INDEX
    }
    container["env"] = [{"name": key, "value": value} for key, value in variables.items()]
    container["args"] = [expand(word, variables) for word in container["args"]]
    made = [objects["ConfigMap"]]
    for mount in container["volumeMounts"]:
        part = mount.pop("subPathExpr", None)
        if part is None:
            continue
        part = expand(part, variables)
        volume = next(v for v in spec["volumes"] if v["name"] == mount["name"])
        if "secret" in volume:
            # Podman 4.3 shows all of a secret, under its own names, and as it is encoded: what the
            # pod is to see comes as a ConfigMap instead.
            text = objects["Secret"]["stringData"]
            shown = {
                item["path"].removeprefix(part + "/"): text[item["key"]]
                for item in volume.pop("secret")["items"]
                if item["path"].startswith(part + "/")
            }
            config = copy.deepcopy(objects["ConfigMap"])
            config["metadata"]["name"] = f"{name}-keys-{part}"
            config["data"] = shown
            volume["configMap"] = {"name": config["metadata"]["name"]}
            made.append(config)
        else:
            claim = copy.deepcopy(objects["PersistentVolumeClaim"])
            claim["metadata"]["name"] = f"{name}-{part}"
            volume["persistentVolumeClaim"]["claimName"] = f"{name}-{part}"
            made.append(claim)
    for volume in spec["volumes"]:
        if "emptyDir" in volume:
            # Podman finds them by name, over all pods.
            volume["name"] = f"{volume['name']}-{index}"
    for mount in container["volumeMounts"]:
        if mount["name"] == "temporary":
            mount["name"] = f"temporary-{index}"
    metadata = copy.deepcopy(job["spec"]["template"]["metadata"])
    metadata["name"] = f"{name}-{index}"
    made.append({"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec})
    return made


def main():
    source, target = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    objects = {}
    for file in sorted(source.glob("*.yaml")):
        value = yaml.safe_load(file.read_text())
        objects[value["kind"]] = value
    target.mkdir(parents=True, exist_ok=True)
    for index in range(objects["Job"]["spec"]["completions"]):
        documents = pod(objects["Job"], objects, index)
        path = target / f"{index}.yaml"
        path.touch(0o600)
        path.write_text(yaml.safe_dump_all(documents, sort_keys=False))


main()
