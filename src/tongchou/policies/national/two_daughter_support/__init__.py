"""农村双女家庭扶持: whole-course support of rural families with two daughters."""
