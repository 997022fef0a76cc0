import Foundation

@main
struct Main {
    static func main() {
        // A reader that leaves must end us with a status of our own, not with a signal.
        signal(SIGPIPE, SIG_IGN)
        exit(Program.run(Array(CommandLine.arguments.dropFirst())).rawValue)
    }
}
