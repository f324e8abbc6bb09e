"""Addresses of supervision: samples, inspections and notices; part of ``console.urls``."""

from __future__ import annotations

from django.urls import path

from tongchou.web.console.views import inspections, rectifications, supervision

paths = [
    path("supervision", supervision.draws, name="supervision"),
    path("supervision/new", supervision.new_draw, name="supervision-draw-new"),
    path("supervision/draws/<int:draw_id>", supervision.draw, name="supervision-draw"),
    path(
        "supervision/draws/<int:draw_id>/form.xlsx",
        supervision.form_workbook,
        name="supervision-form-workbook",
    ),
    path("supervision/draws/<int:draw_id>/form.pdf", supervision.form_pdf, name="supervision-form-pdf"),
    path("supervision/draws/<int:draw_id>/<slug:act>", supervision.draw_act, name="supervision-draw-act"),
    path("supervision/records/<int:item_id>", supervision.item, name="supervision-item"),
    path("supervision/units", supervision.units, name="supervision-units"),
    path("supervision/evidence/<int:evidence_id>", supervision.evidence, name="supervision-evidence"),
    path("supervision/inspections", inspections.listed, name="supervision-inspections"),
    path("supervision/inspections/new", inspections.new, name="supervision-inspection-new"),
    path(
        "supervision/inspections/<int:inspection_id>",
        inspections.inspection,
        name="supervision-inspection",
    ),
    path(
        "supervision/inspections/<int:inspection_id>.pdf",
        inspections.form_pdf,
        name="supervision-inspection-pdf",
    ),
    path("rectifications", rectifications.listed, name="rectifications"),
    path("rectifications/own", rectifications.own_listed, name="own-rectifications"),
    path("rectifications/own/<int:rectification_id>", rectifications.own_one, name="own-rectification"),
    path(
        "rectifications/own/<int:rectification_id>.pdf",
        rectifications.own_sheet,
        name="own-rectification-pdf",
    ),
    path(
        "rectifications/own/<int:rectification_id>/<slug:act>",
        rectifications.own_act,
        name="own-rectification-act",
    ),
    path("rectifications/<int:rectification_id>", rectifications.one, name="rectification"),
    path("rectifications/<int:rectification_id>.pdf", rectifications.sheet, name="rectification-pdf"),
    path("rectifications/<int:rectification_id>/<slug:act>", rectifications.act, name="rectification-act"),
    path("drawn", supervision.commitments, name="supervision-commitments"),
]
