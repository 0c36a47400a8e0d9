internal import CYAML

/// One step through a file, as libyaml tells it.
struct Event {
    enum Kind {
        case streamStart, streamEnd, documentStart, documentEnd, alias
        case scalar(YAMLScalar)
        case sequenceStart(isFlow: Bool)
        case mappingStart(isFlow: Bool)
        case sequenceEnd, mappingEnd
    }

    var kind: Kind
    var start: YAMLMark
    var end: YAMLMark
    /// What stands before a value beyond what this room reads, `an anchor` say; nil for nothing.
    var decoration: String?
}

/// libyaml's parser: gives the events of a text, one after the other. <https://pyyaml.org/wiki/LibYAML>
@safe final class EventReader {
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let input: UnsafeMutableBufferPointer<UInt8>
    private let source: SourceText

    init(_ source: SourceText) throws(YAMLError) {
        self.source = source
        unsafe parser = .allocate(capacity: 1)
        unsafe parser.initialize(to: yaml_parser_t())
        unsafe input = .allocate(capacity: source.bytes.count)
        _ = unsafe input.initialize(from: source.bytes)
        guard unsafe yaml_parser_initialize(parser) == 1 else {
            throw YAMLError(line: 1, column: 1, problem: "there is not enough memory to read the file")
        }
        // The parser reads where the bytes are: they have to stay put as long as it does.
        unsafe yaml_parser_set_input_string(parser, input.baseAddress, input.count)
        unsafe yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    }

    deinit {
        unsafe yaml_parser_delete(parser)
        unsafe parser.deallocate()
        unsafe input.deallocate()
    }

    func next() throws(YAMLError) -> Event {
        var event = unsafe yaml_event_t()
        guard unsafe yaml_parser_parse(parser, &event) == 1 else { throw unsafe error(parser.pointee) }
        defer { unsafe yaml_event_delete(&event) }
        let kind = unsafe Self.kind(of: event)
        var end = unsafe mark(event.end_mark)
        // libyaml counts the line ends and the blank lines behind a block of text to it.
        if case .scalar(let scalar) = kind, scalar.style == .block { end = source.trimmingLineEnds(before: end) }
        return Event(
            kind: kind, start: unsafe mark(event.start_mark), end: end, decoration: unsafe Self.decoration(of: event))
    }

    private func mark(_ mark: yaml_mark_t) -> YAMLMark {
        source.mark(index: mark.index, line: mark.line, column: mark.column)
    }

    // MARK: - Events

    @unsafe private static func kind(of event: yaml_event_t) -> Event.Kind {
        switch unsafe event.type {
        case YAML_STREAM_START_EVENT: return .streamStart
        case YAML_DOCUMENT_START_EVENT: return .documentStart
        case YAML_DOCUMENT_END_EVENT: return .documentEnd
        case YAML_ALIAS_EVENT: return .alias
        case YAML_SCALAR_EVENT: return unsafe .scalar(scalar(event))
        case YAML_SEQUENCE_START_EVENT:
            return unsafe .sequenceStart(isFlow: event.data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE)
        case YAML_SEQUENCE_END_EVENT: return .sequenceEnd
        case YAML_MAPPING_START_EVENT:
            return unsafe .mappingStart(isFlow: event.data.mapping_start.style == YAML_FLOW_MAPPING_STYLE)
        case YAML_MAPPING_END_EVENT: return .mappingEnd
        default: return .streamEnd
        }
    }

    @unsafe private static func scalar(_ event: yaml_event_t) -> YAMLScalar {
        let scalar = unsafe event.data.scalar
        let bytes = unsafe UnsafeBufferPointer(start: scalar.value, count: scalar.length)
        let style: YAMLScalar.Style =
            switch unsafe scalar.style {
            case YAML_PLAIN_SCALAR_STYLE: .plain
            case YAML_LITERAL_SCALAR_STYLE, YAML_FOLDED_SCALAR_STYLE: .block
            default: .quoted
            }
        return YAMLScalar(text: unsafe String(decoding: bytes, as: UTF8.self), style: style)
    }

    @unsafe private static func decoration(of event: yaml_event_t) -> String? {
        let (anchor, tag) =
            switch unsafe event.type {
            case YAML_ALIAS_EVENT: unsafe (event.data.alias.anchor != nil, false)
            case YAML_SCALAR_EVENT: unsafe (event.data.scalar.anchor != nil, event.data.scalar.tag != nil)
            case YAML_SEQUENCE_START_EVENT:
                unsafe (event.data.sequence_start.anchor != nil, event.data.sequence_start.tag != nil)
            case YAML_MAPPING_START_EVENT:
                unsafe (event.data.mapping_start.anchor != nil, event.data.mapping_start.tag != nil)
            default: (false, false)
            }
        return anchor ? "anchors and aliases (& and *) are" : tag ? "tags (!) are" : nil
    }

    // MARK: - Errors

    @unsafe private func error(_ parser: yaml_parser_t) -> YAMLError {
        let place = unsafe mark(parser.problem_mark)
        let words = unsafe parser.problem.map { unsafe String(cString: $0) } ?? "the file cannot be read"
        var problem = Self.plainWords[words] ?? words
        if words.contains("cannot start any token"), source.bytes.indices.contains(place.offset - source.firstOffset) {
            problem = Self.misplaced(source.bytes[place.offset - source.firstOffset])
        }
        if unsafe parser.context != nil && parser.context_mark.line + 1 != place.line {
            problem += unsafe ", for what begins in line \(parser.context_mark.line + 1)"
        }
        return YAMLError(line: place.line, column: place.column, problem: problem)
    }

    /// What libyaml's words mean to those who only want to mend their file.
    private static let plainWords = [
        "did not find expected node content": "a value is missing here",
        "did not find expected key": "a key has to stand here: indent it as those above",
        "did not find expected ',' or ']'": "a comma or a ] is missing before this",
        "did not find expected ',' or '}'": "a comma or a } is missing before this",
        "did not find expected '-' indicator": "a dash has to stand here, as in the lines above",
        "did not find expected <document start>": "this does not belong to what stands above: indent it as those lines",
        "could not find expected ':'": "there is no colon behind the key",
        "mapping values are not allowed in this context":
            "a colon makes this a key, which it cannot be here: put the text in quotes, or indent it as the lines above",
        "block sequence entries are not allowed in this context":
            "a list cannot begin here: put its first dash on a line of its own",
        "found unexpected end of stream": "the quotes are not closed",
    ]

    private static func misplaced(_ byte: UInt8) -> String {
        byte == UInt8(ascii: "\t")
            ? "a tab stands where only spaces may: indent with spaces"
            : "no value may begin with \(Character(Unicode.Scalar(byte))): put it in quotes"
    }
}
