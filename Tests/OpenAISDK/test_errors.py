from asking import Asking
import openai


class Errors(Asking):
    def test_without_a_good_key_nobody_gets_in(self):
        stranger = self.service.client(api_key="parley_of-somebody-else-entirely")
        for call in [
            stranger.models.list, lambda: stranger.responses.create(model="eliza", input="Good morning"),
            stranger.conversations.create, lambda: stranger.conversations.retrieve("conv_a"),
        ]:
            self.refused(openai.AuthenticationError, "invalid_api_key", None, call)

    def test_an_address_that_is_none_is_not_found(self):
        self.refused(openai.NotFoundError, "unknown_url", None, lambda: self.client.files.list())

    def test_a_body_that_is_no_json_is_refused(self):
        with self.assertRaises(openai.BadRequestError) as caught:
            self.client.post(
                "/responses", cast_to=object, content=b"{", options={"headers": {"Content-Type": "application/json"}})
        self.assertEqual(caught.exception.type, "invalid_request_error")

    def test_a_key_of_the_clients_makes_a_request_once(self):
        headers = {"Idempotency-Key": "conformance-1"}
        first = self.client.responses.create(model="eliza", input="Good morning", extra_headers=headers)
        again = self.client.responses.create(model="eliza", input="Good morning", extra_headers=headers)
        self.assertEqual(again.to_dict(), first.to_dict())
        self.refused(
            openai.ConflictError, "idempotency_key_reused", None,
            lambda: self.client.responses.create(model="eliza", input="Other", extra_headers=headers))
