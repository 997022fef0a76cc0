import Testing

@testable import Serving

@Suite struct TokenChannelTests {
    private static func piece(_ text: String) -> AnswerEvent { .piece(choice: 0, AnswerPiece(text: text)) }

    @Test func demandFollowsTheReader() async throws {
        let channel = TokenChannel(capacity: 2)
        let calls = Locked(0)
        channel.whenDemandChanges { calls.withLock { $0 += 1 } }
        #expect(channel.offer(Self.piece("a")) == .more)
        #expect(channel.offer(Self.piece("b")) == .enough)
        #expect(channel.demand == .enough)
        #expect(try await channel.next() == Self.piece("a"))
        #expect(channel.demand == .more && calls.withLock { $0 } == 1)
        channel.finish()
        #expect(channel.offer(Self.piece("c")) == .none)
        #expect(try await channel.next() == Self.piece("b"))
        #expect(try await channel.next() == nil)
    }

    @Test func anErrorComesAfterWhatCameBefore() async throws {
        let channel = TokenChannel()
        channel.offer(Self.piece("a"))
        channel.finish(throwing: .failed)
        #expect(try await channel.next() == Self.piece("a"))
        await #expect(throws: BackendError.failed) { try await channel.next() }
    }

    @Test func cancellingTheReaderTellsTheEngine() async throws {
        let channel = TokenChannel()
        let told = Locked(false)
        channel.whenDemandChanges { told.withLock { $0 = true } }
        let reader = Task { try await channel.next() }
        try await Task.sleep(for: .milliseconds(20))
        reader.cancel()
        await #expect(throws: CancellationError.self) { try await reader.value }
        #expect(channel.demand == .none && told.withLock { $0 })
    }

    @Test func nothingIsLostBetweenThreads() async throws {
        for _ in 0..<50 {
            let channel = TokenChannel(capacity: 4)
            let writer = Task.detached {
                for index in 0..<200 {
                    while channel.demand == .enough { await Task.yield() }
                    channel.offer(Self.piece("\(index)"))
                }
                channel.finish()
            }
            var seen = 0
            for try await event in channel {
                #expect(event == Self.piece("\(seen)"))
                seen += 1
            }
            #expect(seen == 200)
            await writer.value
        }
    }
}
