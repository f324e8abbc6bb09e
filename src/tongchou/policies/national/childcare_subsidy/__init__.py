"""育儿补贴: the national childcare subsidy."""
