"""诉求 and 公示 of the staff."""

from django.urls import path

from deliberation.views import closing, issue_export, issues, notices, triage

urlpatterns = [
    path("issues/", issues.issues, name="issues"),
    path("issues/new/", issues.issue_new, name="issue_new"),
    path("issues/new/similar/", issues.issue_similar, name="issue_similar"),
    path("issues/merge/", issues.merge_many, name="issues_merge"),
    path("issues/export/", issue_export.issues_export, name="issues_export"),
    path("issues/<int:pk>/", issues.issue, name="issue"),
    path("issues/<int:pk>/accept/", triage.accept, name="issue_accept"),
    path("issues/<int:pk>/ask/", triage.ask, name="issue_ask"),
    path("issues/<int:pk>/return/", triage.return_, name="issue_return"),
    path("issues/<int:pk>/correct/", triage.correct, name="issue_correct"),
    path("issues/<int:pk>/merge/", triage.merge, name="issue_merge"),
    path("issues/<int:pk>/direct/", triage.direct, name="issue_direct"),
    path("issues/<int:pk>/parties/", triage.parties, name="issue_parties"),
    path("issues/<int:pk>/street/", triage.street, name="issue_street"),
    path("issues/<int:pk>/answer/", triage.answer, name="issue_answer"),
    path("issues/<int:pk>/send-back/", triage.send_back, name="issue_send_back"),
    path("issues/<int:pk>/agenda/", triage.agenda, name="issue_agenda"),
    path("issues/<int:pk>/task/", triage.task, name="issue_task"),
    path("issues/<int:pk>/note/", triage.note, name="issue_note"),
    path("issues/<int:pk>/undo/", triage.undo, name="issue_undo"),
    path("issues/<int:pk>/refer/", triage.refer, name="issue_refer"),
    path("issues/<int:pk>/reveal/", triage.reveal, name="issue_reveal"),
    path("issues/<int:pk>/publish/", closing.publish, name="publish"),
    path("issues/<int:pk>/skip-notice/", closing.skip_notice, name="issue_skip_notice"),
    path("issues/<int:pk>/call-back/", closing.call_back, name="issue_call_back"),
    path("issues/<int:pk>/waive/", closing.waive, name="issue_waive"),
    path("issues/<int:pk>/close/", closing.close, name="issue_close"),
    path("issues/<int:pk>/reinspect/", closing.reinspect, name="issue_reinspect"),
    path("notices/", notices.notices, name="notices"),
    path("notices/<int:pk>/take-down/", notices.take_down, name="notice_take_down"),
]
