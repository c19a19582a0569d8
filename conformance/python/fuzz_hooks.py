"""What schemathesis is told about this instance: ids that exist, so that more is tried than the answer 404.

Loaded by `st` through SCHEMATHESIS_HOOKS. Every id is used once or a few times, as some operations end what they
are given.
"""

import itertools
import json
import os
import urllib.request

import schemathesis

URL = os.environ["BEADLE_URL"]
KEY = os.environ["BEADLE_KEY"]
EACH = 40


def call(path, body):
    request = urllib.request.Request(
        f"{URL}/v1{path}",
        data=json.dumps(body).encode(),
        headers={"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=20) as answer:
        return json.load(answer)


def known():
    """Ids by the names that parameters have."""
    users = [
        call("/users", {"email_address": [f"fuzz{n}@example.com"], "phone_number": [f"+1202555{n:04}"]})
        for n in range(EACH)
    ]
    sessions = [call("/sessions", {"user_id": user["id"]}) for user in users]
    return {
        "user_id": [user["id"] for user in users],
        "email_address_id": [user["email_addresses"][0]["id"] for user in users],
        "phone_number_id": [user["phone_numbers"][0]["id"] for user in users],
        "session_id": [session["id"] for session in sessions],
        "client_id": [session["client_id"] for session in sessions],
        "sign_in_token_id": [call("/sign_in_tokens", {"user_id": user["id"]})["id"] for user in users],
        "actor_token_id": [
            call("/actor_tokens", {"user_id": user["id"], "actor": {"sub": users[0]["id"]}})["id"]
            for user in users
        ],
        "invitation_id": [
            call("/invitations", {"email_address": f"guest{n}@example.com", "notify": False})["id"]
            for n in range(EACH)
        ],
        "waitlist_entry_id": [
            call("/waitlist_entries", {"email_address": f"queue{n}@example.com", "notify": False})["id"]
            for n in range(EACH)
        ],
    }


POOLS = {name: itertools.cycle(ids) for name, ids in known().items()}
TURNS = itertools.count()


def address():
    return f"new{next(TURNS)}@example.com"


def with_known(values):
    """Puts what exists, or is well-formed, in the place of what schemas can only call a text.

    Every fourth time the generated value stays.
    """
    if isinstance(values, list):
        return [with_known(value) for value in values]
    if not isinstance(values, dict) or next(TURNS) % 4 == 0:
        return values
    for name in values.keys() & POOLS.keys():
        values[name] = next(POOLS[name])
    if isinstance(values.get("user_ids"), list):
        values["user_ids"] = [next(POOLS["user_id"]) for _ in range(3)]
    if isinstance(values.get("email_address"), str):
        values["email_address"] = address()
    if isinstance(values.get("email_address"), list):
        values["email_address"] = [address()]
    return values


@schemathesis.hook
def map_path_parameters(context, path_parameters):
    return with_known(path_parameters)


@schemathesis.hook
def map_body(context, body):
    return with_known(body)
