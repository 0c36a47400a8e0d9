import threading

from asking import Asking
from upstream import TEXT, Handler
import openai

ORDER = ["response.created", "response.in_progress", "response.output_item.added", "response.content_part.added"]
END = ["response.output_text.done", "response.content_part.done", "response.output_item.done", "response.completed"]


class Responses(Asking):
    def create(self, model="up", input="Good morning", **options):
        return self.client.responses.create(model=model, input=input, **options)

    def test_a_response_is_whole_and_is_given_again(self):
        for model in ["eliza", "up"]:
            response = self.create(model, metadata={"a": "b"}, instructions="Be brief.", user="somebody")
            self.assertEqual((response.status, response.model, response.error), ("completed", model, None))
            self.assertEqual((response.metadata, response.instructions), ({"a": "b"}, "Be brief."))
            self.assertTrue(response.output_text)
            self.assertGreaterEqual(response.completed_at, response.created_at)
            self.assertRegex(response._request_id, "^req_")
            self.assertEqual(self.client.responses.retrieve(response.id).to_dict(), response.to_dict())
        self.assertEqual((response.output_text, response.usage.total_tokens), (TEXT, 18))

    def test_a_response_goes_on_from_another(self):
        first = self.create("eliza", "I am sad", instructions="Be kind.")
        second = self.create("eliza", "Good morning", previous_response_id=first.id)
        other = self.create("eliza", "Good evening", previous_response_id=first.id)
        self.assertEqual([second.previous_response_id, other.previous_response_id], [first.id] * 2)
        self.assertIsNone(second.instructions)
        items = self.client.responses.input_items.list(second.id)
        self.assertEqual(self.text(items), ["Good morning"])

    def test_a_conversation_takes_a_response_in(self):
        conversation = self.client.conversations.create(items=[{"role": "user", "content": "One"}])
        response = self.create(conversation=conversation.id)
        self.assertEqual(response.conversation.id, conversation.id)
        self.create(conversation={"id": conversation.id}, input="Two", store=False)
        items = self.client.conversations.items.list(conversation.id, order="asc")
        self.assertEqual(self.text(items), ["One", "Good morning", TEXT, "Two", TEXT])
        self.client.conversations.delete(conversation.id)
        self.refused(
            openai.NotFoundError, "response_not_found", None, lambda: self.client.responses.retrieve(response.id))

    def test_what_was_read_can_be_sent_back(self):
        first = self.create(input=[{"role": "user", "content": "One"}])
        history = [{"role": "user", "content": "One"}] + [item.to_dict() for item in first.output]
        second = self.create(
            input=history + [{"role": "user", "content": [{"type": "input_text", "text": "Two"}]}], tools=[],
            include=[], store=False)
        self.assertEqual(second.output_text, TEXT)
        self.assertNotEqual(second.output[0].id, first.output[0].id)

    def test_what_is_not_stored_is_not_there(self):
        before = self.service.run("list", "--json")
        response = self.create(store=False)
        self.assertEqual(response.output_text, TEXT)
        self.assertEqual(self.service.run("list", "--json"), before)
        self.refused(
            openai.NotFoundError, "response_not_found", None, lambda: self.client.responses.retrieve(response.id))
        self.refused(
            openai.BadRequestError, "previous_response_not_found", "previous_response_id",
            lambda: self.create(previous_response_id=response.id))

    def test_a_deleted_response_is_gone(self):
        response = self.create()
        after = self.create(previous_response_id=response.id)
        self.client.responses.delete(response.id)
        for call in [
            self.client.responses.retrieve, self.client.responses.delete, self.client.responses.input_items.list,
        ]:
            self.refused(openai.NotFoundError, "response_not_found", None, lambda: call(response.id))
        self.assertEqual(self.client.responses.retrieve(after.id).to_dict(), after.to_dict())

    def test_the_input_is_walked_through(self):
        said = [{"role": "user", "content": str(number)} for number in range(5)]
        response = self.create(input=said)
        walk = self.client.responses.input_items.list
        self.assertEqual(self.text(walk(response.id, limit=2, order="asc")), list("01234"))
        self.assertEqual(self.text(walk(response.id, limit=2)), list("43210"))

    def test_a_limit_is_told_as_one(self):
        response = self.create("up/cut", max_output_tokens=16)
        self.assertEqual((response.status, response.incomplete_details.reason), ("incomplete", "max_output_tokens"))
        self.assertEqual((response.max_output_tokens, response.output[0].status), (16, "incomplete"))
        kinds = [event.type for event in self.create("up/cut", stream=True)]
        self.assertEqual(kinds[-1], "response.incomplete")

    def test_what_is_not_honoured_is_refused(self):
        for options, code, parameter in [
            ({"background": True}, "unsupported_parameter", "background"),
            ({"tools": [{"type": "web_search"}]}, "unsupported_parameter", "tools"),
            ({"prompt": {"id": "p"}}, "unsupported_parameter", "prompt"),
            ({"text": {"format": {"type": "json_object"}}}, "unsupported_value", "text.format.type"),
            ({"conversation": "conv_a", "previous_response_id": "resp_a-1"}, "mutually_exclusive_parameters",
             "previous_response_id"),
            ({"extra_body": {"stream": "yes"}}, "invalid_type", "stream"),
        ]:
            self.refused(openai.BadRequestError, code, parameter, lambda: self.create(**options))
        self.refused(openai.NotFoundError, "model_not_found", "model", lambda: self.create("none"))
        self.refused(
            openai.NotFoundError, "conversation_not_found", "conversation", lambda: self.create(conversation="conv_a"))
        self.assertEqual(self.create(extra_body={"new_next_month": True}).status, "completed")


