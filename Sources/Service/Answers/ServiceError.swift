package import HTTPTypes
internal import JSON

/// Why a request is refused or failed, as the client is told: the envelope that the standard clients know.
///
/// Its words go out as they are: no path, no secret, nothing of the engine.
package struct ServiceError: Error, Equatable, Sendable {
    package var status: HTTPResponse.Status
    /// `invalid_request_error`, say.
    package var type: String
    package var message: String
    /// The field that is wrong, such as `messages[2].role`; nil where it is none.
    package var parameter: String?
    package var code: String?
    /// Headers that go with it, such as `Retry-After`.
    package var headers: HTTPFields

    package init(
        _ status: HTTPResponse.Status, type: String, code: String?, _ message: String, parameter: String? = nil,
        headers: HTTPFields = [:]
    ) {
        self.status = status
        self.type = type
        self.code = code
        self.message = message
        self.parameter = parameter
        self.headers = headers
    }
}

// MARK: - As JSON

extension ServiceError {
    /// `{"error":{…}}`, all four keys always.
    var body: [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.key("error")
            json.errorObject(self)
        }
        return json.take()
    }
}

extension JSONWriter {
    mutating func errorObject(_ error: ServiceError) {
        object { json in
            json.member("message", error.message)
            json.member("type", error.type)
            json.memberOrNull("param", error.parameter)
            json.memberOrNull("code", error.code)
        }
    }

    /// An absent value is null: its key is there always.
    mutating func memberOrNull(_ name: StaticString, _ value: String?) {
        key(name)
        if let value { string(value) } else { null() }
    }

    mutating func memberOrNull(_ name: StaticString, _ value: Int?) {
        key(name)
        if let value { integer(value) } else { null() }
    }
}
