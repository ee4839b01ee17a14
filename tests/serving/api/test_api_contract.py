"""The OpenAPI description is complete, and the app keeps to it whatever is sent."""

from __future__ import annotations

import pytest
import schemathesis
from hypothesis import settings
from schemathesis.checks import load_all_checks
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.support.api.client import ask, guarded_app, open_app

load_all_checks()
APP = open_app()
CHECKS = [
    schemathesis.checks.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
contract = schemathesis.openapi.from_asgi("/openapi.json", APP)


@contract.parametrize()
@settings(max_examples=10)
def test_no_request_leads_to_an_answer_that_is_not_described(case: schemathesis.Case) -> None:
    case.call_and_validate(checks=CHECKS)


def test_every_operation_describes_its_refusals() -> None:
    description = ask(APP, "GET", "/openapi.json").json()
    for path, operations in description["paths"].items():
        for operation in operations.values():
            assert operation["operationId"]
            assert operation["summary"]
            assert operation["description"]
            assert {"200", "500", "503", "504"} <= set(operation["responses"]), path
            if "requestBody" in operation:
                assert {"400", "408", "413", "415", "422", "429"} <= set(operation["responses"])


def test_every_field_is_described() -> None:
    schemas = ask(APP, "GET", "/openapi.json").json()["components"]["schemas"]
    bare = [
        f"{name}.{field}"
        for name, schema in schemas.items()
        for field, content in schema["properties"].items()
        if "description" not in content and "$ref" not in content
    ]
    assert bare == []


@pytest.mark.parametrize(
    ("path", "method", "guarded"), [("/v1/events", "post", True), ("/healthz", "get", False)]
)
def test_what_needs_a_key_says_so(path: str, method: str, guarded: bool) -> None:
    description = ask(guarded_app(), "GET", "/openapi.json").json()
    security = description["paths"][path][method].get("security")
    assert security == ([{"ApiKey": []}, {"Bearer": []}] if guarded else None)


def test_every_reference_is_defined() -> None:
    response = ask(APP, "GET", "/openapi.json")
    schemas = response.json()["components"]["schemas"]
    references = {part.split('"')[0] for part in response.text.split("#/components/schemas/")[1:]}
    assert references <= set(schemas)
