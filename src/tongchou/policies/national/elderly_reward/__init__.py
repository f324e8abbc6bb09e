"""奖励扶助 (奖扶): the yearly reward for rural elderly of the only-child period."""
