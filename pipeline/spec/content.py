"""What is declared, as plain data: whatever is written around it, such as comments and blank lines, is no part of it."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import fields, is_dataclass
from typing import Any

from pydantic import BaseModel

from pipeline.spec.declared import Text


def plain(value: Any, *, texts: bool = True) -> Any:
    """Turn something declared into lists, texts and numbers, in the order in which it stands.

    Parameters
    ----------
    value : declared part, dataclass, mapping, sequence, set or single value
    texts : bool
        Whether texts for readers, such as labels, are part of it.

    Returns
    -------
    list, str, number, bool or None
        What JSON can hold; a mapping is a list of pairs, since its order may matter.
    """
    if isinstance(value, Text) and not texts:
        return None
    pairs = _named(value)
    if pairs is not None:
        return [[name, plain(inside, texts=texts)] for name, inside in pairs]
    if isinstance(value, Set):
        return sorted((plain(inside, texts=texts) for inside in value), key=repr)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [plain(inside, texts=texts) for inside in value]
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)


def _named(value: Any) -> list[tuple[str, Any]] | None:
    """Give what stands under a name; None where nothing has one."""
    if isinstance(value, Mapping):
        return [(str(name), inside) for name, inside in value.items()]
    if isinstance(value, BaseModel):
        return [(name, getattr(value, name)) for name in type(value).model_fields]
    return [(one.name, getattr(value, one.name)) for one in fields(value)] if is_dataclass(value) else None
