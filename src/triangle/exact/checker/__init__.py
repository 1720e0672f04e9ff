"""Checks certificates from the family's terms alone, in whole numbers and fractions.

It shares no code with the search that finds certificates: polynomials, moves, cuts, bounds, forms of measures and what
has to be shown for a comparison are written here a second time, on purpose. It is meant to be read by a referee:
`arithmetic` (what proves that a polynomial is positive on a box), `game` (payoffs, moves, parameters), `required`
(which inequalities show a comparison), `check` (the tree), `refutation` (a counterexample), `outcome`
(profiles that stay equilibria).

What an accepted certificate says: at *every* point of the box, for *every* combination of profiles of the settings all
of whose conditions are positive there (conditions that vanish identically apart), every comparison holds. If it has a
proof of existence: at every point of the box every setting has an equilibrium, that is a profile with no condition
negative.

Names are for the reader, and so is the point at a tie: they are not checked.
"""

from .arithmetic import Refused
from .check import check, digest, semantics
from .outcome import check_outcome, outcome_digest
from .refutation import check_refutation

__all__ = ["Refused", "check", "check_outcome", "check_refutation", "digest", "outcome_digest", "semantics"]
