"""The published `clerk-backend-api`, unmodified, against a running Beadle.

BEADLE_URL is the server's address and BEADLE_KEY its secret key; `cargo xtask conformance` starts the server
and sets both. This SDK parses every answer into typed models, so a missing or mistyped field fails here.
"""

import json
import os
import sys
import unittest
import uuid

from clerk_backend_api import Clerk, models
from clerk_backend_api.security import VerifyTokenOptions, verify_token
from clerk_backend_api.security.types import TokenVerificationError

from hashers import digests

URL = os.environ["BEADLE_URL"]
KEY = os.environ["BEADLE_KEY"]
PASSWORD = "grape-tundra-lantern-42"
UNKNOWN = "user_2aaaaaaaaaaaaaaaaaaaaaaaaaa"


class Conformance(unittest.TestCase):
    def setUp(self):
        self.clerk = Clerk(bearer_auth=KEY, server_url=f"{URL}/v1")

    def person(self, **more):
        email = f"py{uuid.uuid4().hex[:12]}@example.com"
        return self.clerk.users.create(**{"email_address": [email], "password": PASSWORD, **more})

    def refused(self, status, code, call):
        """Awaits an API error, typed or not as the SDK has it, and returns its first entry."""
        with self.assertRaises(models.ClerkBaseError) as caught:
            call()
        self.assertEqual(caught.exception.status_code, status, caught.exception.body)
        first = json.loads(caught.exception.body)["errors"][0]
        self.assertEqual(first["code"], code)
        self.assertTrue(first["message"])
        self.assertTrue(first["long_message"])
        return first

    def test_create_get_update_delete(self):
        user = self.person(first_name="Ada", public_metadata={"plan": "pro"}, external_id=uuid.uuid4().hex)
        self.assertEqual(user.first_name, "Ada")
        self.assertEqual(self.clerk.users.get(user_id=user.id), user)
        changed = self.clerk.users.update(user_id=user.id, last_name="Lovelace")
        self.assertEqual((changed.first_name, changed.last_name), ("Ada", "Lovelace"))
        merged = self.clerk.users.update_metadata(user_id=user.id, public_metadata={"seats": 3})
        self.assertEqual(merged.public_metadata, {"plan": "pro", "seats": 3})
        replaced = self.clerk.users.replace_metadata(user_id=user.id, public_metadata={"only": 1})
        self.assertEqual(replaced.public_metadata, {"only": 1})
        self.assertTrue(self.clerk.users.verify_password(user_id=user.id, password=PASSWORD).verified)
        self.assertTrue(self.clerk.users.delete(user_id=user.id).deleted)
        self.refused(404, "resource_not_found", lambda: self.clerk.users.get(user_id=user.id))

    def test_list_and_count(self):
        tag = uuid.uuid4().hex[:10]
        made = [self.person(first_name=tag, username=f"u_{tag}_{n}", banned=n == 2) for n in range(4)]
        names = [user.username for user in made]
        listed = self.clerk.users.list(request={"username": names, "order_by": "+username", "limit": 3})
        self.assertEqual([user.username for user in listed], names[:3])
        rest = self.clerk.users.list(request={"username": names, "order_by": "+username", "limit": 3, "offset": 3})
        self.assertEqual([user.username for user in rest], names[3:])
        free = self.clerk.users.list(request={"query": tag, "banned": False})
        self.assertEqual({user.id for user in free}, {user.id for user in made if not user.banned})
        self.assertEqual(self.clerk.users.count(request={"query": tag}).total_count, 4)
        self.assertEqual(self.clerk.users.count(request={"query": tag, "banned": True}).total_count, 1)

    def test_ban_and_unban(self):
        user = self.person()
        session = self.clerk.sessions.create(request={"user_id": user.id})
        self.assertEqual(session.status, models.Status.ACTIVE)
        options = VerifyTokenOptions(secret_key=KEY, api_url=URL)
        token = self.clerk.sessions.create_token(session_id=session.id).jwt
        self.assertEqual(verify_token(token, options)["sub"], user.id)

        self.assertTrue(self.clerk.users.ban(user_id=user.id).banned)
        self.assertTrue(self.clerk.users.ban(user_id=user.id).banned)
        self.assertTrue(self.clerk.users.get(user_id=user.id).banned)
        self.assertEqual(self.clerk.sessions.get(session_id=session.id).status, models.Status.REVOKED)
        active = self.clerk.sessions.list(user_id=user.id, status=models.QueryParamStatus.ACTIVE)
        self.assertEqual(active, [])
        self.assertEqual(len(self.clerk.sessions.list(user_id=user.id)), 1)
        self.refused(403, "user_banned", lambda: self.clerk.sessions.create_token(session_id=session.id))
        self.refused(403, "user_banned", lambda: self.clerk.sessions.create(request={"user_id": user.id}))

        self.assertFalse(self.clerk.users.unban(user_id=user.id).banned)
        self.assertEqual(self.clerk.sessions.get(session_id=session.id).status, models.Status.REVOKED)
        again = self.clerk.sessions.create(request={"user_id": user.id})
        self.assertTrue(self.clerk.sessions.create_token(session_id=again.id).jwt)
        self.assertEqual(self.clerk.sessions.revoke(session_id=again.id).status, models.Status.REVOKED)

    def test_bulk(self):
        ids = [self.person().id for _ in range(3)]
        banned = self.clerk.users.bulk_ban(user_ids=ids)
        self.assertEqual({user.id for user in banned}, set(ids))
        self.assertTrue(all(user.banned for user in banned))
        self.assertFalse(any(user.banned for user in self.clerk.users.bulk_unban(user_ids=ids)))
        one_unknown = lambda: self.clerk.users.bulk_ban(user_ids=[ids[0], UNKNOWN])
        self.refused(404, "resource_not_found", one_unknown)
        self.assertFalse(self.clerk.users.get(user_id=ids[0]).banned)
        self.refused(400, "bulk_size_exceeded", lambda: self.clerk.users.bulk_ban(user_ids=ids * 17))

    def test_api_keys_and_machines(self):
        user = self.person()
        # The key is made; this SDK takes 201 alone where the description of every version says 200.
        with self.assertRaises(models.ClerkBaseError) as caught:
            self.clerk.api_keys.create_api_key(name="key", subject=user.id)
        self.assertEqual(caught.exception.status_code, 200)
        key = self.clerk.api_keys.get_api_keys(subject=user.id).data[0]
        self.assertEqual((key.name, key.revoked), ("key", False))
        self.assertEqual(self.clerk.api_keys.get_api_keys(subject=user.id, limit=5, offset=1).data, [])
        secret = self.clerk.api_keys.get_api_key_secret(api_key_id=key.id).secret
        self.assertEqual(self.clerk.api_keys.verify_api_key(secret=secret).id, key.id)
        self.clerk.users.ban(user_id=user.id)
        self.refused(404, "resource_not_found", lambda: self.clerk.api_keys.verify_api_key(secret=secret))

        machine = self.clerk.machines.create(request={"name": "worker"})
        itself = Clerk(bearer_auth=machine.secret_key, server_url=f"{URL}/v1")
        made = itself.m2m.create_token()
        self.assertEqual([token.id for token in self.clerk.m2m.list_tokens(subject=machine.id).m2m_tokens], [made.id])
        self.assertEqual(self.clerk.m2m.verify_token(token=made.token).subject, machine.id)

    def test_lock_and_unlock(self):
        user = self.person()
        self.assertTrue(self.clerk.users.lock(user_id=user.id).locked)
        self.assertFalse(self.clerk.users.unlock(user_id=user.id).locked)

    def test_digests_of_other_systems(self):
        password = f"pässword-Ω {uuid.uuid4().hex}"
        seen = set()
        for hasher, digest in digests(password):
            with self.subTest(hasher=hasher):
                user = self.person(password=None, password_digest=digest, password_hasher=hasher)
                check = lambda given: self.clerk.users.verify_password(user_id=user.id, password=given)
                self.refused(422, "incorrect_password", lambda: check(password.upper()))
                # First the digest that was given, then the one that has replaced it.
                self.assertTrue(check(password).verified)
                self.assertTrue(check(password).verified)
                self.refused(422, "incorrect_password", lambda: check(password + " "))
                changed = self.clerk.users.update(user_id=user.id, password_digest=digest, password_hasher=hasher)
                self.assertTrue(changed.password_enabled)
                self.assertTrue(check(password).verified)
                bad = lambda: self.person(password=None, password_digest=f"{digest}$", password_hasher=hasher)
                self.refused(422, "form_password_digest_invalid_code", bad)
            seen.add(hasher)
        self.assertEqual(len(seen), 17)

    def test_errors(self):
        self.refused(404, "resource_not_found", lambda: self.clerk.users.ban(user_id=UNKNOWN))
        weak = self.refused(422, "form_password_length_too_short", lambda: self.person(password="short"))
        self.assertEqual(weak["meta"]["param_name"], "password")
        stranger = Clerk(bearer_auth="sk_test_wrong", server_url=f"{URL}/v1")
        self.refused(401, "clerk_key_invalid", lambda: stranger.users.list(request={}))

    def test_a_changed_token_is_refused(self):
        session = self.clerk.sessions.create(request={"user_id": self.person().id})
        token = self.clerk.sessions.create_token(session_id=session.id).jwt
        head, body, signature = token.split(".")
        changed = ".".join([head, body, ("B" if signature[0] == "A" else "A") + signature[1:]])
        with self.assertRaises(TokenVerificationError):
            verify_token(changed, VerifyTokenOptions(secret_key=KEY, api_url=URL))
        self.assertTrue(self.clerk.jwks.get_jwks().keys)


if __name__ == "__main__":
    tests = unittest.defaultTestLoader.loadTestsFromTestCase(Conformance)
    result = unittest.TextTestRunner(stream=sys.stdout, verbosity=2).run(tests)
    failed = len(result.failures) + len(result.errors)
    print(f"{result.testsRun - failed} passed, {failed} failed")
    sys.exit(0 if result.wasSuccessful() else 1)
