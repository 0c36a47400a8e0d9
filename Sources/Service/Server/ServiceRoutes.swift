/// Everything that the service answers.
package enum ServiceRoutes {
    package static func all(of parts: ServiceParts) -> [Route] {
        ModelRoutes(parts: parts).routes
            + CompletionRoutes(parts: parts).routes
            + ConversationRoutes(parts: parts).routes
            + ConversationItemRoutes(parts: parts).routes
            + ResponseRoutes(parts: parts).routes
            + LifeRoutes(parts: parts).routes
            + ownRoutes(of: parts)
    }

    private static func ownRoutes(of parts: ServiceParts) -> [Route] {
        ChatRoutes(parts: parts).routes
            + ExportRoutes(parts: parts).routes
            + ExchangeRoutes(parts: parts).routes
            + FollowRoutes(parts: parts).routes
            + HealthRoutes(parts: parts).routes
            + MetricsRoutes(parts: parts).routes
    }
}
