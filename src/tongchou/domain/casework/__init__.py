"""How an application becomes a decision: kinds of case as data, and the steps they take."""
