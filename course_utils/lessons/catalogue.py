"""What the lessons are: the 24 in their order, their files, titles and parts.

Results, set-up, start page, status and lint take lessons from here. A notebook of another number
in the folder (one that is being written, or a teacher's own) comes after these.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

PARTS = {
    "detection": "Object detection",
    "segmentation": "Semantic segmentation",
    "faces": "Face recognition",
    "style": "Neural style transfer",
}
FURTHER = "Further lessons"

_FILE_NAME = re.compile(r"(?P<id>P\d{3}[a-z]?)_(?P<slug>\w+)\.ipynb")


@dataclass(frozen=True)
class Entry:
    """One lesson, whether its notebook stands yet or not.

    Args:
        id: number of the lecture, such as `"P136"` or `"P152a"`.
        slug: the rest of its file's name, such as `"intersection_over_union"`.
        title: English title.
        chinese_title: Chinese title.
        part: a key of `PARTS`.
    """

    id: str
    slug: str
    title: str
    chinese_title: str
    part: str

    @property
    def file_name(self) -> str:
        """Name of its notebook.

        >>> LESSONS["P136"].file_name
        'P136_intersection_over_union.ipynb'
        """
        return f"{self.id}_{self.slug}.ipynb"


_ENTRIES = [
    ("P131", "object_localization", "Object localization", "目标定位", "detection"),
    ("P132", "landmark_detection", "Landmark detection", "地标检测", "detection"),
    ("P133", "sliding_windows", "Sliding windows", "目标检测", "detection"),
    (
        "P134",
        "convolutional_sliding_windows",
        "Convolutional sliding windows",
        "滑动窗口的卷积实现",
        "detection",
    ),
    ("P135", "bounding_box_predictions", "Bounding box predictions", "边界框预测", "detection"),
    ("P136", "intersection_over_union", "Intersection over union", "交并比", "detection"),
    ("P137", "non_max_suppression", "Non-max suppression", "非极大值抑制", "detection"),
    ("P138", "anchor_boxes", "Anchor boxes", "锚盒", "detection"),
    ("P139", "yolo_algorithm", "The YOLO algorithm", "YOLO算法", "detection"),
    ("P140", "region_proposals", "Region proposals", "区域推荐", "detection"),
    ("P141", "semantic_segmentation", "Semantic segmentation", "语义分割", "segmentation"),
    ("P142", "transpose_convolution", "Transpose convolution", "反卷积", "segmentation"),
    ("P143", "unet_intuition", "U-Net intuition", "U-Net架构直觉", "segmentation"),
    ("P144", "unet_architecture", "U-Net architecture", "U-Net架构", "segmentation"),
    ("P145", "face_recognition", "What is face recognition", "什么是人脸识别", "faces"),
    ("P146", "one_shot_learning", "One-shot learning", "一次学习", "faces"),
    ("P147", "siamese_network", "Siamese network", "孪生神经网络", "faces"),
    ("P148", "triplet_loss", "Triplet loss", "三元组损失", "faces"),
    ("P149", "binary_classification", "Binary classification", "人脸验证和二分类", "faces"),
    ("P150", "neural_style_transfer", "Neural style transfer", "神经风格迁移", "style"),
    (
        "P151",
        "what_convnets_learn",
        "What deep ConvNets learn",
        "深度卷积网络学到了什么",
        "style",
    ),
    ("P152a", "cost_function", "Cost function", "代价函数", "style"),
    ("P152b", "content_cost", "Content cost", "内容代价函数", "style"),
    ("P153", "style_cost", "Style cost", "风格代价函数", "style"),
]
LESSONS = {entry[0]: Entry(*entry) for entry in _ENTRIES}


def lesson_id(file_name: str) -> str | None:
    """Number of the lesson that a file of this name holds, None when it is no lesson's name.

    >>> lesson_id("P152a_cost_function.ipynb"), lesson_id("notes.ipynb")
    ('P152a', None)
    """
    found = _FILE_NAME.fullmatch(file_name)
    return found["id"] if found else None


def notebooks(folder: Path) -> dict[str, Path]:
    """The lessons whose notebooks are in a folder.

    Args:
        folder: folder of notebooks.

    Returns:
        Path by the lesson's number, in the order of the catalogue, then all others.
    """
    found = {}
    for path in sorted(folder.glob("P*.ipynb")):
        number = lesson_id(path.name)
        entry = LESSONS.get(number)
        if number and (number not in found or (entry and path.name == entry.file_name)):
            found[number] = path
    order = {number: place for place, number in enumerate(LESSONS)}
    return dict(sorted(found.items(), key=lambda item: (order.get(item[0], len(order)), item[0])))


def by_part(numbers: Iterable[str]) -> dict[str, list[str]]:
    """Group lessons by their parts.

    Args:
        numbers: such as `["P136", "P150"]`, in the order wanted.

    Returns:
        Numbers by the title of the part, in the order of the parts; parts without any are left out.

    >>> by_part(["P136", "P150", "P131"])
    {'Object detection': ['P136', 'P131'], 'Neural style transfer': ['P150']}
    """
    groups = {title: [] for title in [*PARTS.values(), FURTHER]}
    for number in numbers:
        entry = LESSONS.get(number)
        groups[PARTS[entry.part] if entry else FURTHER].append(number)
    return {title: group for title, group in groups.items() if group}


def foot(number: str, folder: Path) -> str:
    """What the last cell of a lesson says: links to the lessons before and after that stand.

    Args:
        number: the lesson's number.
        folder: folder of the notebooks, its own among them.

    Returns:
        Markdown.
    """
    paths = notebooks(folder)
    order = list(paths)
    place = order.index(number)
    before, after = order[max(place - 1, 0) : place], order[place + 1 : place + 2]
    links = [f"[← {one}]({paths[one].name})" for one in before]
    links += [f"[{one} →]({paths[one].name})" for one in after]
    return " · ".join(links) or "No other lesson stands beside this one."
