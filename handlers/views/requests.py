"""Approval requests: what the requester is told, and the card that is decided on."""

from handlers.routes import Reply
from handlers.views import answers
from handlers.views.parts import said
from models.approvals import ApprovalRequest


def asked(request: ApprovalRequest) -> Reply:
    """The requester is told that somebody else has to agree."""
    return answers.changed(f"This needs approval: {said(request.reason)}", "I have asked for it, and tell you here what was decided.")
