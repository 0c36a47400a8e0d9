internal import Conversations

/// A conversation as another tool keeps it: nodes that name their parents, some of them without anything said.
///
/// Whatever the nodes say of each other, every message is kept: a node whose parent is not there begins a branch of its
/// own, and a circle of parents is cut at one place.
struct ForeignTree {
    struct Node {
        var id: String?
        var parent: String?
        /// Its children in their order, where the tool says it.
        var children: [String] = []
        /// Nil for a node that is passed through: its children are its parent's.
        var message: ForeignMessage?
    }

    private(set) var nodes: [Node] = []
    /// The first node of each id; another with the same can be nobody's parent.
    private var indices: [String: Int] = [:]

    mutating func append(_ node: Node) {
        if let id = node.id, indices[id] == nil { indices[id] = nodes.count }
        nodes.append(node)
    }

    /// The messages by number, parents before children, otherwise in the order of saying, numbered from 1 on; and the
    /// number of the message at the tip, or of the nearest above it: nil where the tip is unknown.
    ///
    /// - Parameters:
    ///   - tip: The id of the node at the tip of the branch in view.
    ///   - provider: Who is said to have given the replies.
    func entries(tip: String?, provider: String) -> (entries: [TranscriptDraft.Entry], head: Int?) {
        let steps = steps()
        // A message's nearest ancestor that is one, and the time of the branch up to it, which never goes back.
        var ancestors = [Int?](repeating: nil, count: nodes.count)
        var times = [Timestamp](repeating: Timestamp(rawValue: 0), count: nodes.count)
        for step in steps {
            if let parent = step.parent {
                ancestors[step.node] = nodes[parent].message == nil ? ancestors[parent] : parent
                times[step.node] = times[parent]
            }
            if let time = nodes[step.node].message?.createdAt { times[step.node] = max(times[step.node], time) }
        }
        let kept = steps.indices.filter { nodes[steps[$0].node].message != nil }
            .sorted { (times[steps[$0].node], $0) < (times[steps[$1].node], $1) }
            .map { steps[$0].node }
        var numbers = [Int](repeating: 0, count: nodes.count)
        var entries: [TranscriptDraft.Entry] = []
        entries.reserveCapacity(kept.count)
        for index in kept {
            guard let message = nodes[index].message else { continue }
            numbers[index] = entries.count + 1
            let parent = ancestors[index].map { numbers[$0] }
            entries.append(message.entry(seq: numbers[index], parent: parent, provider: provider))
        }
        let tipIndex = tip.flatMap { indices[$0] }
        let head = tipIndex.flatMap { nodes[$0].message == nil ? ancestors[$0] : $0 }
        return (entries, head.map { numbers[$0] })
    }

    /// Each node's parent: the one it names, else the first that names it as a child.
    private func parents() -> [Int?] {
        var parents = nodes.indices.map { index in
            nodes[index].parent.flatMap { indices[$0] }.flatMap { $0 == index ? nil : $0 }
        }
        for index in nodes.indices {
            for child in nodes[index].children {
                if let child = indices[child], child != index, parents[child] == nil { parents[child] = index }
            }
        }
        return parents
    }

    /// A node, and the one before it on its branch.
    private struct Step {
        var node: Int
        var parent: Int?
    }

    /// A step to each node, parents before children, a branch after the other.
    private func steps() -> [Step] {
        let parents = parents()
        let children = children(of: parents)
        var steps: [Step] = []
        steps.reserveCapacity(nodes.count)
        var isReached = [Bool](repeating: false, count: nodes.count)
        func walk(from root: Int) {
            var waiting = [Step(node: root)]
            while let step = waiting.popLast() {
                guard !isReached[step.node] else { continue }
                isReached[step.node] = true
                steps.append(step)
                for child in children[step.node].reversed() { waiting.append(Step(node: child, parent: step.node)) }
            }
        }
        for index in nodes.indices where parents[index] == nil { walk(from: index) }
        // What is left hangs on a circle, and is reached from any of its nodes.
        for index in nodes.indices where !isReached[index] {
            var seen: Set<Int> = []
            var root = index
            while seen.insert(root).inserted, let parent = parents[root] { root = parent }
            walk(from: root)
        }
        return steps
    }

    private func children(of parents: [Int?]) -> [[Int]] {
        var children = [[Int]](repeating: [], count: nodes.count)
        for index in nodes.indices {
            if let parent = parents[index] { children[parent].append(index) }
        }
        for index in nodes.indices where children[index].count > 1 {
            let places = Dictionary(
                nodes[index].children.enumerated().map { ($0.element, $0.offset) }, uniquingKeysWith: min)
            let place = { (child: Int) in nodes[child].id.flatMap { places[$0] } ?? Int.max }
            children[index].sort { (place($0), $0) < (place($1), $1) }
        }
        return children
    }
}

/// One thing said, as another tool has it.
struct ForeignMessage {
    var role: Role
    var content: String
    var status = MessageStatus.complete
    var model: String?
    var createdAt: Timestamp?
    var finishReason: String?

    func entry(seq: Int, parent: Int?, provider: String) -> TranscriptDraft.Entry {
        var entry = TranscriptDraft.Entry(seq: seq, parent: parent, role: role, content: content, createdAt: createdAt)
        entry.status = status
        entry.finishReason = finishReason
        if role == .assistant {
            entry.provider = provider
            entry.model = model
        }
        return entry
    }
}
