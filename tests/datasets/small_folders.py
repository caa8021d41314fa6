"""Small folders in every format, written by hand, for the tests."""

import json

import numpy as np
from PIL import Image

SIZE = (40, 60)  # height, width
BOX = (10, 5, 30, 25)  # xyxy in pixels, of a red car on grey


def painted(size=SIZE, box=BOX):
    """A grey picture with a red box on it, uint8."""
    image = np.full((*size, 3), 90, np.uint8)
    x1, y1, x2, y2 = box
    image[y1:y2, x1:x2] = (200, 30, 30)
    return image


def picture(path, image=None, **options):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(painted() if image is None else image).save(path, **options)
    return path


def text(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")
    return path


def voc_xml(*objects, size=SIZE, database="Unknown"):
    """An annotation; an object is (name, x1, y1, x2, y2) and starts on line 4, 5, ..."""
    height, width = size
    lines = "\n".join(
        f"<object><name>{name}</name><bndbox><xmin>{x1}</xmin><ymin>{y1}</ymin>"
        f"<xmax>{x2}</xmax><ymax>{y2}</ymax></bndbox></object>"
        for name, x1, y1, x2, y2 in objects
    )
    return (
        f"<annotation>\n<source><database>{database}</database></source>\n"
        f"<size><width>{width}</width><height>{height}</height></size>\n{lines}\n</annotation>\n"
    )


def voc(root, names=("a", "b", "c")):
    for name in names:
        picture(root / f"JPEGImages/{name}.png")
        text(root / f"Annotations/{name}.xml", voc_xml(("car", *BOX)))
    return root


def yolo_line(label=0, box=BOX, size=SIZE):
    height, width = size
    x1, y1, x2, y2 = box
    return (
        f"{label} {(x1 + x2) / 2 / width} {(y1 + y2) / 2 / height} "
        f"{(x2 - x1) / width} {(y2 - y1) / height}\n"
    )


def yolo(root):
    for split in ("train", "val"):
        for name in "ab":
            picture(root / f"images/{split}/{name}.png")
            text(root / f"labels/{split}/{name}.txt", yolo_line())
    text(root / "data.yaml", "train: images/train\nval: images/val\nnames: [car, bus]\n")
    return root


def coco_content(count=2, **changes):
    """What the JSON file holds: pictures 0.png ..., with one car each, outlined in turns."""
    x1, y1, x2, y2 = BOX
    height, width = SIZE
    column = [y2 - y1, height - (y2 - y1)]
    counts = [x1 * height + y1, *(column * (x2 - x1))[:-1], height - y2 + (width - x2) * height]
    runs = {"size": [height, width], "counts": counts}
    content = {
        "images": [
            {"id": 10 + n, "file_name": f"{n}.png", "height": height, "width": width}
            for n in range(count)
        ],
        "annotations": [
            {
                "id": n,
                "image_id": 10 + n,
                "category_id": 3,
                "bbox": [x1, y1, x2 - x1, y2 - y1],
                "segmentation": runs if n % 2 else [[x1, y1, x2, y1, x2, y2, x1, y2]],
                "iscrowd": 0,
            }
            for n in range(count)
        ],
        "categories": [{"id": 3, "name": "car"}, {"id": 7, "name": "bus"}],
    }
    return content | changes


def coco(root, content=None):
    content = coco_content() if content is None else content
    for number in range(2):
        picture(root / f"images/{number}.png")
    text(root / "annotations.json", json.dumps(content, indent=1))
    return root


def instance_mask(size=SIZE, box=BOX):
    mask = np.zeros(size, np.uint8)
    x1, y1, x2, y2 = box
    mask[y1:y2, x1:x2] = 7
    mask[30:34, 40:48] = 9
    return mask


def masks(root, mask=None, folder="instance_masks"):
    for name in "ab":
        picture(root / f"images/{name}.png")
        picture(root / f"{folder}/{name}.png", instance_mask() if mask is None else mask)
    return root


def people(root, names=("ann", "bob", "cy"), pictures=2):
    for name in names:
        for number in range(pictures):
            picture(root / f"{name}/{number}.png")
    return root


def plain(root):
    for name in ("a", "b"):
        picture(root / f"{name}.png")
    return root


MAKERS = {
    "voc": voc, "yolo": yolo, "coco": coco, "masks": masks, "people": people, "plain": plain,
}  # fmt: skip
