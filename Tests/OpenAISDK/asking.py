"""What the tests have in common."""

import unittest

import openai
from service import Shared


class Asking(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.service = Shared.service
        cls.client = cls.service.client()

    @classmethod
    def tearDownClass(cls):
        cls.client.close()

    def refused(self, kind, code, parameter, call):
        """The call fails with the class, the code and the field."""
        with self.assertRaises(kind) as caught:
            call()
        error = caught.exception
        self.assertEqual((error.code, error.param), (code, parameter))
        self.assertRegex(error.request_id, "^req_")
        self.assertEqual(set(error.body), {"message", "type", "param", "code"})
        return error

    def text(self, items):
        return [item.content[0].text for item in items]
