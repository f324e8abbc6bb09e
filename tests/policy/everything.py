"""A law in which every programme has its amounts: made-up overlays of a province and a county."""

from __future__ import annotations

from tongchou import policies
from tongchou.domain.policy.overlays import read_overlay
from tongchou.policies.law import national

PROVINCE = """
level: province
area: {code: "990000", zh: 某省, en: A Province}
programmes:
  only_child_reward:
    monthly_amount:
      - {from: 2004-01-01, value: 2001, reference: {zh: 某省条例, en: regulations of the province}}
  elderly_reward:
    yearly_amount:
      - {from: 2020-01-01, value: 144003, reference: {zh: 某省通知, en: notice of the province}}
  bereaved_assistance:
    monthly_amount:
      - {from: 2025-03-01, value: 100007, reference: {zh: 某省通知, en: notice of the province}}
"""
COUNTY = """
level: county
area: {code: "990101", zh: 某县, en: A County}
programmes:
  urban_pension_support:
    yearly_amount:
      - {from: 2004-01-01, value: 120000, reference: {zh: 某县文件, en: document of the county}}
  two_daughter_support:
    yearly_amount:
      - {from: 2004-01-01, value: 60000, reference: {zh: 某县文件, en: document of the county}}
  elderly_reward:
    starting_age:
      - {from: 2024-01-01, value: 58, reference: {zh: 某县文件, en: document of the county}}
"""
OVERLAYS = tuple(
    read_overlay(text, name, national())
    for text, name in ((PROVINCE, "province.yaml"), (COUNTY, "county.yaml"))
)
LAW = policies.build(OVERLAYS)
assert not LAW.unset
