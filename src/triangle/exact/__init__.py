"""Exact analysis on the stability conditions: thresholds, regions, certificates and nearest changes.

Nothing here is decided by a float. Floats guide searches; what is reported was decided with fractions.
"""

from .certificate import Certificate, Counterexample, Undecided, check_certificate
from .certify import certify
from .checker import Refused
from .largest import LargestBox, largest_box
from .nearest import NearestChange, SingleChange, nearest_change
from .region import Region, region
from .solver import SolverAnswer
from .thresholds import Interval, Threshold, Thresholds, thresholds
from .windows import Window, windows

__all__ = [
    "Certificate",
    "Counterexample",
    "Interval",
    "LargestBox",
    "NearestChange",
    "Refused",
    "Region",
    "SingleChange",
    "SolverAnswer",
    "Threshold",
    "Thresholds",
    "Undecided",
    "Window",
    "certify",
    "check_certificate",
    "largest_box",
    "nearest_change",
    "region",
    "thresholds",
    "windows",
]
