"""Exact analysis on the stability conditions: thresholds, regions, certificates and nearest changes.

Nothing here is decided by a float. Floats guide searches; what is reported was decided with fractions.
"""
