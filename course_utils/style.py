"""Neural style transfer: costs on the activations of VGG-16, and the loop that learns pixels.

C is the content picture, S the style picture, G the generated one. Pictures are red, green, blue,
0..1, all through this module: `network` prepares them for VGG-16 itself, exactly once.

    from course_utils import style

    content, brush = style.picture("cat.jpg", 224), style.picture("waves.png", 224)
    result = style.transfer(content, brush, steps=120, progress=style.step_lines(40))
    style.save(result.picture, "painted.png")

Source: lectures P150 to P153; Gatys, Ecker and Bethge, Image style transfer using convolutional
neural networks, 2016, sections 2 and 3.
"""

import functools
import math
import time
from dataclasses import dataclass, field
from pathlib import Path

import course_utils  # noqa: F401 (sets what must be set before Keras is imported)
from course_utils import pretrained

import keras
import numpy as np
from keras import ops

CONTENT_LAYER = "block4_conv2"
STYLE_LAYERS = ("block1_conv1", "block2_conv1", "block3_conv1", "block4_conv1", "block5_conv1")
CONTENT_WEIGHT, STYLE_WEIGHT = 1.0, 0.01  # alpha and beta
LEARNING_RATE = 0.02  # of Adam: pixels are 0..1, so this is 5 of 255 grey levels a step
OPTIMIZERS, STARTS = ("adam", "lbfgs"), ("noise", "content")
_LEAST = 32  # pixels: VGG-16 halves a picture four times before block 5
_MEMORY = 10  # steps that L-BFGS remembers
_INSIDE = 0.002  # half a grey level


# --- Pictures -------------------------------------------------------------------------------------


def picture(source, size=None):
    """Take a picture, and shrink or enlarge it so that its longer side has `size` pixels.

    Args:
        source: path of a picture of any usual format (`course_utils.datasets.pictures` reads it:
            EXIF orientation undone, transparent parts on white, grey as colour); or an array
            (height, width, 3) of floats in 0..1.
        size: pixels of the longer side, 32 or more; None keeps the size.

    Returns:
        (height, width, 3) float32, red, green, blue, 0..1.

    Raises:
        DataError: if there is no such file, or it is no picture that can be read.
        TypeError, ValueError: if an array is no picture.
        ValueError: if size is below 32, or the picture so narrow that its shorter side would be.

    >>> picture(np.zeros((40, 80, 3), "float32"), 64).shape
    (32, 64, 3)
    """
    from course_utils.datasets import pictures
    from course_utils.datasets.problems import DataError

    if isinstance(source, (str, Path)):
        try:
            image, orientation, _ = pictures.read(source)
        except DataError as error:
            raise DataError(f"{source}: {error}") from error
        values = pictures.as_array(pictures.turned(image, orientation))
        values = values.astype(np.float32) / 255 if values.dtype == np.uint8 else values
        name = str(source)
    else:
        values, name = _checked(source, "source"), "The picture"
    return values if size is None else _resized(values, size, name)


def save(image, path):
    """Write a picture (height, width, 3), floats in 0..1, to a file such as painted.png.

    Args:
        image: the picture.
        path: its ending names the format: .png, .jpg, .webp, .tif or .bmp.

    Raises:
        ValueError: if the ending names no such format.
        OSError: if the file can't be written.
    """
    from PIL import Image

    check_name(path)
    values = np.round(_checked(image, "image") * 255).astype(np.uint8)
    quality = {"quality": 95} if Path(path).suffix.lower() not in (".png", ".bmp") else {}
    Image.fromarray(values).save(path, **quality)


