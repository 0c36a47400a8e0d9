extension ServiceRequest {
    /// What becomes of a kept reply whose client leaves: it goes on, unless `?cancel_on_disconnect=true` says otherwise.
    var leaving: RunningReplies.Leaving {
        get throws(ServiceError) {
            switch query["cancel_on_disconnect"] {
            case nil, "false": return .goesOn
            case "true": return .stops
            default: throw .wrongValue(of: "cancel_on_disconnect", wanted: "'true' or 'false'")
            }
        }
    }
}
