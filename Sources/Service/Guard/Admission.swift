package import Conversations
package import HTTPTypes

/// Says who gets in, before anything of a body is read.
package protocol Admission: Sendable {
    /// The answer to a browser that asks what it may ask (CORS); nil for all other requests.
    func preflight(_ head: HTTPRequest) throws -> ServiceAnswer?
    /// Whose request it is.
    ///
    /// - Throws: ``ServiceError`` where it may not be.
    func admit(_ head: HTTPRequest, access: Route.Access) async throws -> Owner
    /// Adds what a browser wants to see before it shows a page an answer.
    func addHeaders(to answer: inout ServiceAnswer, for head: HTTPRequest)
}
