import ArgumentParser
import Conversations
import JSON
import Providers
import Terminal
import Transcripts

extension ProvidersCommand {
    struct Test: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "test",
            abstract: "Look whether a provider would answer, without saying anything to it.",
            discussion: """
                Asks what changes nothing over there: a site's routes, its page and a nonce, an endpoint's list of models. \
                Exits with 0 when it would answer, with 69 when it would not.

                EXAMPLES:
                  parley providers test blog
                  parley providers test local --json
                """
        )

        @Argument(help: "The provider's name.")
        var name: String

        @OptionGroup var format: JSONOption
        @OptionGroup var global: GlobalOptions

        func run() async throws {
            let configuration = try global.configuration().existingProvider(named: name).settings
            let library = try Library(global)
            let report = try await library.withFile { store in
                let factory = ProviderFactory.usual(memory: store, surroundings: library.surroundings, pace: .zero)
                do {
                    return try await factory.provider(configuration)
                        .probe(memory: store, surroundings: library.surroundings)
                } catch let missing as ProviderSecrets.Missing {
                    throw Failure(missing, of: configuration.name)
                } catch let error as ProviderError {
                    throw Failure(error, of: configuration.name)
                }
            }
            if format.json {
                try StandardOutput.write(JSONWriter.line { $0.probe(report.summary(of: configuration)) })
            } else {
                try show(report)
            }
            if !report.isKept { global.notices.tell(ofLooksNotKept: [configuration.name]) }
            if report.error != nil { throw ExitCode(ExitStatus.unavailable) }
        }

        private func show(_ report: ProbeReport) throws {
            let width = report.findings.map(\.name.count).max() ?? 0
            for finding in report.findings {
                let name = DisplayWidth.padded(finding.name, toColumns: width + 2)
                try StandardOutput.write(name + ControlCharacterFilter.visibleLine(finding.value) + "\n")
            }
            if let error = report.error {
                Notices.error("\(name) would not answer: \(error.messageError.message): \(error.advice)")
            }
        }
    }
}
