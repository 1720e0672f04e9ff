"""What the chapter says: players, parameters, terms, the contract, measures and figures."""
