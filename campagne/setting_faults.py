"""What is wrong with a setting, in Dutch; the value itself is never told, it may be a secret."""

from collections.abc import Mapping
from typing import Any, get_args

from pydantic.fields import FieldInfo


def in_dutch(fault: Any, fields: Mapping[str, FieldInfo]) -> str:
    """Say what is wrong with a value.

    Args:
        fault: one fault as pydantic gives it.
        fields: the settings by name.
    """
    kind, where = fault["type"], fault.get("ctx", {})
    if kind == "value_error":
        return str(where["error"])
    # Only a rule on several settings at once belongs to no field, and it says itself what is wrong.
    field = fields[str(fault["loc"][0])]
    if kind.startswith(("int_", "greater_", "less_")):
        limits = {type(one).__name__: one for one in field.metadata}
        return f"schrijf een heel getal van {limits['Ge'].ge} tot en met {limits['Le'].le}"
    if kind.startswith(("bool_", "literal_")):
        words = get_args(field.annotation) if kind == "literal_error" else ("true", "false")
        return f"schrijf {' of '.join(words)}"
    if kind.startswith(("uuid_", "string_pattern_")):
        return f"schrijf iets als {(field.examples or [''])[0]}"
    if kind.startswith(("date_", "datetime_")):
        return "schrijf een dag als 2026-09-07"
    return "deze waarde kan niet"
