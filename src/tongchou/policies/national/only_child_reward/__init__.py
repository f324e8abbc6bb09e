"""独生子女父母奖励费: the monthly reward of parents who hold the only-child certificate."""
