import json

from asking import Asking
import openai


class Conversations(Asking):
    def setUp(self):
        self.conversation = self.client.conversations.create(metadata={"topic": "test"})
        self.items = self.client.conversations.items

    def say(self, *texts):
        page = self.items.create(
            self.conversation.id, items=[{"type": "message", "role": "user", "content": text} for text in texts])
        return [item.id for item in page.data]

    def test_a_conversation_is_made_changed_and_deleted(self):
        made = self.conversation
        self.assertEqual((made.object, made.metadata), ("conversation", {"topic": "test"}))
        self.assertEqual(self.client.conversations.retrieve(made.id).to_dict(), made.to_dict())
        changed = self.client.conversations.update(made.id, metadata={"title": "Ours"})
        self.assertEqual(changed.metadata, {"title": "Ours"})
        self.assertIn("Ours", self.service.run("list"))
        deleted = self.client.conversations.delete(made.id)
        self.assertEqual((deleted.id, deleted.object, deleted.deleted), (made.id, "conversation.deleted", True))
        for call in [self.client.conversations.retrieve, self.client.conversations.delete, self.items.list]:
            self.refused(openai.NotFoundError, "conversation_not_found", None, lambda: call(made.id))

    def test_a_conversation_needs_nothing(self):
        for options in [{}, {"items": []}, {"items": None, "metadata": None}]:
            self.assertEqual(self.client.conversations.create(**options).metadata, {})

    def test_items_come_back_with_their_parts(self):
        page = self.items.create(
            self.conversation.id,
            items=[
                {"type": "message", "role": "system", "content": "S"},
                {"role": "developer", "content": "D"},
                {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "U ü\u0000 👋🏽"}]},
                {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "A"}]},
            ])
        self.assertEqual([item.role for item in page.data], ["system", "developer", "user", "assistant"])
        self.assertEqual(self.text(page.data), ["S", "D", "U ü\u0000 👋🏽", "A"])
        self.assertEqual([item.content[0].type for item in page.data], ["input_text"] * 3 + ["output_text"])
        self.assertTrue(all(item.status == "completed" for item in page.data))
        self.assertEqual((page.first_id, page.last_id, page.has_more), (page.data[0].id, page.data[-1].id, False))
        for item in page.data:
            found = self.items.retrieve(item.id, conversation_id=self.conversation.id)
            self.assertEqual(found.to_dict(), item.to_dict())

    def test_the_sdk_walks_through_the_pages_by_itself(self):
        said = self.say(*[str(number) for number in range(20)]) + self.say("20", "21", "22")
        for limit in [1, 7, 23, 100]:
            walked = [item.id for item in self.items.list(self.conversation.id, limit=limit, order="asc")]
            self.assertEqual(walked, said)
        self.assertEqual([item.id for item in self.items.list(self.conversation.id)], said[::-1])
        after = self.items.list(self.conversation.id, after=said[4], order="asc", limit=2)
        self.assertEqual([item.id for item in after.data], said[5:7])
        self.assertTrue(after.has_more)

    def test_what_is_appended_during_a_walk_comes_once_at_the_end(self):
        said = self.say("1", "2", "3", "4")
        walked = []
        for item in self.items.list(self.conversation.id, limit=2, order="asc"):
            walked.append(item.id)
            if len(walked) == 2:
                said += self.say("5")
                self.items.delete(said[0], conversation_id=self.conversation.id)
        self.assertEqual(walked, said)

    def test_a_deleted_item_is_gone_and_gives_the_conversation(self):
        said = self.say("1", "2", "3")
        left = self.items.delete(said[1], conversation_id=self.conversation.id)
        self.assertEqual((left.id, left.object), (self.conversation.id, "conversation"))
        self.assertEqual([item.id for item in self.items.list(self.conversation.id)], [said[2], said[0]])
        self.refused(
            openai.NotFoundError, "item_not_found", None,
            lambda: self.items.retrieve(said[1], conversation_id=self.conversation.id))

    def test_what_is_wrong_is_told_with_its_place(self):
        said = self.say("1")
        identity = self.conversation.id
        for code, parameter, call in [
            ("integer_out_of_range", "limit", lambda: self.items.list(identity, limit=0)),
            ("invalid_value", "order", lambda: self.items.list(identity, order="up")),
            ("invalid_value", "after", lambda: self.items.list(identity, after="msg_none")),
            ("invalid_value", "items", lambda: self.items.create(identity, items=[])),
            ("array_above_max_length", "items", lambda: self.say(*["a"] * 21)),
            ("unsupported_value", "items[0].type",
             lambda: self.items.create(identity, items=[{"type": "item_reference", "id": said[0]}])),
            ("object_above_max_properties", "metadata",
             lambda: self.client.conversations.update(identity, metadata={str(i): "" for i in range(17)})),
        ]:
            self.refused(openai.BadRequestError, code, parameter, call)
        self.assertEqual(self.text(self.items.list(identity)), ["1"])

    def test_what_the_terminal_says_is_an_item_and_the_other_way_round(self):
        self.say("What is a kestrel?")
        response = self.client.responses.create(model="eliza", input="Good morning", conversation=self.conversation.id)
        chat = self.conversation.id.removeprefix("conv_")
        shown = json.loads(self.service.run("show", chat, "--json"))
        texts = ["What is a kestrel?", "Good morning", response.output_text]
        self.assertEqual([message["content"] for message in shown["messages"]], texts)
        self.service.run("resume", chat, "I am back")
        items = self.text(self.items.list(self.conversation.id, order="asc"))
        self.assertEqual(items[:4], texts + ["I am back"])
        self.assertEqual(len(items), 5)
