"""Figures: each takes a result and returns (figure, axes)."""

from .claim import claim
from .fan import fan
from .hysteresis import hysteresis
from .phase import phase
from .quad import quad
from .region import region
from .tornado import tornado
from .trajectory import trajectory
from .triangle import triangle

__all__ = ["claim", "fan", "hysteresis", "phase", "quad", "region", "tornado", "trajectory", "triangle"]
