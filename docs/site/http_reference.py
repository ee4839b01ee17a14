"""The HTTP reference: a section a request and a table a schema, from the API's own OpenAPI description."""

from __future__ import annotations

from typing import Any

from docs.site.markdown import cell, one_line

Schema = dict[str, Any]
PARAMETERS = "| parameter | in | type | what it is |\n|---|---|---|---|\n"
ANSWERS = "| status | meaning | body |\n|---|---|---|\n"
FIELDS = "| field | type | required or default | bounds | what it is |\n|---|---|---|---|---|\n"
BOUNDS = {
    "minimum": "≥ {}", "exclusiveMinimum": "> {}", "maximum": "≤ {}", "exclusiveMaximum": "< {}",
    "minLength": "length ≥ {}", "maxLength": "length ≤ {}", "minItems": "items ≥ {}",
    "maxItems": "items ≤ {}",
}  # fmt: skip


def http_page(description: Schema) -> str:
    """All requests by their tags, then all schemas."""
    parts = ["# HTTP API", description["info"]["description"].strip()]
    for tag in description["tags"]:
        parts += [
            f"## {tag['name'].capitalize()}",
            tag["description"],
            *_operations(description, tag["name"]),
        ]
    parts += [
        "## Schemas",
        *(schema_section(*item) for item in sorted(description["components"]["schemas"].items())),
    ]
    return "\n\n".join(parts) + "\n"


def operation_section(path: str, method: str, operation: Schema) -> str:
    """A request: what it is for, what it takes, and what comes back."""
    parts = [f"### {method.upper()} {path}", operation.get("description") or operation.get("summary", "")]
    if operation.get("parameters"):
        rows = [_parameter_row(parameter) for parameter in operation["parameters"]]
        parts.append(PARAMETERS + "\n".join(rows))
    if "requestBody" in operation:
        parts.append(f"Body: {_content(operation['requestBody'])}")
    rows = [_answer_row(status, answer) for status, answer in sorted(operation["responses"].items())]
    parts.append(ANSWERS + "\n".join(rows))
    return "\n\n".join(parts)


def schema_section(name: str, schema: Schema) -> str:
    """A schema and a row for each of its fields."""
    required = schema.get("required", [])
    rows = [
        _field_row(field, part, field in required) for field, part in schema.get("properties", {}).items()
    ]
    table = FIELDS + "\n".join(rows) if rows else ""
    return f"### {name}\n\n{one_line(schema.get('description', ''))}\n\n{table}"


def _operations(description: Schema, tag: str) -> list[str]:
    return [
        operation_section(path, method, operation)
        for path, methods in description["paths"].items()
        for method, operation in methods.items()
        if tag in operation.get("tags", [])
    ]


def _parameter_row(parameter: Schema) -> str:
    text = cell(parameter.get("description", ""))
    return f"| `{parameter['name']}` | {parameter['in']} | {_type(parameter.get('schema', {}))} | {text} |"


def _answer_row(status: str, answer: Schema) -> str:
    return f"| {status} | {cell(answer['description'])} | {_content(answer)} |"


def _field_row(name: str, part: Schema, is_required: bool) -> str:
    default = "yes" if is_required else _default(part)
    text = cell(part.get("description", ""))
    return f"| `{name}` | {_type(part)} | {default} | {_bounds(part)} | {text} |"


def _content(body: Schema) -> str:
    return ", ".join(
        f"{_type(part.get('schema', {}))} (`{kind}`)" for kind, part in body.get("content", {}).items()
    )


def _type(schema: Schema) -> str:
    """A schema in few words; one that has a name is a link to it."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[-1]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in schema or "oneOf" in schema:
        return " or ".join(_type(part) for part in schema.get("anyOf") or schema["oneOf"])
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {}))}"
    values = [f"`{value}`" for value in schema.get("enum", [schema["const"]] if "const" in schema else [])]
    return " or ".join(values) or schema.get("type", "anything")


def _default(schema: Schema) -> str:
    return f"`{schema['default']}`" if schema.get("default") is not None else "no"


def _bounds(schema: Schema) -> str:
    parts = [schema, *schema.get("anyOf", [])]
    return ", ".join(
        text.format(part[name]) for part in parts for name, text in BOUNDS.items() if name in part
    )
