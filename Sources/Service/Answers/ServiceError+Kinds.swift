internal import Conversations
internal import HTTPTypes

// The errors of the standard surface, by what happened.
extension ServiceError {
    /// Something in the request is wrong.
    package static func invalid(_ code: String?, _ message: String, parameter: String? = nil) -> ServiceError {
        ServiceError(.badRequest, type: "invalid_request_error", code: code, message, parameter: parameter)
    }

    package static func missing(_ parameter: String) -> ServiceError {
        invalid("missing_required_parameter", "Missing required parameter: '\(parameter)'.", parameter: parameter)
    }

    /// - Parameter wanted: What it has to be: `a list of messages`, say.
    package static func wrongType(of parameter: String, wanted: String) -> ServiceError {
        invalid("invalid_type", "Invalid type for '\(parameter)': it has to be \(wanted).", parameter: parameter)
    }

    package static func wrongValue(of parameter: String, wanted: String) -> ServiceError {
        invalid("invalid_value", "Invalid value for '\(parameter)': it has to be \(wanted).", parameter: parameter)
    }

    /// A field whose meaning we cannot give is refused: nobody is to believe that it was honoured.
    package static func unsupported(_ parameter: String) -> ServiceError {
        invalid(
            "unsupported_parameter", "'\(parameter)' is not supported by this server.", parameter: parameter)
    }

    package static func unsupportedValue(of parameter: String, _ reason: String) -> ServiceError {
        invalid("unsupported_value", "Unsupported value for '\(parameter)': \(reason)", parameter: parameter)
    }

    package static func notFound(_ code: String, _ message: String, parameter: String? = nil) -> ServiceError {
        ServiceError(.notFound, type: "invalid_request_error", code: code, message, parameter: parameter)
    }

    package static let unknownURL = notFound("unknown_url", "There is nothing at this address.")

    package static func methodNotAllowed(_ allowed: String) -> ServiceError {
        ServiceError(
            .methodNotAllowed, type: "invalid_request_error", code: "method_not_allowed",
            "This address takes \(allowed).", headers: [.allow: allowed])
    }

    /// Nothing was stored: the same request may be sent again.
    package static let conversationLocked = ServiceError(
        .conflict, type: "conflict", code: "conversation_locked",
        "Another reply is being written in this conversation: try again when it has ended.",
        headers: [.retryAfter: "1"])

    package static let internalError = ServiceError(
        .internalServerError, type: "server_error", code: "internal_error",
        "The server failed to answer this request: its log says why, under the request's id.")
}
