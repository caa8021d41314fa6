"""Read a Keras model: its tensors, its layers' short names, and what is connected to what."""

import dataclasses
import re
import textwrap

# These change no shape: they are written below the layer before.
_SMALL = {
    "Activation", "BatchNormalization", "Dropout", "ELU", "GELU", "GaussianNoise", "Identity",
    "LayerNormalization", "LeakyReLU", "Normalization", "PReLU", "ReLU", "Relu", "Rescaling",
    "Sigmoid", "Softmax", "SpatialDropout2D", "UnitNormalization",
}  # fmt: skip
_NAMES = {
    "Add": "add", "AveragePooling2D": "average pool", "BatchNormalization": "batch norm",
    "Concatenate": "concat", "Conv1D": "conv", "Conv2D": "conv", "Conv2DTranspose":
    "transpose conv", "DepthwiseConv2D": "depthwise", "GlobalAveragePooling2D": "global average",
    "GlobalMaxPooling2D": "global max", "LeakyReLU": "leaky relu", "MaxPooling2D": "max pool",
    "ReLU": "relu", "SeparableConv2D": "separable conv", "UpSampling2D": "upsample",
    "UnitNormalization": "unit norm", "ZeroPadding2D": "zero padding",
}  # fmt: skip


@dataclasses.dataclass
class Block:
    """One tensor of a diagram.

    Attributes:
        lines: the layer's name, kernel, stride; what follows it without a new shape.
        shape: the tensor's shape without the batch; None where it is not fixed.
        sources: places of the blocks that it is made from; none for an input.
    """

    lines: list
    shape: tuple
    sources: list


def from_rows(rows):
    """Make blocks, one after the other, of pairs of a name and a shape.

    Args:
        rows: list of (name, shape); the first is the input. A shape is a whole number or a tuple
            of them, without the batch.

    Raises:
        ValueError: if a row is no such pair.

    >>> [block.sources for block in from_rows([("input", (8, 8, 3)), ("dense", 4)])]
    [[], [0]]
    """
    blocks = []
    for place, row in enumerate(rows):
        if isinstance(row, str) or len(row) != 2 or not isinstance(row[0], str):
            raise ValueError(f"row {place}: expected (name, shape), got {row!r}")
        name, shape = row
        shape = tuple(shape) if hasattr(shape, "__len__") else (shape,)
        blocks.append(Block(_wrapped(name), shape, [place - 1] if place else []))
    return blocks


def from_model(model):
    """Make the blocks of a Sequential or functional Keras model.

    Args:
        model: the model. It must be built: give a Sequential a `keras.Input` as its first layer.

    Returns:
        A list of `Block`, inputs before what is made of them.

    Raises:
        TypeError: if the model is neither, so that nothing says how its layers are connected.
        ValueError: if it is not built.
    """
    graph = getattr(model, "_functional", None) or model
    if not hasattr(graph, "_nodes_by_depth"):
        if hasattr(model, "_functional"):  # a Sequential without shapes
            raise ValueError("The model has no shapes yet: begin it with keras.Input(shape).")
        raise TypeError(
            f"{type(model).__name__}: expected a Sequential or functional model; of another "
            "one write the rows yourself, [(name, shape), ...]"
        )
    blocks, place_of, seen = [], {}, set()
    for node in _sorted(graph):
        operation = node.operation
        shape = tuple(node.output_tensors[0].shape[1:])
        sources = [place_of[id(parent)] for parent in node.parent_nodes]
        kind = type(operation).__name__
        follows = sources == [len(blocks) - 1] and blocks[-1].shape == shape
        if follows and kind in _SMALL and blocks[-1].sources:
            blocks[-1].lines += [f"+ {line}" for line in _lines(operation)]
        else:
            again = ["same weights"] if id(operation) in seen else []
            lines = _lines(operation) + again
            blocks.append(Block(lines, shape, list(dict.fromkeys(sources))))
        seen.add(id(operation))
        place_of[id(node)] = len(blocks) - 1
    return blocks


def _sorted(graph):
    """Each call of a layer after those that it needs, a path as a whole before the next."""
    within = {id(node): node for nodes in graph._nodes_by_depth.values() for node in nodes}
    order, done = [], set()
    ends = [
        node for depth in sorted(graph._nodes_by_depth) for node in graph._nodes_by_depth[depth]
    ]
    waiting = [(node, False) for node in reversed(ends)]
    while waiting:
        node, parents_done = waiting.pop()
        if id(node) in done:
            continue
        if parents_done:
            done.add(id(node))
            order.append(node)
        else:
            waiting.append((node, True))
            parents = [parent for parent in node.parent_nodes if id(parent) in within]
            waiting += [(parent, False) for parent in reversed(parents)]
    return order


def _lines(layer):
    """A layer's short name in lines: what it is, its kernel, its stride, its activation."""
    kind = type(layer).__name__
    if kind == "InputLayer":
        named = not layer.name.startswith(("input_layer", "keras_tensor"))
        return _wrapped(layer.name if named else "input")
    if hasattr(layer, "layers"):  # a model inside the model
        return _wrapped(layer.name)
    if kind == "Activation":
        return [_activation(layer)]
    name = _NAMES.get(kind) or re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", kind).lower()
    window = getattr(layer, "kernel_size", None) or getattr(layer, "pool_size", None)
    factor = getattr(layer, "size", None) if kind.startswith("UpSampling") else None
    lines = _wrapped(name)
    if window or factor:
        size = _times(window) if window else f"×{_short(factor)}"
        lines = _joined(lines, size)
    stride = getattr(layer, "strides", None)
    usual = getattr(layer, "pool_size", None) or (1,) * len(window or ())
    if window and stride and tuple(stride) != tuple(usual):
        lines.append(f"stride {_short(stride)}")
    dilation = getattr(layer, "dilation_rate", 1)
    if window and set(dilation if isinstance(dilation, tuple) else (dilation,)) != {1}:
        lines.append(f"dilation {_short(dilation)}")
    activation = _activation(layer)
    return lines if activation in ("", "linear") or kind in _SMALL else [*lines, f"+ {activation}"]


def _activation(layer):
    """The name of a layer's activation, "" if it has none."""
    activation = getattr(layer, "activation", None)
    if activation is None:
        return ""
    return getattr(activation, "__name__", None) or type(activation).__name__.lower()


def _joined(lines, more):
    """Write a size after the last line, if it is short enough."""
    short = len(lines[-1]) + len(more) < 12
    return [*lines[:-1], f"{lines[-1]} {more}"] if short else [*lines, more]


def _wrapped(name):
    """A name in short lines; its own line breaks stay, and words stay whole."""
    lines = [
        part
        for line in name.split("\n")
        for part in textwrap.wrap(line, 12, break_long_words=False, break_on_hyphens=False)
    ]
    return lines or [""]


def _times(sizes):
    """Sizes as 3×3."""
    return "×".join("?" if size is None else str(size) for size in sizes)


def _short(sizes):
    """Equal sizes as one number."""
    sizes = sizes if isinstance(sizes, tuple | list) else (sizes,)
    return str(sizes[0]) if len(set(sizes)) == 1 else _times(sizes)


def shape_text(shape):
    """A tensor's shape for readers.

    >>> shape_text((32, 32, 16)), shape_text((10,)), shape_text((None, None, 3)), shape_text(())
    ('32×32×16', '10', '?×?×3', '1')
    """
    return _times(shape) or "1"
