"""Addresses of plans: meetings, tasks, groups, stages, and the papers of villages and governments."""

from __future__ import annotations

from django.urls import path

from tongchou.web.console.views import plan_groups, plan_papers, plan_stages, plans

paths = [
    path("plans", plans.listed, name="plans"),
    path("plans/stages", plan_stages.stages, name="plan-stages"),
    path("plans/stages/<slug:act>", plan_stages.act, name="plan-stages-act"),
    path("plans/pilots", plan_stages.pilots, name="plan-pilots"),
    path("plans/groups", plan_groups.listed, name="plan-groups"),
    path("plans/groups/new", plan_groups.form, name="plan-group-new"),
    path("plans/groups/<int:group_id>", plan_groups.group, name="plan-group"),
    path("plans/groups/<int:group_id>/<slug:act>", plan_groups.act, name="plan-group-act"),
    path("plans/village", plan_papers.assemblies, name="plan-assemblies"),
    path("plans/village/board.pdf", plan_papers.board, name="plan-board"),
    path("plans/village/<int:assembly_id>", plan_papers.record, name="plan-assembly-record"),
    path("plans/briefing", plan_papers.briefing, name="plan-briefing"),
    path("plans/briefing/<int:area_id>.<slug:kind>", plan_papers.briefing_file, name="plan-briefing-file"),
    path("plans/meetings/new", plans.call, name="plan-meeting-new"),
    path("plans/meetings/<int:meeting_id>", plans.meeting, name="plan-meeting"),
    path("plans/tasks/<int:plan_task_id>", plans.task, name="plan-task"),
    path("plans/tasks/<int:plan_task_id>/<slug:act>", plans.act, name="plan-task-act"),
]
