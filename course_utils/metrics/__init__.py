"""Scores on held-out data.

Labels, boxes and points come as NumPy arrays, Keras tensors or lists. Where a score is undefined,
because there is nothing to score, it is nan or an error, as each function says.
"""

from course_utils.metrics.answers import accuracy, mean_iou, recall
from course_utils.metrics.average_precision import average_precision
from course_utils.metrics.points import landmark_error, pck
from course_utils.metrics.roc import equal_error_rate, roc_auc, roc_curve, verification_auc
from course_utils.metrics.segmentation import boundary_f1, class_iou

__all__ = [
    "accuracy",
    "average_precision",
    "boundary_f1",
    "class_iou",
    "equal_error_rate",
    "landmark_error",
    "mean_iou",
    "pck",
    "recall",
    "roc_auc",
    "roc_curve",
    "verification_auc",
]
