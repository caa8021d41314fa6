"""P139's net on several devices: `fit` under MirroredStrategy learns as on one."""

import json
import os
import subprocess
import sys

import numpy as np

SCRIPT = """
import json
import course_utils
import tensorflow as tf
cpu = tf.config.list_physical_devices("CPU")[0]
tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)
import keras
import numpy as np
from course_utils import yolo
from course_utils.worlds import streets

batch = streets.load(8, size=64, objects=(1, 3), object_height=(0.3, 0.6))
marked = batch["bounding_boxes"]
y = yolo.target(marked["boxes"], marked["labels"], yolo.STREET_ANCHORS / 2, (8, 8), 64, 64)

def losses(strategy):
    keras.utils.set_random_seed(1)
    with strategy.scope():
        net = yolo.build_net(64, 64)
        for layer in net.layers:  # the statistics of half a batch are others
            if isinstance(layer, keras.layers.BatchNormalization):
                layer.trainable = False
        net.compile(keras.optimizers.SGD(1e-4), yolo.yolo_loss)
    data = tf.data.Dataset.from_tensor_slices((batch["images"], np.float32(y))).batch(8)
    return net.fit(data, epochs=3, verbose=0).history["loss"]

one = losses(tf.distribute.get_strategy())
two = losses(tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"]))
print(json.dumps([one, two]))
"""


def test_two_devices_learn_as_one():
    run = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        env=os.environ | {"CUDA_VISIBLE_DEVICES": ""},
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr[-2000:]
    one, two = json.loads(run.stdout.splitlines()[-1])
    assert len(one) == 3
    assert one[-1] < one[0], "it learns"
    np.testing.assert_allclose(two, one, rtol=1e-3)
