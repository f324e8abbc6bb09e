"""义务教育困难学生生活补助: living costs of pupils from families in hardship."""
