package import HTTPTypes

/// All addresses of the service.
///
/// It splits a path before it decodes it, so that a segment may hold a slash, takes a slash at the end for nothing, answers
/// `HEAD` where there is `GET`, and knows which methods an address takes: the reasons why it is our own.
package struct RouteTable: Sendable {
    package let routes: [Route]
    /// By how many segments they have.
    private let byLength: [Int: [Route]]

    package init(_ routes: [Route]) {
        self.routes = routes
        byLength = Dictionary(grouping: routes, by: \.segments.count)
    }

    package enum Match: Sendable {
        case found(Route, variables: [String])
        case wrongMethod(Route, allowed: String)
        case none
    }

    /// - Parameter path: As it stands in the request, without the query.
    package func match(_ method: HTTPRequest.Method, _ path: Substring) -> Match {
        guard path.first == "/" else { return .none }
        var parts = path.utf8.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        if parts.count > 1, parts.last?.isEmpty == true { parts.removeLast() }
        let segments = parts.map { PercentEncoding.segment($0) }
        var allowed: [String] = []
        var nearest: Route?
        for route in byLength[segments.count == 1 && segments[0].isEmpty ? 0 : segments.count] ?? [] {
            guard let variables = route.match(route.segments.isEmpty ? [] : segments) else { continue }
            if route.method == method || (route.method == .get && method == .head) {
                return .found(route, variables: variables)
            }
            nearest = route
            allowed += route.method == .get ? ["GET", "HEAD"] : [route.method.rawValue]
        }
        guard let nearest else { return .none }
        return .wrongMethod(nearest, allowed: allowed.joined(separator: ", "))
    }
}