def check_name(path):
    """Refuse a name whose ending names no format that `save` writes.

    Raises:
        ValueError: if it doesn't.
    """
    endings = (".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".bmp")
    if Path(path).suffix.lower() not in endings:
        raise ValueError(f"{path}: expected a name that ends in .png, .jpg, .webp, .tif or .bmp.")


def noise(shape, seed=0):
    """Draw a picture of random pixels, each channel even over 0..1.

    Args:
        shape: (height, width, 3), or a longer shape that begins so.
        seed: another seed is another picture.

    Returns:
        float32 array (height, width, 3), 0..1.

    >>> noise((1, 1, 3), seed=4).round(2)
    array([[[0.94, 0.51, 0.98]]], dtype=float32)
    """
    return np.random.default_rng(seed).random((*shape[:2], 3)).astype(np.float32)


# --- What VGG-16 says of a picture ----------------------------------------------------------------


def network(layers=(*STYLE_LAYERS, CONTENT_LAYER), weights="embedded", prepare=None):
    """Build VGG-16 so that it takes pictures as they are, and gives the activations asked for.

    Args:
        layers: names of layers of `pretrained.vgg16`, such as "block4_conv2".
        weights: "embedded" or "imagenet", see `pretrained.vgg16`.
        prepare: what is done to the pictures before VGG-16 sees them; None is
            `pretrained.preprocess`, which is right. Another function shows what goes wrong.

    Returns:
        A frozen `keras.Model` from (batch, height, width, 3), red, green, blue, 0..1, to a dict
        from layer names to activations (batch, n_H, n_W, n_C).

    Raises:
        ValueError: if there is no such layer.
        WeightsError: see `pretrained.vgg16`.

    >>> activations = network(("block1_conv1", "block2_conv1"))(np.zeros((1, 32, 48, 3)))
    >>> {name: tuple(values.shape) for name, values in activations.items()}
    {'block1_conv1': (1, 32, 48, 64), 'block2_conv1': (1, 16, 24, 128)}
    """
    layers = tuple(dict.fromkeys([layers] if isinstance(layers, str) else layers))
    if not layers:
        raise ValueError("layers must name one layer or more; got none.")
    vgg = pretrained.vgg16(weights, last=max(layers))  # block1_conv1 < block1_conv2 < block2_...
    inputs = keras.Input((None, None, 3), name="pictures")
    outputs = keras.Model(vgg.input, {name: vgg.get_layer(name).output for name in layers})(
        (prepare or pretrained.preprocess)(inputs)
    )
    model = keras.Model(inputs, outputs, name=vgg.name)
    model.trainable = False
    return model


@functools.lru_cache(maxsize=4)
def _shared_network(layers, weights="embedded"):
    return network(layers, weights)


# --- Costs ----------------------------------------------------------------------------------------


def gram_matrix(activations, divide=False):
    """How strongly channels fire together: G[k, l] is the sum of a_k a_l over all places.

    Args:
        activations: (n_H, n_W, n_C), or (batch, n_H, n_W, n_C): an array or a Keras tensor.
        divide: divide by n_H n_W, so that pictures of different sizes can be compared.

    Returns:
        Keras tensor (n_C, n_C), or (batch, n_C, n_C): symmetric.

    >>> ops.convert_to_numpy(gram_matrix(np.array([[[1.0, 2.0], [3.0, 0.0]]])))
    array([[10.,  2.],
           [ 2.,  4.]])
    """
    activations = ops.convert_to_tensor(activations)
    shape = ops.shape(activations)
    places = shape[-3] * shape[-2]
    flat = ops.reshape(activations, (*shape[:-3], places, shape[-1]))
    gram = ops.matmul(ops.swapaxes(flat, -1, -2), flat)
    return gram / ops.cast(places, gram.dtype) if divide else gram


def content_cost(content, generated):
    """J_content: the squared differences of the activations of one layer, 1 / (4 n_H n_W n_C) each.

    Args:
        content: activations of C, (n_H, n_W, n_C), or (1, n_H, n_W, n_C).
        generated: those of G, of the same shape.

    Returns:
        Keras tensor without axes, 0 or more.

    Source: lecture P152; its first formula has 1/2 instead of 1 / (4 n_H n_W n_C).

    >>> float(content_cost(np.zeros((1, 2, 3)), np.full((1, 2, 3), 2.0)))
    1.0
    """
    return ops.mean(ops.square(ops.subtract(content, generated))) / 4


def style_layer_cost(gram_style, gram_generated):
    """J_style of one layer: the squared differences of two Gram matrices, 1 / (4 n_C^2) each.

    Args:
        gram_style: Gram matrix of S, *divided* by its places: (n_C, n_C), or (1, n_C, n_C).
        gram_generated: that of G, divided by G's places. For pictures of one size this is
            the lecture's 1 / (2 n_H n_W n_C)^2 of the undivided ones.

    Returns:
        Keras tensor without axes, 0 or more.

    >>> float(style_layer_cost(np.eye(2), np.ones((2, 2))))
    0.125
    """
    return ops.mean(ops.square(ops.subtract(gram_style, gram_generated))) / 4


def style_cost(grams_style, grams_generated, layer_weights=None):
    """J_style: the weighted sum of `style_layer_cost` over layers.

    Args:
        grams_style: dict from layer names to divided Gram matrices of S.
        grams_generated: the same of G.
        layer_weights: dict from layer names to weights; None gives each layer the same, 1 in all.

    Returns:
        Keras tensor without axes, 0 or more.
    """
    weights = layer_weights or {name: 1 / len(grams_style) for name in grams_style}
    costs = [
        weight * style_layer_cost(grams_style[name], grams_generated[name])
        for name, weight in weights.items()
    ]
    return functools.reduce(ops.add, costs)


def total_cost(content, style, content_weight=CONTENT_WEIGHT, style_weight=STYLE_WEIGHT):
    """J = alpha J_content + beta J_style.

    >>> total_cost(2.0, 3.0, content_weight=10, style_weight=40)
    140.0
    """
    return content_weight * content + style_weight * style


# --- The loop on pixels ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Result:
    """What `transfer` gives.

    Attributes:
        picture: G, (height, width, 3) float32, 0..1.
        history: dict of float arrays with an entry for the start and one for each step: "total"
            (J), "content" (J_content), "style" (J_style), not weighted, and "seconds" since the
            loop began (building and tracing the network are not counted).
        snapshots: dict from steps to pictures as they were after so many steps.
        optimizer: its name.
    """

    picture: np.ndarray
    history: dict
    snapshots: dict = field(default_factory=dict)
    optimizer: str = "adam"

    @property
    def steps(self):
        """Steps that were done; L-BFGS may end early, when no step makes J smaller."""
        return len(self.history["total"]) - 1

    @property
    def fall(self):
        """The share of its first value by which J fell: 0.99 is to one hundredth."""
        return 1 - self.history["total"][-1] / self.history["total"][0]


class Costs:
    """J of a picture and its gradient, for one C and one S: what every optimiser needs.

    Args:
        content: C, (height, width, 3) in 0..1, or None if `content_weight` is 0.
        style: S, of any size, or None if `style_weight` is 0.
        content_weight: alpha, 0 or more.
        style_weight: beta, 0 or more.
        content_layer: the layer of the content cost.
        style_layers: names of the layers of the style cost, which then weigh the same, 1 in all;
            or a dict from names to weights.
        network: a model as `network` gives it; None is VGG-16 with the embedded weights.

    Raises:
        TypeError, ValueError: if a picture or a weight can't be used.
    """

    def __init__(
        self, content, style, content_weight=CONTENT_WEIGHT, style_weight=STYLE_WEIGHT,
        content_layer=CONTENT_LAYER, style_layers=STYLE_LAYERS, network=None,
    ):  # fmt: skip
        for name, weight in (("content_weight", content_weight), ("style_weight", style_weight)):
            if not (math.isfinite(weight) and weight >= 0):
                raise ValueError(f"{name} must be a number from 0 on; got {weight!r}.")
        if not content_weight and not style_weight:
            raise ValueError("content_weight and style_weight are both 0: there is nothing to do.")
        if not isinstance(style_layers, dict):
            names = [style_layers] if isinstance(style_layers, str) else style_layers
            style_layers = {name: 1 / len(names) for name in names}
        alpha_beta = float(content_weight), float(style_weight)
        self.weights = tuple(ops.convert_to_tensor(weight) for weight in alpha_beta)
        content_layer = content_layer if content_weight else None
        layers = tuple(style_layers) if style_weight else ()
        layers += (content_layer,) if content_layer and content_layer not in layers else ()
        network = network or _shared_network(tuple(sorted(layers)))
        self.target, self.grams = ops.zeros(()), {}
        if content_weight:
            self.target = network(_checked(content, "content")[None])[content_layer]
        if style_weight:
            found = network(_checked(style, "style")[None])
            self.grams = {name: gram_matrix(found[name], divide=True) for name in style_layers}
        weights = tuple(style_layers.items()) if style_weight else ()
        self._function = _value_and_gradient(network, content_layer, weights)

    def __call__(self, image):
        """Measure a picture.

        Args:
            image: G, (height, width, 3) in 0..1: an array or a Keras tensor.

        Returns:
            Three numbers, J, J_content and J_style, in a tensor of shape (3,), and the gradient of
            J, a tensor of the picture's shape.
        """
        image = ops.convert_to_tensor(image, "float32")
        return self._function(image, self.target, self.grams, *self.weights)


@functools.lru_cache(maxsize=8)
def _value_and_gradient(network, content_layer, style_weights):
    """Compile J and its gradient once for all pictures, targets and weights of a network."""
    import tensorflow as tf

    style_weights = dict(style_weights)

    @tf.function(reduce_retracing=False)
    def function(image, target, grams, content_weight, style_weight):
        with tf.GradientTape() as tape:
            tape.watch(image)
            found = network(image[None])
            content, style = tf.zeros(()), tf.zeros(())
            if content_layer:
                content = content_cost(target, found[content_layer])
            if style_weights:
                own = {name: gram_matrix(found[name], divide=True) for name in style_weights}
                style = style_cost(grams, own, style_weights)
            total = total_cost(content, style, content_weight, style_weight)
        return tf.stack([total, content, style]), tape.gradient(total, image)

    return function


def transfer(
    content, style, content_weight=CONTENT_WEIGHT, style_weight=STYLE_WEIGHT, *, steps=120,
    optimizer="adam", start="content", seed=0, learning_rate=LEARNING_RATE,
    content_layer=CONTENT_LAYER, style_layers=STYLE_LAYERS, snapshots=(), progress=None,
    network=None,
):  # fmt: skip
    """Paint C in the style of S: change the pixels of G, step by step, so that J falls.

    The weights of the network never change. The same inputs and seed give the same picture.

    Args:
        content: C, (height, width, 3) floats in 0..1; G gets its size. With `content_weight` 0 it
            may be None, if `start` is a picture.
        style: S, of any size. With `style_weight` 0 it may be None.
        content_weight: alpha. 0 leaves the content cost out.
        style_weight: beta. 0 leaves the style cost out.
        steps: how often the pixels are changed, 0 or more.
        optimizer: "adam" (Keras), or "lbfgs" (SciPy), which may end before `steps`.
        start: "content", a copy of C; "noise", random pixels as the lecture has it; or a picture.
        seed: of the noise.
        learning_rate: of Adam, in units of 0..1.
        content_layer: see `Costs`.
        style_layers: see `Costs`.
        snapshots: numbers of steps after which the picture is kept; 0 is the start.
        progress: a function that is called as `progress(step, steps, history)` at the start
            and after each step, such as `step_lines(20)`.
        network: see `Costs`.

    Returns:
        `Result`.

    Raises:
        TypeError, ValueError: if an argument can't be used; the message says which and why.

    >>> tiny = np.random.default_rng(1).random((32, 48, 3))
    >>> result = transfer(tiny, tiny[::-1], steps=2, snapshots=[0])
    >>> result.picture.shape, result.steps, list(result.snapshots)
    ((32, 48, 3), 2, [0])
    """
    if optimizer not in OPTIMIZERS:
        raise ValueError(f"optimizer must be one of {', '.join(OPTIMIZERS)}; got {optimizer!r}.")
    if int(steps) != steps or steps < 0:
        raise ValueError(f"steps must be a whole number from 0 on; got {steps!r}.")
    image = _first(content, start, seed)
    costs = Costs(
        content, style, content_weight, style_weight, content_layer, style_layers, network
    )
    costs(image)  # traces the function, so that this is in no step's seconds
    log = _Log(int(steps), frozenset(snapshots), progress)
    minimise = _by_adam if optimizer == "adam" else _by_lbfgs
    image = minimise(costs, image, log, learning_rate)
    history = {name: np.array(values) for name, values in log.history.items()}
    return Result(image, history, log.snapshots, optimizer)


def paint(
    content, style, content_weight=CONTENT_WEIGHT, style_weight=STYLE_WEIGHT, *, size=400,
    steps=100, progress=None,
):  # fmt: skip
    """Paint a picture to look at: first at half the size, then at the whole, by L-BFGS from C.

    What VGG-16 sees of a large picture is small, so strokes would be thin. Those painted at half
    the size come out twice as large, and most steps cost a quarter.

    Args:
        content: C, as `picture` takes it: a path or an array.
        style: S, the same.
        content_weight: alpha.
        style_weight: beta.
        size: pixels of the longer side of C and of S.
        steps: steps at half the size; half as many follow at the whole. Below 128 pixels all are
            done at the whole.
        progress: as for `transfer`; it is called with the number of all steps.

    Returns:
        `Result`. The history begins with C, then come the steps at the whole size.

    Raises:
        DataError, TypeError, ValueError: as `picture` and `transfer` do.
    """
    content, style = picture(content, size), picture(style, size)
    weights = content_weight, style_weight
    costs = Costs(content, style, *weights)
    first = (*costs(content)[0].numpy().astype(float), 0.0)
    start, coarse, fine = "content", 0, steps
    began = time.perf_counter()

    def tell(offset):
        def show(step, _, history):
            progress(offset + step, coarse + fine, history)

        return show if progress else None

    if size >= 4 * _LEAST and min(content.shape[:2]) >= 2 * _LEAST <= min(style.shape[:2]):
        coarse, fine = steps, max(1, steps // 2)
        half = [_resized(image, size // 2, "The picture") for image in (content, style)]
        small = transfer(*half, *weights, steps=coarse, optimizer="lbfgs", progress=tell(0))
        start = _shaped(small.picture, content.shape[:2])
    offset = time.perf_counter() - began
    found = transfer(
        content, style, *weights, steps=fine, optimizer="lbfgs", start=start,
        progress=tell(coarse),
    )  # fmt: skip
    found.history["seconds"] += offset
    history = {
        name: np.concatenate([[number], values])
        for (name, values), number in zip(found.history.items(), first, strict=True)
    }
    return Result(found.picture, history, {}, "lbfgs")


def step_lines(every=20):
    """Make a function for `transfer(progress=...)` that prints a line now and then.

    Args:
        every: print each of so many steps, the first and the last one.

    >>> show = step_lines(5)
    >>> history = {"total": [200.0], "content": [0.0], "style": [20.0], "seconds": [0.0]}
    >>> show(0, 10, history)
    step  0 of 10  J 200 (1)  content 0  style 20  0 s
    """

    def show(step, steps, history):
        if step % every and step != steps:
            return
        total, content, style, seconds = (
            history[name][-1] for name in ("total", "content", "style", "seconds")
        )
        share = total / history["total"][0]
        print(
            f"step {step:{len(str(steps))}} of {steps}  J {total:.3g} ({share:.3g})"
            f"  content {content:.3g}  style {style:.3g}  {seconds:.0f} s",
            flush=True,
        )

    return show


class _Log:
    """What happened in each step, kept and told."""

    def __init__(self, steps, wanted, progress):
        self.steps, self._wanted, self._progress = steps, wanted, progress
        self.history = {"total": [], "content": [], "style": [], "seconds": []}
        self.snapshots = {}
        self._began = time.perf_counter()

    def add(self, values, image):
        step = len(self.history["total"])
        numbers = (*values, time.perf_counter() - self._began)
        for entries, number in zip(self.history.values(), numbers, strict=True):
            entries.append(float(number))
        if step in self._wanted:
            self.snapshots[step] = np.asarray(image, np.float32).copy()
        if self._progress is not None:
            self._progress(step, self.steps, self.history)


def _by_adam(costs, image, log, learning_rate):
    """Step after step of Adam; after each the pixels are clipped to 0..1."""
    import tensorflow as tf

    pixels = keras.Variable(image, name="pixels")
    adam = keras.optimizers.Adam(learning_rate)
    adam.build([pixels])

    @tf.function
    def update(gradient):
        adam.apply([gradient], [pixels])
        pixels.assign(ops.clip(pixels, 0, 1))

    for _ in range(log.steps):
        values, gradient = costs(pixels.value)
        log.add(values.numpy(), pixels.value.numpy())
        update(gradient)
    image = pixels.value.numpy()
    log.add(costs(image)[0].numpy(), image)
    return image


def _by_lbfgs(costs, image, log, learning_rate):
    """L-BFGS of SciPy, which takes no learning rate. A pixel is sin^2 of an angle, so 0..1.

    With the pixels themselves and bounds it can crawl: a pixel near its bound shortens the step of
    all the others.
    """
    from scipy.optimize import minimize

    values = costs(image)[0].numpy().astype(float)
    log.add(values, image)
    if not log.steps:
        return image
    scale = 1 / max(values[0], 1e-30)  # J begins at 1, whatever the weights
    last = {}

    def pixels(angles):
        return np.square(np.sin(angles)).reshape(image.shape).astype(np.float32)

    def function(angles):
        found, gradient = costs(pixels(angles))
        last["values"] = found.numpy().astype(float)
        slope = gradient.numpy().astype(float).ravel() * np.sin(2 * angles)
        return scale * last["values"][0], scale * slope

    def after_step(intermediate_result):
        log.add(last["values"], pixels(intermediate_result.x))

    inside = np.clip(image.ravel().astype(float), _INSIDE, 1 - _INSIDE)  # at 0 and 1 no slope
    found = minimize(
        function, np.arcsin(np.sqrt(inside)), jac=True, method="L-BFGS-B", callback=after_step,
        options={"maxiter": log.steps, "maxfun": 20 * log.steps, "maxcor": _MEMORY,
                 "ftol": 0, "gtol": 0},
    )  # fmt: skip
    return pixels(found.x)


# --- Checks ---------------------------------------------------------------------------------------


def _first(content, start, seed):
    """Return the picture that the loop begins with."""
    if not isinstance(start, str):
        image = _checked(start, "start").copy()
        if content is not None and np.shape(content) != image.shape:
            raise ValueError(
                f"start must have the shape of content, {np.shape(content)}; got {image.shape}."
            )
        return image
    if start not in STARTS:
        raise ValueError(f"start must be one of {', '.join(STARTS)}, or a picture; got {start!r}.")
    if content is None:
        raise ValueError("Without content, start must be a picture, such as style.noise((96, 96)).")
    image = _checked(content, "content")
    return image.copy() if start == "content" else noise(image.shape, seed)


def _checked(image, name):
    """Return a picture as float32, or say why it is none."""
    if image is None:
        raise ValueError(f"{name} is None, though its weight is not 0: give a picture.")
    image = np.asarray(image)
    if image.ndim != 3 or image.shape[-1] != 3:
        raise ValueError(f"{name} must have the shape (height, width, 3); got {image.shape}.")
    if min(image.shape[:2]) < _LEAST:
        raise ValueError(f"{name} must be at least {_LEAST}x{_LEAST} pixels; got {image.shape}.")
    if image.dtype.kind != "f":
        raise TypeError(f"{name} must be floats in 0..1; got {image.dtype}: divide by 255.")
    if not (image.min() >= 0 and image.max() <= 1):
        raise ValueError(
            f"{name} must lie in 0..1; got {image.min():g} to {image.max():g}. "
            "The network prepares pictures itself."
        )
    return image.astype(np.float32)


def _resized(image, size, name):
    """Resize a picture so that its longer side has `size` pixels, averaging where it shrinks."""
    if int(size) != size or size < _LEAST:
        raise ValueError(f"size must be a whole number from {_LEAST} on; got {size!r}.")
    height, width = image.shape[:2]
    scale = size / max(height, width)
    shape = round(height * scale), round(width * scale)
    if min(shape) < _LEAST:
        raise ValueError(
            f"{name} has {width}x{height} pixels: with a longer side of {size} its shorter side "
            f"would be below {_LEAST}. Take a larger size, or cut the picture."
        )
    return image if shape == (height, width) else _shaped(image, shape)


def _shaped(image, shape):
    from skimage.transform import resize

    return np.clip(resize(image, shape, anti_aliasing=True), 0, 1).astype(np.float32)