class Streams(Asking):
    create = Responses.create

    def test_the_events_come_in_their_order(self):
        for options in [{}, {"store": False}]:
            with self.create(stream=True, **options) as stream:
                events = list(stream)
            deltas = [event for event in events if event.type == "response.output_text.delta"]
            self.assertEqual([event.type for event in events], ORDER + [deltas[0].type] * len(deltas) + END)
            self.assertEqual([event.sequence_number for event in events], list(range(len(events))))
            final = events[-1].response
            self.assertEqual("".join(event.delta for event in deltas), TEXT)
            self.assertEqual((events[-4].text, events[-3].part.text, final.output_text), (TEXT,) * 3)
            self.assertEqual(events[-2].item.to_dict(), final.output[0].to_dict())
            self.assertEqual((events[0].response.id, events[0].response.status), (final.id, "in_progress"))
            self.assertEqual({event.item_id for event in deltas}, {final.output[0].id})
        with self.create(stream=True) as stream:
            final = list(stream)[-1].response
        self.assertEqual(self.client.responses.retrieve(final.id).to_dict(), final.to_dict())

    def test_the_helper_of_streams_takes_it(self):
        with self.client.responses.stream(model="up", input="Good morning") as stream:
            text = "".join(event.delta for event in stream if event.type == "response.output_text.delta")
            final = stream.get_final_response()
        self.assertEqual((text, final.output_text, final.status), (TEXT, TEXT, "completed"))

    def test_half_a_reply_is_never_taken_for_a_whole_one(self):
        seen = None
        with self.assertRaises(openai.APIError) as caught:
            for event in self.create("up/torn", stream=True):
                seen = seen or event
        self.assertEqual(caught.exception.code, "provider_stream_broken")
        kept = self.client.responses.retrieve(seen.response.id)
        self.assertEqual((kept.status, kept.output[0].status), ("failed", "incomplete"))
        self.assertEqual(kept.error.code, "server_error")
        with self.assertRaises(openai.InternalServerError) as caught:
            self.create("up/torn")
        self.assertEqual(caught.exception.status_code, 502)

    def test_a_failing_provider_is_an_ordinary_error_and_is_not_asked_twice(self):
        patient = self.service.client(max_retries=2)
        for options in [{}, {"stream": True}]:
            conversation = self.client.conversations.create()
            options["conversation"] = conversation.id
            with self.assertRaises(openai.InternalServerError) as caught:
                patient.responses.create(model="up/failing", input="Good morning", **options)
            self.assertEqual(caught.exception.response.headers["x-should-retry"], "false")
            self.assertEqual(caught.exception.code, "provider_failed")
            self.assertEqual(self.text(self.client.conversations.items.list(conversation.id)), ["Good morning"])
            after = self.create(conversation=conversation.id, input="Again")
            self.assertEqual(after.status, "completed")
        with self.assertRaises(openai.RateLimitError):
            self.create("up/limited")

    def test_a_reply_can_be_left_asked_for_and_cancelled(self):
        Handler.gate.clear()
        try:
            conversation = self.client.conversations.create()
            stream = self.create("up/held", conversation=conversation.id, stream=True)
            created = next(iter(stream)).response
            half = self.client.responses.retrieve(created.id)
            self.assertEqual((half.status, half.completed_at, half.usage), ("in_progress", None, None))
            self.refused(
                openai.ConflictError, "conversation_locked", None,
                lambda: self.create(conversation=conversation.id))
            stream.close()
            other = self.create("up/held", stream=True)
            identity = next(iter(other)).response.id
            cancelled = self.client.responses.cancel(identity)
            self.assertEqual(cancelled.status, "cancelled")
            self.assertEqual(self.client.responses.retrieve(identity).to_dict(), cancelled.to_dict())
            self.refused(
                openai.BadRequestError, "invalid_value", "response_id",
                lambda: self.client.responses.cancel(identity))
            other.close()
        finally:
            Handler.gate.set()
        # The client has left, and the reply went on. What is said next waits for it.
        self.create(conversation=conversation.id, input="And then?")
        kept = self.client.responses.retrieve(created.id)
        self.assertEqual((kept.status, kept.output_text), ("completed", TEXT))

    def test_many_at_once_are_each_their_own(self):
        found = {}

        def ask(number):
            response = self.create(input=f"Good morning {number}", store=True)
            found[number] = self.text(self.client.responses.input_items.list(response.id))

        threads = [threading.Thread(target=ask, args=[number]) for number in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(found, {number: [f"Good morning {number}"] for number in range(20)})
