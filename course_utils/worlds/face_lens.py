"""The camera's part of Faces: blur, exposure, noise."""

import numpy as np


def photographed(linear, blur, noise, streams):
    """Turn linear light into a picture, sample by sample.

    Args:
        linear: (samples, size, size, 3) float32; it is changed.
        blur: (samples,), standard deviation in pixels of a 64x64 picture, 0 for none.
        noise: (samples,), standard deviation of the sensor's noise.
        streams: a NumPy Generator for each sample.

    Returns:
        (samples, size, size, 3) float32, 0..1, sRGB-like.
    """
    size = linear.shape[1]
    for image, sigma in zip(linear, blur * (size / 64), strict=True):
        if sigma > 0.05:
            _blur(image, float(sigma))
    np.maximum(linear, 0, out=linear)
    pictures = np.sqrt(linear)
    # bright light is rounded off rather than cut
    knee = np.maximum(pictures - 0.8, 0)
    pictures -= knee * knee / (knee + 0.25)
    for picture, sigma, stream in zip(pictures, noise.tolist(), streams, strict=True):
        if sigma > 0:
            picture += np.float32(sigma) * stream.standard_normal(picture.shape, np.float32)
    return np.clip(pictures, 0, 1, out=pictures)


def _blur(image, sigma):
    """Blur a picture (size, size, 3) in place by about a Gaussian: short blurs, one on another."""
    passes = int(np.ceil(sigma * sigma / 0.5))
    share = np.float32(0.5 * sigma * sigma / passes)
    for _ in range(passes):
        for plane in (image, image.swapaxes(0, 1)):
            flow = plane[1:] - plane[:-1]
            flow *= share
            plane[:-1] += flow
            plane[1:] -= flow
