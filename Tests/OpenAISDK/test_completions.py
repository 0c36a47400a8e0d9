from asking import Asking
from upstream import TEXT
import openai

HELLO = [{"role": "user", "content": "Good morning"}]


class Completions(Asking):
    def create(self, model="eliza", **options):
        return self.client.chat.completions.create(model=model, messages=HELLO, **options)

    def test_a_completion_is_whole(self):
        answer = self.create()
        self.assertEqual(answer.model, "eliza")
        self.assertEqual(len(answer.choices), 1)
        self.assertEqual(answer.choices[0].finish_reason, "stop")
        self.assertTrue(answer.choices[0].message.content)
        self.assertEqual(answer.usage.total_tokens, answer.usage.prompt_tokens + answer.usage.completion_tokens)
        self.assertRegex(answer._request_id, "^req_")

    def test_the_history_is_the_clients_and_nothing_is_kept(self):
        before = self.service.run("list", "--json")
        messages = [
            {"role": "developer", "content": "Be brief."},
            {"role": "user", "content": [{"type": "text", "text": "Good "}, {"type": "text", "text": "morning"}]},
            {"role": "assistant", "content": "Hello"}, {"role": "user", "content": "And now?"},
        ]
        answer = self.client.chat.completions.create(model="up", messages=messages, temperature=0, top_p=1.0)
        self.assertEqual(answer.choices[0].message.content, TEXT)
        self.assertEqual(answer.usage.total_tokens, 18)
        self.assertEqual(self.service.run("list", "--json"), before)

    def test_a_completion_that_is_to_be_stored_is_a_chat(self):
        before = self.service.run("list", "--json")
        self.create(store=True)
        self.assertNotEqual(self.service.run("list", "--json"), before)

    def test_a_stream_has_one_role_one_end_and_no_usage_that_nobody_asked_for(self):
        chunks = list(self.create("up", stream=True))
        self.assertEqual(len({(chunk.id, chunk.created, chunk.model) for chunk in chunks}), 1)
        self.assertTrue(all(len(chunk.choices) == 1 for chunk in chunks))
        self.assertEqual([chunk.choices[0].delta.role for chunk in chunks], ["assistant"] + [None] * (len(chunks) - 1))
        self.assertEqual("".join(chunk.choices[0].delta.content or "" for chunk in chunks), TEXT)
        reasons = [chunk.choices[0].finish_reason for chunk in chunks]
        self.assertEqual(reasons, [None] * (len(chunks) - 1) + ["stop"])
        self.assertTrue(all(chunk.usage is None for chunk in chunks))

    def test_usage_is_the_last_chunk_where_it_is_asked_for(self):
        chunks = list(self.create("up", stream=True, stream_options={"include_usage": True}))
        self.assertEqual(chunks[-1].choices, [])
        self.assertEqual(chunks[-1].usage.total_tokens, 18)
        self.assertTrue(all(chunk.usage is None for chunk in chunks[:-1]))

    def test_the_helper_of_streams_takes_it(self):
        with self.client.chat.completions.stream(
            model="up", messages=HELLO, stream_options={"include_usage": True}
        ) as stream:
            kinds = [event.type for event in stream]
            final = stream.get_final_completion()
        self.assertIn("content.delta", kinds)
        self.assertEqual(kinds.count("content.done"), 1)
        self.assertEqual(final.choices[0].message.content, TEXT)
        self.assertEqual(final.usage.total_tokens, 18)

    def test_a_limit_is_told_as_one(self):
        self.assertEqual(self.create("up/cut").choices[0].finish_reason, "length")

    def test_half_a_reply_is_never_taken_for_a_whole_one(self):
        with self.assertRaises(openai.APIError) as caught:
            for _ in self.create("up/torn", stream=True):
                pass
        self.assertEqual(caught.exception.code, "provider_stream_broken")
        with self.assertRaises(openai.InternalServerError) as caught:
            self.create("up/torn")
        self.assertEqual(caught.exception.status_code, 502)

    def test_a_failing_provider_is_an_ordinary_error(self):
        for options in [{}, {"stream": True}]:
            with self.assertRaises(openai.InternalServerError) as caught:
                self.create("up/failing", **options)
            self.assertEqual(caught.exception.code, "provider_failed")
            with self.assertRaises(openai.RateLimitError) as caught:
                self.create("up/limited", **options)
            self.assertEqual(caught.exception.code, "provider_rate_limited")
            self.assertEqual(caught.exception.response.headers["Retry-After"], "7")

    def test_what_is_not_honoured_is_refused(self):
        for name, value, parameter in [
            ("n", 2, "n"), ("tools", [{"type": "function", "function": {"name": "f"}}], "tools"),
            ("logprobs", True, "logprobs"), ("audio", {"voice": "alloy", "format": "wav"}, "audio"),
        ]:
            with self.assertRaises(openai.BadRequestError) as caught:
                self.create(**{name: value})
            self.assertEqual(caught.exception.param, parameter)
