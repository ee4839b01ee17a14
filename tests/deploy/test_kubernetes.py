"""The manifests for Kubernetes: of one mind with each other, with serving/config.yaml and with the code."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main
import yaml

import palate
from deploy.check import MANIFESTS, Document, documents, problems, strict
from jobs.cli.commands import app
from palate.config import load_config
from palate.config.load import checked
from serving.settings import ServingSettings
from tests.support.api.client import ask, open_app

ROOT = Path(__file__).parents[2]
DOCUMENTS = documents()
SECRETS = {
    "palate-postgres": {"password"},
    "palate-redis": {"password"},
    "palate-object-store": set(),
    "palate-id-key": {"key"},
    "palate-metrics-key": {"key"},
}
"""Secrets, which docs/cluster.md has commands for, and their keys."""


def of_kind(kind: str) -> list[Document]:
    return [document for document in DOCUMENTS if document["kind"] == kind]


def service() -> dict[str, Any]:
    spec: dict[str, Any] = of_kind("RayService")[0]["spec"]
    return spec


def pods() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every pod template, with the name of its object."""
    waiting = [(document["metadata"]["name"], document) for document in DOCUMENTS]
    while waiting:
        name, part = waiting.pop()
        if isinstance(part, dict):
            if "containers" in part.get("spec", {}):
                yield name, part
            waiting += [(name, value) for value in part.values()]
        elif isinstance(part, list):
            waiting += [(name, value) for value in part]


PODS = [pytest.param(pod, id=f"{name}-{number}") for number, (name, pod) in enumerate(pods())]


def mentioned(part: Any, name: str) -> Iterator[Any]:
    """The values of a field, wherever it is."""
    if isinstance(part, dict):
        yield from (value for key, value in part.items() if key == name)
        part = list(part.values())
    if isinstance(part, list):
        for value in part:
            yield from mentioned(value, name)


def test_every_file_is_a_resource_or_made_into_a_config_map() -> None:
    kustomization = yaml.safe_load((MANIFESTS / "kustomization.yaml").read_text())
    generated = [
        name
        for generator in kustomization["configMapGenerator"]
        for name in [*generator.get("files", []), *generator.get("envs", [])]
    ]
    there = {path.name for path in MANIFESTS.iterdir() if path.is_file()} - {"kustomization.yaml"}
    assert there == {*kustomization["resources"], *generated}


def test_no_name_is_given_to_two_objects_of_a_kind() -> None:
    names = [(document["kind"], document["metadata"]["name"]) for document in DOCUMENTS]
    assert len(names) == len(set(names))


def test_application_is_that_of_the_file_for_serve_deploy() -> None:
    config = (ROOT / "serving" / "config.yaml").read_text().replace("POSTGRES_HOST", "palate-postgres")
    assert yaml.safe_load(service()["serveConfigV2"]) == yaml.safe_load(config)


def test_application_has_settings_that_serving_takes() -> None:
    (application,) = yaml.safe_load(service()["serveConfigV2"])["applications"]
    settings = checked(ServingSettings, application["args"])
    assert settings.api.auth


def test_ports_that_are_spoken_to_are_open() -> None:
    (worker,) = service()["rayClusterConfig"]["workerGroupSpecs"]
    ports = {
        port["name"]: port["containerPort"] for port in worker["template"]["spec"]["containers"][0]["ports"]
    }
    assert ports["serve"] == yaml.safe_load(service()["serveConfigV2"])["http_options"]["port"]
    (clients,) = (policy for policy in of_kind("NetworkPolicy") if policy["metadata"]["name"] == "clients")
    assert clients["spec"]["ingress"][0]["ports"] == [{"port": ports["serve"], "protocol": "TCP"}]


def test_gateways_are_asked_whether_they_are_ready_where_they_tell() -> None:
    (worker,) = service()["rayClusterConfig"]["workerGroupSpecs"]
    probe = worker["template"]["spec"]["containers"][0]["readinessProbe"]["httpGet"]
    assert probe == {"path": "/readyz", "port": "serve"}
    assert ask(open_app(), "GET", probe["path"]).status_code == 200


