"""What the record calls each action, in plain words."""

from __future__ import annotations

from service.web.wording import words

ACTIONS = {
    "account.changed": "Changed an account",
    "account.created": "Made an account",
    "account.password_changed": "Changed their password",
    "account.password_reset": "Gave somebody a new password",
    "account.signed_out_elsewhere": "Signed out everywhere else",
    "account.vouched_for": "Was vouched for by the identity provider",
    "acknowledgements.chased": "Told who has not acknowledged the level",
    "checklist.handed_over": "Handed a checklist over",
    "checklist.signed_off": "Signed a checklist off",
    "delivery.repeated": "Had a message delivered again",
    "feed.recovered": "Read a source again that was silent",
    "feed.stale": "Could not read a source",
    "item.added": "Added an item to a checklist",
    "item.agreed": "Agreed that a required item is not done",
    "item.ticked": "Said what became of an item",
    "items.keyed_in": "Keyed in items from paper",
    "level.acknowledged": "Acknowledged the level, or briefed others",
    "overdue.told": "Told of items that are overdue",
    "override.approved": "Approved an override",
    "override.created": "Raised or held a premises",
    "override.end_requested": "Asked to end an override early",
    "override.end_withdrawn": "Took back the wish to end an override early",
    "override.ended": "Ended an override",
    "override.requested": "Asked to lower a premises",
    "override.withdrawn": "Took back the wish to lower a premises",
    "overrides.swept": "Ended overrides, or asked for their review",
    "policy.adopted": "Put rules and a plan in force",
    "policy.review_told": "Told that rules or a plan are due for review",
    "premises.added": "Registered a premises",
    "premises.changed": "Changed what the register says",
    "premises.closed": "Closed a premises",
    "premises.edit_requested": "Asked to change what the register says",
    "premises.edit_withdrawn": "Took back a change of the register",
    "premises.import_requested": "Asked to import a register file",
    "premises.import_withdrawn": "Took back a register file",
    "premises.imported": "Imported a register file",
    "premises.unchanged": "Saved the register as it was",
    "reading.held": "Held a reading for a person",
    "reading.rejected": "Rejected a reading",
    "reading.repeated": "Read the same again",
    "reading.superseded": "Dropped a reading that something newer overtook",
    "reading.unchanged": "Read the level that it is already",
    "reading.unreadable": "Could not understand a reading",
    "reading.withdrawn": "Left a reading to a person, as its source says otherwise by now",
    "session.begun": "Signed in",
    "session.ended": "Signed out",
    "store.restored": "Restored the store from a backup",
    "threat_change.accepted": "Changed a threat level",
    "threat_change.requested": "Asked to lower a threat level",
    "threat_change.withdrawn": "Took back the wish to lower a threat level",
    "threat_level.confirmed": "Confirmed a threat level as it is",
    "token.created": "Made a token",
    "token.revoked": "Revoked a token",
    "webhook.changed": "Changed a webhook",
    "webhook.created": "Added a webhook",
    "webhook.deleted": "Deleted a webhook",
    "webhook.disabled": "Disabled a webhook",
    "webhook.recovered": "Had a webhook recover",
    "webhook.secret_rotated": "Gave a webhook a new secret",
    "webhook.secrets_resealed": "Sealed the secrets of webhooks anew",
    "webhook.tested": "Sent a test message to a webhook",
}
"""The words of each action, after who did it: a person, or the system."""

_CODES = {said.casefold(): action for action, said in ACTIONS.items()}


def said(action: str) -> str:
    """The words of an action; of one that an earlier version wrote, its code without the signs."""
    return ACTIONS.get(action) or words(action).replace(".", " ")


def code(looked_for: str) -> str:
    """The code of the action that has these words, in capitals or not; anything else as it is."""
    return _CODES.get(looked_for.casefold(), looked_for)
