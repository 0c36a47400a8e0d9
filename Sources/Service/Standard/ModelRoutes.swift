internal import Conversations
internal import HTTPTypes
internal import JSON

/// `/v1/models`: the configured providers, and the models that are known of them by now.
struct ModelRoutes {
    let parts: ServiceParts

    var routes: [Route] {
        [
            Route(.get, "/v1/models") { _ in try await self.list() },
            Route(.get, "/v1/models/{model}") { request in try await self.model(request.variables[0]) },
        ]
    }

    private func list() async throws -> ServiceAnswer {
        var names: [ModelName] = []
        for name in parts.providers.names {
            names.append(ModelName(provider: name, model: nil))
            guard let provider = await parts.providers.provider(named: name) else { continue }
            for model in provider.capabilities.models { names.append(ModelName(provider: name, model: model)) }
        }
        var json = JSONWriter()
        json.object { json in
            json.member("object", "list")
            json.array("data") { json in
                for name in names { json.model(name) }
            }
        }
        return .json(json.take())
    }

    private func model(_ text: String) async throws -> ServiceAnswer {
        let (name, _) = try await parts.provider(ofModel: text)
        var json = JSONWriter()
        json.model(name)
        return .json(json.take())
    }
}

extension ServiceParts {
    /// Whom a model's name means.
    ///
    /// - Throws: ``ServiceError`` (`model_not_found`) where no such provider is configured.
    func provider(ofModel text: String) async throws -> (ModelName, any ChatProvider) {
        let name = ModelName(text)
        guard let provider = await providers.provider(named: name.provider) else {
            throw ServiceError.notFound(
                "model_not_found", "The model '\(text)' does not exist: GET /v1/models lists those there are.",
                parameter: "model")
        }
        return (name, provider)
    }
}

extension JSONWriter {
    fileprivate mutating func model(_ name: ModelName) {
        object { json in
            json.member("id", name.text)
            json.member("object", "model")
            // Nobody knows when a model was made; the field has to be there.
            json.member("created", 1_700_000_000)
            json.member("owned_by", name.provider)
        }
    }
}
