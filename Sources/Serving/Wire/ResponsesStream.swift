import Checkpoint

/// The events of a streamed response, numbered.
///
/// Contract: `begin`, then a `step` for each step of the answer, then `end`. The
/// message item is opened with the first text, and closed before the first call.
struct ResponsesStream {
    private let reply: ResponsesReply
    private var number = 0
    private var item = 0
    private var hasMessage = false
    private var isMessageOpen = false
    private var text = ""
    private var calls = 0

    init(_ reply: ResponsesReply) { self.reply = reply }

    mutating func begin() -> [UInt8] {
        let response = reply.response(.inProgress, nil, usage: nil)
        return event("response.created", ["response": response])
            + event("response.in_progress", ["response": response])
    }

    mutating func step(_ step: Answer.Step) -> [UInt8] {
        var bytes: [UInt8] = []
        if !step.text.isEmpty {
            if !hasMessage { bytes += openMessage() }
            text += step.text
            bytes += event(
                "response.output_text.delta",
                part(["delta": .string(step.text), "logprobs": .array([])]))
        }
        for call in step.calls { bytes += closeMessage() + self.call(call) }
        return bytes
    }

    mutating func end(_ answer: Answer, usage: Usage) -> [UInt8] {
        var bytes: [UInt8] = []
        if !hasMessage, answer.calls.isEmpty { bytes += openMessage() }
        let isCut = answer.ending == .length
        bytes += closeMessage(isCut ? .incomplete : .completed)
        return bytes
            + event(
                isCut ? "response.incomplete" : "response.completed",
                ["response": reply.response(isCut ? .incomplete : .completed, answer, usage: usage)])
    }

    mutating func fail(_ usage: Usage) -> [UInt8] {
        event("response.failed", ["response": reply.response(.failed, nil, usage: usage)])
    }

    private mutating func openMessage() -> [UInt8] {
        hasMessage = true
        isMessageOpen = true
        return event(
            "response.output_item.added",
            ["output_index": .count(item), "item": reply.message(nil, .inProgress)])
            + event("response.content_part.added", part(["part": reply.part("")]))
    }

    private mutating func closeMessage(_ status: ResponsesReply.Status = .completed) -> [UInt8] {
        guard isMessageOpen else { return [] }
        isMessageOpen = false
        defer { item += 1 }
        return event("response.output_text.done", part(["text": .string(text), "logprobs": .array([])]))
            + event("response.content_part.done", part(["part": reply.part(text)]))
            + event(
                "response.output_item.done",
                ["output_index": .count(item), "item": reply.message(text, status)])
    }

    private mutating func call(_ call: ToolCall) -> [UInt8] {
        let index = calls
        calls += 1
        defer { item += 1 }
        let place: JSONObject = [
            "item_id": .string(reply.callItemID(index)), "output_index": .count(item),
        ]
        let arguments = JSON.string(call.arguments)
        return event(
            "response.output_item.added",
            ["output_index": .count(item), "item": reply.call(call, index: index, .inProgress)])
            + event("response.function_call_arguments.delta", joined(place, ["delta": arguments]))
            + event(
                "response.function_call_arguments.done",
                joined(place, ["name": .string(call.name), "arguments": arguments]))
            + event(
                "response.output_item.done",
                ["output_index": .count(item), "item": reply.call(call, index: index, .completed)])
    }

    private func part(_ more: JSONObject) -> JSONObject {
        joined(
            [
                "item_id": .string(reply.messageID), "output_index": .count(item), "content_index": .count(0),
            ], more)
    }

    private func joined(_ a: JSONObject, _ b: JSONObject) -> JSONObject { JSONObject(a.members + b.members) }

    private mutating func event(_ name: String, _ members: JSONObject) -> [UInt8] {
        defer { number += 1 }
        return ServerSentEvent.event(
            name,
            .object(joined(["type": .string(name), "sequence_number": .count(number)], members)))
    }
}
