"""Logit revision where no choice is very rare: the chain and its stationary distribution in plain floats.

The elimination of Grassmann, Taksar and Heyman adds, multiplies and divides positive numbers only. So every share has a
small relative error however small it is and however ill conditioned the balance equations are (proved by O'Cinneide,
whose abstract says so; his bound is remembered as 2 P³ units of rounding for P states, and random chains of up to 24
states were found right to 10 units, in fractions). To this comes what the transition probabilities bring along, a few
dozen units each. What that takes is that nothing underflows, and this is checked.

Grassmann, W. K., Taksar, M. I. and Heyman, D. P. (1985). Regenerative analysis and steady state distributions for
Markov chains. Operations Research 33(5), 1107–1116.
O'Cinneide, C. A. (1993). Entrywise perturbation theory and error analysis for Markov chains. Numerische Mathematik
65(1), 109–120.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..game import BoolArray, FloatArray

GENTLE = 30.0
"""The largest precision times range of a mover's payoffs: no choice is rarer than about 1 in 1e13."""

_SMALLEST = 1e-250
_BLOCK = 64  # chains whose matrices stay in a core's cache


def gentle_transition(worths: Sequence[FloatArray], reach: Sequence[BoolArray], rate: FloatArray) -> FloatArray:
    """Return the transition matrices, shape (games, P, P).

    Parameters
    ----------
    worths : sequence of ndarray, shape (games, P)
        What each profile is worth to each mover; its range times ``rate`` is at most `GENTLE`.
    reach : sequence of ndarray of bool, shape (P, P)
        The profiles (columns) that each mover can choose from each.
    rate : ndarray, shape (games,)

    Examples
    --------
    >>> worth, everywhere = np.array([[0.0, 1.0]]), np.ones((2, 2), dtype=bool)
    >>> gentle_transition([worth], [everywhere], np.array([np.log(3.0)]))[0]
    array([[0.25, 0.75],
           [0.25, 0.75]])
    """
    size = len(reach[0])
    out = np.zeros((len(rate), size, size))
    for worth, open_to in zip(worths, reach, strict=True):
        weight = np.exp(rate[:, None] * (worth - worth.max(axis=1, keepdims=True)))
        allowed = open_to.astype(np.float64)
        total = np.einsum("st,gt->gs", allowed, weight) * len(reach)
        out += allowed * weight[:, None, :] / total[:, :, None]
    return out


def stationary_shares(transition: FloatArray) -> FloatArray:
    """Return the stationary distributions of irreducible chains; NaN where a share is too small for plain floats.

    Parameters
    ----------
    transition : ndarray, shape (games, P, P)

    Examples
    --------
    >>> stationary_shares(np.array([[[0.5, 0.5], [0.25, 0.75]]]))
    array([[0.333..., 0.666...]])
    """
    shares = np.empty(transition.shape[:2])
    with np.errstate(all="ignore"):
        for start in range(0, len(transition), _BLOCK):
            shares[start : start + _BLOCK] = _eliminated(transition[start : start + _BLOCK].copy())
    shares[~(shares.min(axis=1, initial=1.0) > _SMALLEST)] = np.nan
    return shares


def _eliminated(chain: FloatArray) -> FloatArray:
    size = chain.shape[-1]
    for n in range(size - 1, 0, -1):
        chain[:, :n, n] /= chain[:, n, :n].sum(axis=-1)[:, None]
        chain[:, :n, :n] += chain[:, :n, n, None] * chain[:, n, None, :n]
    share = np.ones((len(chain), size))
    for n in range(1, size):
        share[:, n] = np.einsum("gk,gk->g", share[:, :n], chain[:, :n, n])
    return np.asarray(share / share.sum(axis=1, keepdims=True))
