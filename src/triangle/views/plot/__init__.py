"""Figures: each takes a result and returns (figure, axes)."""

from .claim import claim
from .fan import fan
from .hysteresis import hysteresis
from .offer import offer
from .phase import phase
from .policies import policies
from .quad import quad
from .region import region
from .responses import responses
from .thresholds import thresholds
from .tornado import tornado
from .trajectory import trajectory
from .triangle import triangle
from .verdicts import verdicts
from .waterfall import waterfall

__all__ = [
    "claim",
    "fan",
    "hysteresis",
    "offer",
    "phase",
    "policies",
    "quad",
    "region",
    "responses",
    "thresholds",
    "tornado",
    "trajectory",
    "triangle",
    "verdicts",
    "waterfall",
]
