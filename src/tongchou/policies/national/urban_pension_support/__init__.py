"""城镇独生子女家庭养老扶助: pension support of urban families of the only-child period."""
