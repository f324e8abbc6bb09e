"""Addresses of posts, targets, responsibility agreements and hand-overs."""

from django.urls import path

from tongchou.web.console.views import agreements, post_hand_overs, posts, targets

paths = [
    path("posts", posts.listed, name="posts"),
    path("posts.xlsx", posts.workbook, name="posts-workbook"),
    path("posts/new", posts.new, name="post-new"),
    path("posts/hand-overs", post_hand_overs.listed, name="post-hand-overs"),
    path("posts/hand-overs/<int:hand_over_id>", post_hand_overs.record, name="post-hand-over"),
    path("posts/hand-overs/<int:hand_over_id>/<slug:act>", post_hand_overs.act, name="post-hand-over-act"),
    path("posts/<int:post_id>", posts.post, name="post"),
    path("posts/<int:post_id>/<slug:act>", posts.act, name="post-act"),
    path("targets", targets.listed, name="targets"),
    path("targets.xlsx", targets.workbook, name="targets-workbook"),
    path("targets/break-down", targets.break_down, name="target-break-down"),
    path("targets/decide", targets.decide, name="target-decide"),
    path("targets/upload", targets.upload, name="target-upload"),
    path("targets/template.xlsx", targets.template, name="target-template"),
    path("targets/<int:target_id>", targets.target, name="target"),
    path("agreements", agreements.listed, name="agreements"),
    path("agreements/new", agreements.new, name="agreement-new"),
    path("agreements/<int:agreement_id>", agreements.agreement, name="agreement"),
    path("agreements/<int:agreement_id>.pdf", agreements.sheet, name="agreement-pdf"),
    path("agreements/<int:agreement_id>/<slug:act>", agreements.act, name="agreement-act"),
]
