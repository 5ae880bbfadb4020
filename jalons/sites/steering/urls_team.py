"""Addresses of teams: loads, handovers, reviews by a body, groups; part of the steering face."""

from __future__ import annotations

from django.urls import path

from jalons.sites.steering.views import cdap, follow_up, groups, handovers, loads, reviews

urlpatterns = [
    path("", loads.load, name="load"),
    path("export/<slug:layout>/", loads.load_export, name="load_export"),
    path("temps/<int:membership_id>/", loads.working_time, name="working_time"),
    path("passations/", handovers.handovers, name="handovers"),
    path("passations/apercu/", handovers.handover_preview, name="handover_preview"),
    path("passations/decider/", handovers.handover_decide, name="handover_decide"),
    path("passations/<uuid:handover_key>/", handovers.handover, name="handover"),
    path("passations/<uuid:handover_key>/annuler/", handovers.handover_undo, name="handover_undo"),
    path("examens/", reviews.reviews, name="reviews"),
    path("examens/<int:review_id>/", reviews.review, name="review"),
    path("suivi-des-actions/", follow_up.follow_up, name="follow_up"),
    path("suivi-des-actions/<slug:action_code>/noter/", follow_up.note_follow_up, name="note_follow_up"),
    path("acces-cdap/", cdap.cdap, name="cdap"),
    path("acces-cdap/nouveau/", cdap.cdap_open, name="cdap_open"),
    path("acces-cdap/<int:access_id>/fin/", cdap.cdap_end, name="cdap_end"),
    path("groupements/", groups.groups, name="groups"),
    path("groupements/<int:group_id>/", groups.group, name="group"),
    path("groupements/<int:group_id>/membres/", groups.group_member, name="group_member"),
    path("groupements/<int:group_id>/conventions/", groups.group_agreement, name="group_agreement"),
    path(
        "groupements/<int:group_id>/conventions/<int:agreement_id>/detacher/",
        groups.group_agreement_leave,
        name="group_agreement_leave",
    ),
    path("groupements/membres/<int:member_id>/", groups.group_member_end, name="group_member_end"),
]
