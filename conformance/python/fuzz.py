"""A fuzz run by schemathesis against the description that the server hands out.

Each operation is called with what its schema allows and with what it does not. No answer may be a 5xx, have a
status or a type that is not described, or a body that its schema does not allow. BEADLE_URL and BEADLE_KEY as in
run.py; BEADLE_FUZZ_EXAMPLES is how many calls each operation gets at least.
"""

import os
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
# The whole run is cut off after this; it takes a small part of it.
SECONDS = 300
CHECKS = [
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "ignored_auth",
]

command = [
    pathlib.Path(sys.executable).with_name("st"),
    "run",
    f"{os.environ['BEADLE_URL']}/openapi.json",
    "--header",
    f"Authorization: Bearer {os.environ['BEADLE_KEY']}",
    "--checks",
    ",".join(CHECKS),
    "--max-examples",
    os.environ.get("BEADLE_FUZZ_EXAMPLES", "15"),
    # The same calls every time: what fails on one machine fails on all.
    "--seed",
    "1",
    "--generation-database",
    "none",
    "--request-timeout",
    "20",
    # It would call whatever address a fuzzed endpoint has, and wait for the answer.
    "--exclude-operation-id",
    "TestWebhookEndpoint",
    "--continue-on-failure",
    "--no-color",
]
environment = os.environ | {"SCHEMATHESIS_HOOKS": "fuzz_hooks", "PYTHONPATH": str(HERE)}
# It leaves notes where it runs.
where = HERE.parents[1] / "target"
run = subprocess.run(command, cwd=where, env=environment, capture_output=True, text=True, timeout=SECONDS)
print(run.stdout, run.stderr)
counts = re.search(r"(\d+) generated, (?:.*?(\d+) passed|(\d+) found)", run.stdout)
if run.returncode != 0 or counts is None:
    print("0 passed, 1 failed")
    sys.exit(1)
tested = int(re.search(r"Tested: (\d+)", run.stdout)[1])
print(f"{tested} passed, 0 failed")
