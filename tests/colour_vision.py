"""How a colour looks without red or green cones, and in grey print.

Dichromats: Machado, Oliveira and Fernandes (2009), severity 1, on linear light. Lightness: CIE 1976 L*.
"""

from __future__ import annotations

import numpy as np
from matplotlib.colors import to_rgb

MATRICES = {
    "normal": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
}
_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
_WHITE = _XYZ.sum(axis=1)


def linear(colour):
    value = np.asarray(to_rgb(colour))
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


def lab(colour, vision="normal"):
    """L*, a*, b* of a colour as somebody with this vision sees it."""
    ratio = _XYZ @ np.clip(MATRICES[vision] @ linear(colour), 0, 1) / _WHITE
    root = np.where(ratio > (6 / 29) ** 3, np.cbrt(ratio), ratio / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * root[1] - 16, 500 * (root[0] - root[1]), 200 * (root[1] - root[2])])


def apart(one, other):
    """The least difference of two colours over the three kinds of vision (CIE 1976), and the least in lightness."""
    differences = [lab(one, vision) - lab(other, vision) for vision in MATRICES]
    return min(float(np.linalg.norm(d)) for d in differences), min(abs(float(d[0])) for d in differences)
