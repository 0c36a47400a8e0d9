"""Holds the official SDK against the real service, with the SDK's strict validation on.

Run by Scripts/conformance. Ends with 1 where something is not as it should be, and says what.
"""

import argparse
import pathlib
import sys
import unittest

import openai
from service import KEY, Service, Shared


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--parley", required=True)
    options.add_argument("tests", nargs="*", help="such as test_responses.Streams; all of them unless named")
    options = options.parse_args()
    print(f"openai {openai.__version__}", file=sys.stderr)
    Shared.service = Service(options.parley)
    try:
        loader = unittest.TestLoader()
        folder = str(pathlib.Path(__file__).parent)
        tests = loader.loadTestsFromNames(options.tests) if options.tests else loader.discover(folder)
        result = unittest.TextTestRunner(verbosity=1).run(tests)
    finally:
        status, log = Shared.service.close()
    faults = []
    if result.testsRun == 0:
        faults.append("no test was run")
    if status != 0:
        faults.append(f"the service ended with {status}")
    if KEY in log or "Good morning" in log:
        faults.append("the log holds a key, or what somebody said")
    for fault in faults:
        print(f"FAILED: {fault}", file=sys.stderr)
    sys.exit(0 if result.wasSuccessful() and not faults else 1)


main()
