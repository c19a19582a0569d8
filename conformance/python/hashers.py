"""Password digests as other systems make them, fresh in every run."""

import base64
import hashlib
import os

import bcrypt
import django.contrib.auth.hashers as django_hashers
import passlib.hash
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from django.conf import settings
from passlib.utils.binary import ab64_decode
from werkzeug.security import generate_password_hash

if not settings.configured:
    settings.configure()


def b64(data):
    return base64.b64encode(data).decode()


def parts(scheme, password, **more):
    """Rounds, salt and hash of passlib's digest, which has its own base64."""
    _, _, rounds, salt, checksum = scheme.using(rounds=2000, **more).hash(password).split("$")
    return rounds, ab64_decode(salt), ab64_decode(checksum)


def firebase(password):
    """As github.com/firebase/scrypt describes it."""
    salt, separator, signer_key = os.urandom(10), b"\x07", os.urandom(64)
    key = hashlib.scrypt(password.encode(), salt=salt + separator, n=2**14, r=8, p=1, maxmem=2**26, dklen=32)
    cipher = Cipher(algorithms.AES(key), modes.CTR(bytes(16))).encryptor()
    output = cipher.update(signer_key) + cipher.finalize()
    return "$".join([b64(output), b64(salt), b64(signer_key), b64(separator), "8", "14"])


def symfony(password):
    """MessageDigestPasswordHasher with its defaults."""
    salt = os.urandom(12).hex()
    salted = f"{password}{{{salt}}}".encode()
    digest = hashlib.sha512(salted).digest()
    for _ in range(1, 5000):
        digest = hashlib.sha512(digest + salted).digest()
    return f"sha512_symfony$5000${salt}${b64(digest)}"


def digests(password):
    """One digest for each hasher of the Backend API, as pairs of hasher and digest."""
    lib = passlib.hash
    argon2 = {"memory_cost": 4096, "rounds": 2, "parallelism": 2}
    yield "argon2i", lib.argon2.using(type="I", **argon2).hash(password)
    yield "argon2id", lib.argon2.using(type="ID", **argon2).hash(password)
    yield "bcrypt", bcrypt.hashpw(password.encode(), bcrypt.gensalt(5)).decode()
    yield "bcrypt_sha256_django", django_hashers.BCryptSHA256PasswordHasher().encode(password, bcrypt.gensalt(5))
    yield "ldap_ssha", lib.ldap_salted_sha1.hash(password)
    yield "md5", lib.hex_md5.hash(password)
    yield "md5_phpass", lib.phpass.using(rounds=9).hash(hashlib.md5(password.encode()).hexdigest())
    rounds, salt, output = parts(lib.pbkdf2_sha1, password)
    yield "pbkdf2_sha1", f"pbkdf2_sha1${rounds}${salt.hex()}${output.hex()}${len(output)}"
    rounds, salt, output = parts(lib.pbkdf2_sha1, password, salt=b"as it is")
    yield "pbkdf2_sha1", f"pbkdf2_sha1${rounds}${salt.decode()}${output.hex()}"
    rounds, salt, output = parts(lib.pbkdf2_sha256, password)
    yield "pbkdf2_sha256", f"pbkdf2_sha256${rounds}${b64(salt)}${b64(output)}"
    django = django_hashers.PBKDF2PasswordHasher()
    yield "pbkdf2_sha256_django", django.encode(password, django.salt())
    rounds, salt, output = parts(lib.pbkdf2_sha512, password, salt=b"as it is")
    yield "pbkdf2_sha512", f"pbkdf2_sha512${rounds}${salt.decode()}${output.hex()}"
    rounds, salt, output = parts(lib.pbkdf2_sha512, password)
    yield "pbkdf2_sha512_hex", f"pbkdf2_sha512_hex${rounds}${salt.hex()}${output.hex()}"
    yield "phpass", lib.phpass.using(rounds=13).hash(password)
    yield "scrypt_firebase", firebase(password)
    yield "scrypt_werkzeug", generate_password_hash(password)
    yield "sha256", lib.hex_sha256.hash(password)
    yield "sha512_symfony", symfony(password)
