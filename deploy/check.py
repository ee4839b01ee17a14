"""Manifests against the schemas of KubeRay's custom resources: `python -m deploy.check --crds FOLDER`.

FOLDER holds the CustomResourceDefinitions as YAML, which may be gzipped; KubeRay has them in
`ray-operator/config/crd/bases`. Checked is what `kubectl kustomize` makes of deploy/kubernetes, or the
files themselves where there is no kubectl.
"""

from __future__ import annotations

import argparse
import gzip
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator

MANIFESTS = Path(__file__).parent / "kubernetes"
Document = dict[str, Any]
Schemas = dict[tuple[str, str], Document]
"""By `apiVersion` and `kind`."""


def documents(folder: Path = MANIFESTS) -> list[Document]:
    """The objects in the files of a folder that are resources of its kustomization."""
    listed = yaml.safe_load((folder / "kustomization.yaml").read_text())["resources"]
    texts = ((folder / name).read_text() for name in listed if name.endswith(".yaml"))
    return [document for text in texts for document in yaml.safe_load_all(text)]


def rendered(folder: Path = MANIFESTS) -> list[Document]:
    """The objects that a cluster would be given; `subprocess.CalledProcessError` if kustomize refuses."""
    command = ["kubectl", "kustomize", str(folder)]
    made = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return list(yaml.safe_load_all(made))


def read_schemas(folder: Path) -> Schemas:
    """The schema of each version of each custom resource that is defined in the files of a folder."""
    schemas: Schemas = {}
    for path in sorted([*folder.glob("*.yaml"), *folder.glob("*.yaml.gz")]):
        content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        spec = yaml.load(content, yaml.CSafeLoader)["spec"]
        for version in spec["versions"]:
            name = f"{spec['group']}/{version['name']}", spec["names"]["kind"]
            schemas[name] = strict(version["schema"]["openAPIV3Schema"])
    return schemas


def strict(schema: Any) -> Any:
    """The schema, by which a field that it does not know is a mistake, as it is to `kubectl apply`."""
    if isinstance(schema, list):
        return [strict(part) for part in schema]
    if not isinstance(schema, Mapping):
        return schema
    stricter = {name: strict(part) for name, part in schema.items()}
    is_open = schema.get("x-kubernetes-preserve-unknown-fields") or "additionalProperties" in schema
    if isinstance(schema.get("properties"), Mapping) and schema.get("type") == "object" and not is_open:
        stricter["additionalProperties"] = False
    return stricter


def problems(document: Document, schemas: Schemas) -> Iterator[str]:
    """What does not fit in an object; nothing for one of a kind without a schema."""
    schema = schemas.get((document["apiVersion"], document["kind"]))
    if schema is None:
        return
    # The API server checks these for itself.
    body = {name: part for name, part in document.items() if name != "metadata"}
    where = f"{document['kind']} {document['metadata']['name']}"
    for error in Draft202012Validator(_without_metadata(schema)).iter_errors(body):
        yield f"{where}: {error.json_path}: {error.message}"


def _without_metadata(schema: Document) -> Document:
    properties = {name: part for name, part in schema["properties"].items() if name != "metadata"}
    return {**schema, "properties": properties}


def main() -> None:
    """Print every problem; the status is 1 if there is one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--crds", type=Path, required=True, metavar="FOLDER")
    schemas = read_schemas(parser.parse_args().crds)
    objects = rendered() if shutil.which("kubectl") else documents()
    checked = [item for item in objects if (item["apiVersion"], item["kind"]) in schemas]
    found = [problem for item in checked for problem in problems(item, schemas)]
    print(
        "\n".join([*found, f"{len(checked)} objects of {len(objects)} have a schema: {len(found)} problems"])
    )
    sys.exit(1 if found or not checked else 0)


if __name__ == "__main__":
    main()
