"""城乡居民养老保险缴费补助: the individual's pension contribution."""
