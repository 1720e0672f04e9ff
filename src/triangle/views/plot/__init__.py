"""Figures: each takes a result and returns (figure, axes)."""

from .phase import phase
from .tornado import tornado
from .trajectory import trajectory
from .triangle import triangle

__all__ = ["phase", "tornado", "trajectory", "triangle"]
