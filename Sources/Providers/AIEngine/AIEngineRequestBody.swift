internal import Conversations
private import JSON

/// What a message is submitted with. Nothing but the fields that are known to be meant for guests: any other would
/// silently change the bot's settings for the request.
struct AIEngineRequestBody {
    let json: [UInt8]

    init(_ request: ProviderRequest, settings: ProviderConfiguration.AIEngine, streams: Bool) {
        let past: [HistoryMessage]?
        let newest: String
        switch request.content {
        case .messages(let messages):
            // The new message stands by itself: in the list as well, the model would hear it twice.
            past = Array(messages.dropLast())
            newest = messages.last?.content ?? ""
        case .prompt(let text), .newest(let text):
            past = nil
            newest = text
        }
        json = JSONWriter.line { json in
            json.member("botId", settings.bot)
            if let customID = settings.customID {
                json.key("customId")
                if let customID { json.string(customID) } else { json.null() }
            }
            json.member("session", settings.session)
            if settings.namesConversation { json.member("chatId", request.conversation) }
            json.member("contextId", settings.contextID)
            if let past {
                json.array("messages") { json in
                    for message in past {
                        json.object { json in
                            json.member("role", message.role.rawValue)
                            json.member("content", message.content)
                        }
                    }
                }
            }
            json.member("newMessage", newest)
            json.member("stream", streams)
        }
    }
}
