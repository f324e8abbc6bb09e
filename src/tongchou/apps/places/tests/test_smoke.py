def test_smoke(county, village_worker, township_officer, county_reviewer):
    assert county.village.scope_no > county.township.scope_no