def test_all_replicas_find_room_in_the_pods_that_there_may_be() -> None:
    (application,) = yaml.safe_load(service()["serveConfigV2"])["applications"]
    settings = checked(ServingSettings, application["args"])
    stages = [settings.gateway, settings.encoder, settings.reranker, settings.explainer]
    stages += [settings.retriever] * settings.shards
    (worker,) = service()["rayClusterConfig"]["workerGroupSpecs"]
    limits = worker["template"]["spec"]["containers"][0]["resources"]["limits"]
    cpus, gigabytes = int(limits["cpu"]), int(limits["memory"].removesuffix("Gi"))
    for copies, nodes in (("min_replicas", "minReplicas"), ("max_replicas", "maxReplicas")):
        counts = [max(getattr(stage, copies), stage.min_replicas) for stage in stages]
        needed = zip(counts, stages, strict=True)
        totals = [(count * stage.cpus, count * stage.memory_mb / 1024) for count, stage in needed]
        assert sum(cpu for cpu, _ in totals) <= cpus * worker[nodes]
        assert sum(memory for _, memory in totals) <= gigabytes * worker[nodes]


def test_serving_pods_have_every_variable_that_the_file_for_serve_deploy_asks_for() -> None:
    asked = set(re.findall(r"RAY_SERVE_\w+", (ROOT / "serving" / "config.yaml").read_text()))
    given = dict(line.split("=", 1) for line in (MANIFESTS / "serve.env").read_text().splitlines())
    assert asked == set(given)


def test_settings_of_the_run_fit_and_go_where_the_endpoint_looks() -> None:
    run = load_config(MANIFESTS / "run.yaml")
    (application,) = yaml.safe_load(service()["serveConfigV2"])["applications"]
    assert run.release.uri == application["args"]["releases"]
    assert run.data.store == application["args"]["store"]


@pytest.mark.parametrize("kind", ["RayJob", "RayCronJob"])
def test_jobs_are_commands_of_palate_on_the_batch_cluster(kind: str) -> None:
    (document,) = of_kind(kind)
    job = document["spec"].get("jobTemplate", document["spec"])
    program, name, *words = shlex.split(job["entrypoint"])
    assert program == "palate"
    typer.main.get_command(app).commands[name].make_context(name, words)
    assert job["clusterSelector"] == {"ray.io/cluster": of_kind("RayCluster")[0]["metadata"]["name"]}


def test_file_that_the_jobs_name_is_mounted_on_every_node_of_their_cluster() -> None:
    cluster = of_kind("RayCluster")[0]["spec"]
    for group in [cluster["headGroupSpec"], *cluster["workerGroupSpecs"]]:
        spec = group["template"]["spec"]
        (mount,) = (mount for mount in spec["containers"][0]["volumeMounts"] if mount["name"] == "run")
        assert mount["mountPath"] == "/etc/palate"
        assert {"name": "run", "configMap": {"name": "palate-run"}} in spec["volumes"]


@pytest.mark.parametrize("pod", PODS)
def test_no_container_is_root_or_may_write_its_own_files(pod: dict[str, Any]) -> None:
    spec = pod["spec"]
    assert spec["securityContext"]["runAsNonRoot"]
    assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    for container in spec["containers"]:
        security = container["securityContext"]
        assert security["capabilities"] == {"drop": ["ALL"]}
        assert (security["allowPrivilegeEscalation"], security["readOnlyRootFilesystem"]) == (False, True)


@pytest.mark.parametrize("pod", PODS)
def test_every_container_says_what_it_needs(pod: dict[str, Any]) -> None:
    for container in pod["spec"]["containers"]:
        resources = container["resources"]
        assert {"cpu", "memory"} <= set(resources["requests"])
        assert resources["limits"]["memory"] == resources["requests"]["memory"]


@pytest.mark.parametrize("pod", PODS)
def test_every_volume_that_is_mounted_is_there(pod: dict[str, Any]) -> None:
    claimed = [
        claim["metadata"]["name"]
        for claims in mentioned(DOCUMENTS, "volumeClaimTemplates")
        for claim in claims
    ]
    volumes = {volume["name"] for volume in pod["spec"].get("volumes", [])} | set(claimed)
    assert {mount["name"] for mount in mentioned(pod, "volumeMounts") for mount in mount} <= volumes


def test_every_process_that_lasts_is_looked_at() -> None:
    lasting = [pod for _, pod in pods() if pod["spec"].get("restartPolicy") != "Never"]
    assert len(lasting) == 7
    for pod in lasting:
        assert {"readinessProbe", "livenessProbe"} <= set(pod["spec"]["containers"][0])


@pytest.mark.parametrize("image", sorted({*mentioned(DOCUMENTS, "image")}))
def test_images_are_of_one_exact_version(image: str) -> None:
    name, tag = image.split(":")
    assert re.fullmatch(r"\d+\.\d+(\.\d+)?-\w+", tag)
    if name == "palate":
        assert tag.rsplit("-", 1)[0] == palate.__version__
        assert tag.rsplit("-", 1)[1] in {"cpu", "gpu"}


