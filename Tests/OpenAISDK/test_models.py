from asking import Asking
import openai


class Models(Asking):
    def test_the_providers_and_their_models_are_listed(self):
        page = self.client.models.list()
        models = [model.id for model in page]
        self.assertIn("eliza", models)
        self.assertIn("up", models)
        self.assertRegex(page._request_id, "^req_")

    def test_a_model_is_found_by_its_name(self):
        model = self.client.models.retrieve("eliza")
        self.assertEqual((model.id, model.object, model.owned_by), ("eliza", "model", "eliza"))
        self.assertEqual(self.client.models.retrieve("up/site/gpt-4").id, "up/site/gpt-4")

    def test_a_model_that_is_none_is_not_found(self):
        self.refused(openai.NotFoundError, "model_not_found", "model", lambda: self.client.models.retrieve("none"))
