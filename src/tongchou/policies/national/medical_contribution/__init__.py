"""城乡居民医疗保险缴费补助: the individual's medical contribution."""