def test_ray_is_of_the_version_that_is_installed_in_the_image() -> None:
    lock = (ROOT / "requirements" / "runtime-cpu.txt").read_text()
    assert {f"ray=={version}" for version in mentioned(DOCUMENTS, "rayVersion")} == set(
        re.findall(r"^ray==\S+", lock, re.MULTILINE)
    )


def test_ray_asks_for_a_token_on_both_clusters() -> None:
    clusters = [of_kind("RayCluster")[0]["spec"], service()["rayClusterConfig"]]
    assert [cluster["authOptions"] for cluster in clusters] == [{"mode": "token"}] * 2


def test_no_secret_stands_in_the_files() -> None:
    assert of_kind("Secret") == []
    for variable in (variable for variables in mentioned(DOCUMENTS, "env") for variable in variables):
        secret = re.search("PASSWORD|KEY|TOKEN|AUTH$", variable["name"])
        assert not secret or "valueFrom" in variable or variable["name"].endswith("_FILE")
    assert [
        url for url in mentioned(DOCUMENTS, "serveConfigV2") if re.search(r"://[^/\s]+:[^/\s]+@", url)
    ] == []


def test_every_secret_has_its_command_in_the_documentation() -> None:
    references = [*mentioned(DOCUMENTS, "secretKeyRef"), *mentioned(DOCUMENTS, "secretRef")]
    monitors = yaml.safe_load_all((MANIFESTS / "monitoring" / "pod-monitors.yaml").read_text())
    references += mentioned(list(monitors), "credentials")
    for reference in references:
        assert reference.get("key") in {*SECRETS[reference["name"]], None}
    commands = (ROOT / "docs" / "cluster.md").read_text()
    assert [name for name in SECRETS if f"secret generic {name}" not in commands] == []


def test_policies_are_about_labels_that_pods_have() -> None:
    labels = [pod["metadata"]["labels"] for _, pod in pods()]
    # KubeRay adds this one.
    labels = [own | {"ray.io/is-ray-node": "yes"} for own in labels]
    for policy in of_kind("NetworkPolicy"):
        wanted = policy["spec"]["podSelector"].get("matchLabels", {})
        assert any(wanted.items() <= own.items() for own in labels), policy["metadata"]["name"]


def test_the_endpoint_and_the_batch_cluster_are_closed_to_each_other() -> None:
    for policy in of_kind("NetworkPolicy"):
        own = policy["spec"]["podSelector"].get("matchLabels", {}).get("app.kubernetes.io/component")
        if policy["metadata"]["name"].startswith("ray-"):
            let_in = {
                labels.get("app.kubernetes.io/component")
                for labels in mentioned(policy["spec"]["ingress"], "matchLabels")
            }
            assert let_in <= {own, "submitter", None}


def test_services_lead_to_pods_and_ports_that_there_are() -> None:
    for document in of_kind("Service"):
        wanted = document["spec"]["selector"]
        (pod,) = (pod for _, pod in pods() if wanted.items() <= pod["metadata"]["labels"].items())
        open_ports = {port["name"] for port in pod["spec"]["containers"][0]["ports"]}
        assert {port["targetPort"] for port in document["spec"]["ports"]} <= open_ports


SCHEMA = {
    "type": "object",
    "required": ["spec"],
    "properties": {
        "apiVersion": {"type": "string"},
        "kind": {"type": "string"},
        "metadata": {"type": "object"},
        "spec": {
            "type": "object",
            "properties": {
                "replicas": {"type": "integer"},
                "labels": {"type": "object", "additionalProperties": {"type": "string"}},
            },
        },
    },
}


@pytest.mark.parametrize(
    ("spec", "told"),
    [
        ({"replicas": 2, "labels": {"any": "name"}}, None),
        ({"replicas": "two"}, "Thing a: $.spec.replicas: 'two' is not of type 'integer'"),
        ({"replica": 2}, "('replica' was unexpected)"),
        ({"labels": {"any": 1}}, "1 is not of type 'string'"),
    ],
)
def test_a_field_that_does_not_fit_its_schema_is_told(spec: dict[str, Any], told: str | None) -> None:
    document = {"apiVersion": "a/v1", "kind": "Thing", "metadata": {"name": "a"}, "spec": spec}
    found = list(problems(document, {("a/v1", "Thing"): strict(SCHEMA)}))
    assert (not found) if told is None else (told in found[0])
