import Checkpoint
import Text

extension RequestFields {
    /// The conversation of a request.
    func messages() throws(RequestError.Problem) -> [ChatMessage]? {
        guard let array = try array("messages") else { return nil }
        var messages: [ChatMessage] = []
        for (index, element) in array.enumerated() {
            guard let object = element.object else {
                throw .badMessage("message \(index + 1) must be an object with role and content")
            }
            let fields = RequestFields(object: object)
            try fields.refuseOthers(than: ["role", "content"])
            guard let name = try fields.string("role"), let role = ChatMessage.Role(rawValue: name) else {
                throw .badMessage(
                    "message \(index + 1) must have a role: system, developer, user, assistant or tool")
            }
            guard let content = try fields.string("content") else {
                throw .badMessage("message \(index + 1) must have its content as a string")
            }
            messages.append(ChatMessage(role, content))
        }
        return messages
    }
}
