"""What all settings share: they are frozen, refuse unknown keys, may hold values to be tuned or a choice of kinds."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, ClassVar, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    PlainSerializer,
    SerializerFunctionWrapHandler,
    Strict,
    WrapSerializer,
    model_serializer,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from bench.core.errors import quoted, suggest
from bench.core.registry import Registry

T = TypeVar("T")


class Settings(BaseModel):
    """Base of everything that an experiment file sets. Unknown keys are refused with the nearest known one."""

    model_config: ClassVar[ConfigDict] = ConfigDict(
        frozen=True, extra="forbid", strict=True, allow_inf_nan=False, defer_build=True
    )

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """JSON Schema, in which the string that stands under a field describes it.

        pydantic's own `use_attribute_docstrings` would read every source file at each start, for a fifth of a second.
        """
        found = handler.resolve_ref_schema(handler(schema))
        described = {name: text for each in reversed(cls.__mro__) for name, text in _under_fields(each).items()}
        for name, field in cls.model_fields.items():
            written = found.get("properties", {}).get(field.alias or name)
            if written is not None and name in described:
                written.setdefault("description", described[name])
        return found

    @model_validator(mode="before")
    @classmethod
    def _no_unknown_key(cls, value: object) -> object:
        if isinstance(value, Mapping):
            known = [field.alias or name for name, field in cls.model_fields.items()]
            for key in value:
                if key not in known:
                    text = f"unknown key {quoted(key)}{suggest(key, known)}"
                    raise PydanticCustomError("unknown_key", "{text}", {"text": text, "key": key})
        return value


@cache
def _under_fields(cls: type) -> dict[str, str]:
    """The strings that stand under the fields of a class of settings, by name; none where no source is kept."""
    if not issubclass(cls, Settings):
        return {}
    try:
        written = ast.parse(textwrap.dedent(inspect.getsource(cls))).body[0]
    except (OSError, TypeError):
        return {}
    return {
        field.target.id: inspect.cleandoc(under.value.value)
        for field, under in pairwise(written.body if isinstance(written, ast.ClassDef) else ())
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)
        if isinstance(under, ast.Expr) and isinstance(under.value, ast.Constant) and isinstance(under.value.value, str)
    }


class ExtendedSettings(Settings):
    """Base of settings that got fields since records of them were written.

    A field that a class names in `added` is written out only where it is not its default, so that records of earlier
    versions, which did not know it, hold the same settings.
    """

    added: ClassVar[tuple[str, ...]] = ()

    # The type is given here because pydantic would look it up by name in the first caller's variables.
    @model_serializer(mode="wrap", return_type=Any)
    def _as_before(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        fields: dict[str, Any] = handler(self)
        added = {name for cls in type(self).__mro__ for name in vars(cls).get("added", ())}
        known = type(self).model_fields
        return {
            name: value
            for name, value in fields.items()
            if name not in added or getattr(self, name) != known[name].get_default(call_default_factory=True)
        }


def _as_sequence(value: object) -> object:
    return tuple(value) if isinstance(value, (list, tuple)) else (value,)


def _distinct(values: tuple[T, ...]) -> tuple[T, ...]:
    if len(set(values)) != len(values):
        raise PydanticCustomError("repeated_value", "the same value stands in the list twice")
    return values


def _as_written(values: tuple[T, ...]) -> T | list[T]:
    return values[0] if len(values) == 1 else list(values)


def _vectors_as_written(vectors: tuple[tuple[T, ...], ...]) -> list[T] | list[list[T]]:
    return list(vectors[0]) if len(vectors) == 1 else [list(vector) for vector in vectors]


class _OrAlone:
    """Annotation of a list in place of which a single item may be given, for JSON Schema."""

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        several = handler(schema)
        return {"anyOf": [several["items"], several]}


Tunable = Annotated[
    tuple[T, ...],
    Strict(False),
    Field(min_length=1, max_length=100),
    _OrAlone(),
    BeforeValidator(_as_sequence),
    AfterValidator(_distinct),
    # The type is given here because pydantic would look it up by name in the first caller's variables.
    PlainSerializer(_as_written, return_type=Any),
]
"""One value, or a list of up to 100 values of which the best is chosen in inner folds of the training rows."""


def _written_alike(values: tuple[T, ...], each: SerializerFunctionWrapHandler) -> Any:
    return _as_written(tuple(each(values)))


OneOrMany = Annotated[
    tuple[T, ...],
    Strict(False),
    Field(min_length=1),
    _OrAlone(),
    BeforeValidator(_as_sequence),
    AfterValidator(_distinct),
    WrapSerializer(_written_alike, return_type=Any),
]
"""One value, or a list of different ones, all of which are used."""


def _as_vectors(value: object) -> object:
    """One list of numbers as a list of one such list."""
    if isinstance(value, (list, tuple)) and not any(isinstance(each, (list, tuple)) for each in value):
        return (value,)
    return value


Vectors = Annotated[
    tuple[Annotated[tuple[T, ...], Strict(False), Field(min_length=1)], ...],
    Strict(False),
    Field(min_length=1, max_length=100),
    _OrAlone(),
    BeforeValidator(_as_vectors),
    AfterValidator(_distinct),
    PlainSerializer(_vectors_as_written, return_type=Any),
]
"""A list of numbers, or a list of up to 100 such lists of which the best is chosen in inner folds."""

Pair = Annotated[tuple[T, T], Strict(False)]
"""A list of two in YAML."""

Many = Annotated[tuple[T, ...], Strict(False)]
"""A list of any length in YAML."""

Names = Annotated[tuple[str, ...], Strict(False), Field(min_length=1), AfterValidator(_distinct)]
"""A list of different names in YAML, at least one."""


@dataclass(frozen=True, slots=True)
class InputPath:
    """A file or folder that an experiment file names, relative to that file's own folder.

    A record keeps it as written; of an absolute one only the name, so that no record depends on one machine.
    Raises ValueError for what no path can hold, and for the home of a user who is not there.
    """

    written: str
    folder: Path

    def __post_init__(self) -> None:
        if "\0" in self.written:
            raise ValueError("a path holds no NUL character")
        try:
            Path(self.written).expanduser()
        except RuntimeError:
            user = Path(self.written).parts[0]
            raise ValueError(f"there is no home folder of {user!r}; write the path out, or './~…' for a name") from None

    @property
    def path(self) -> Path:
        """Its path."""
        return self.folder / Path(self.written).expanduser()

    @property
    def portable(self) -> str:
        """What a record may keep of it."""
        path = Path(self.written).expanduser()
        return path.name if path.is_absolute() else self.written

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        def read(value: str, info: core_schema.ValidationInfo) -> InputPath:
            return cls(value, Path((info.context or {}).get("folder", ".")))

        text = core_schema.str_schema(min_length=1, strict=True)
        return core_schema.with_info_after_validator_function(
            read, text, serialization=core_schema.plain_serializer_function_ser_schema(lambda path: path.portable)
        )


class Choice:
    """Annotation for a field that holds the settings of any registered kind, distinguished by their key `kind`.

    Settings that were made already are taken as they are, also of a kind that no file can name.
    """

    def __init__(self, registry: Registry[Any]) -> None:
        self.registry = registry

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        choices = {kind: handler.generate_schema(cls) for kind, cls in self.registry.classes().items()}
        named = core_schema.tagged_union_schema(choices, discriminator="kind")

        def read(value: Any, read_named: Callable[[Any], Any]) -> Any:
            return value if isinstance(value, source) else read_named(value)

        return core_schema.no_info_wrap_validator_function(read, named)
