/// A database's pages by number, without SQLite: what the file has, and over it what has been committed to its log.
///
/// Nothing is changed, locked or kept: a page is read when it is asked for. Nobody should write to the file meanwhile;
/// ``hasChanged`` tells whether someone did.
package final class DatabasePages {
    package let layout: PageLayout
    /// Pages are numbered from 1 up to this.
    package let count: Int
    /// The pages that there should be; more than ``count`` where the file's end is missing.
    package let statedCount: Int
    package let log: WriteAheadLog?
    /// Whether the first page says what it should, so that it can be believed in the rest.
    package let hasHeader: Bool
    private let file: RawFile
    private let logFile: RawFile?
    private let states: [[Int]]

    /// - Parameter reservedBytes: What each page keeps free at its end, where that is known and the file need not be
    ///   believed.
    package init(path: String, reservedBytes: Int? = nil) throws(RawFileError) {
        let file = try RawFile(path: path)
        let logFile = try? RawFile(path: path + "-wal")
        let log = logFile.flatMap { WriteAheadLog($0) }
        let size = file.size
        let header = DatabaseHeader(file.bytes(at: 0, count: DatabaseHeader.size) ?? [])
        let pageSize = log?.pageSize ?? PageSizeGuess.pageSize(of: file, size: size, stated: header?.pageSize)
        let inFile = (size + pageSize - 1) / pageSize
        let inLog = log?.offsets.keys.max() ?? 0
        let count = min(max(inFile, inLog), log.map { $0.pageCount > 0 ? $0.pageCount : .max } ?? .max)
        self.count = count
        statedCount = max(count, log.flatMap { $0.pageCount > 0 ? $0.pageCount : nil } ?? header?.pageCount ?? 0)
        layout = PageLayout(
            pageSize: pageSize, reservedBytes: reservedBytes ?? header?.reservedBytes ?? 0)
        self.log = log
        self.file = file
        self.logFile = logFile
        states = [file.state, logFile?.state ?? []]
        hasHeader = header != nil || log?.offsets[1] != nil
    }

    /// There is a log beside the file whose beginning cannot be read, so that nothing of it can be believed.
    package var hasUnreadableLog: Bool { log == nil && logFile.map { WriteAheadLog.isUnreadable($0) } ?? false }

    /// Somebody has written to the file or its log since it was opened.
    package var hasChanged: Bool { states != [file.state, logFile?.state ?? []] }

    /// A page's bytes: fewer than a page where the file ends within it, none where it ends before it; nil where the disk
    /// cannot read them.
    package func bytes(ofPage number: Int) -> [UInt8]? {
        guard number >= 1, number <= count else { return [] }
        if let logFile, let offset = log?.offsets[number] {
            return logFile.bytes(at: offset, count: layout.pageSize)
        }
        return file.bytes(at: (number - 1) * layout.pageSize, count: layout.pageSize)
    }

    /// A page of a tree; nil where it is none.
    ///
    /// Where the page does not add up as what it says it is, and does as one of these kinds, it is that: the byte that
    /// tells is damaged, and no more than it.
    package func page(_ number: Int, amending kinds: [BTreePage.Kind] = []) -> BTreePage? {
        guard let bytes = bytes(ofPage: number) else { return nil }
        let stated = BTreePage(number: number, bytes: bytes, layout: layout)
        if let stated, stated.isAccountedFor { return stated }
        for kind in kinds {
            let page = BTreePage(number: number, bytes: bytes, layout: layout, supposing: kind)
            if let page, page.isAccountedFor, !page.cells.isEmpty { return page }
        }
        return stated
    }

    /// The page that SQLite locks bytes of, and never writes. <https://www.sqlite.org/fileformat2.html#the_lock_byte_page>
    package var lockPage: Int { (1 << 30) / layout.pageSize + 1 }

    // MARK: - Rows

    /// The row of a cell; nil where there is none in it that makes sense.
    ///
    /// - Parameter visiting: Told each further page that the row is on, and whether that could be read.
    package func record(of cell: Cell, in page: BTreePage, visiting: (Int, Bool) -> Void = { _, _ in }) -> Record? {
        let most = PageLayout.mostPayload
        let rest = Array(page.bytes[min(cell.payloadOffset, page.bytes.count)...])
        guard let header = RecordHeader(rest, most: most) else {
            // A header so long that it goes on elsewhere.
            let payload = payload(of: cell.payloadSize, in: page, at: cell.payloadOffset, visiting: visiting)
            return RecordHeader(payload, most: most).flatMap { header in
                header.recordSize == cell.payloadSize ? header.record(from: payload) : nil
            }
        }
        // The length is said twice. Where the two differ, the one that is made of all columns is the better witness,
        // if the row is then within its page.
        let size = header.recordSize
        guard size == cell.payloadSize || size <= layout.localSize(ofPayload: size, inTable: page.kind.isTable) else {
            return nil
        }
        return header.record(
            from: payload(of: size, in: page, at: cell.payloadOffset, visiting: visiting))
    }

    /// As much of a payload as can be read: what is in its cell, then the chain of pages that it goes on in.
    private func payload(
        of size: Int, in page: BTreePage, at offset: Int, visiting: (Int, Bool) -> Void
    ) -> [UInt8] {
        let local = layout.localSize(ofPayload: size, inTable: page.kind.isTable)
        let end = min(offset + local, page.bytes.count, layout.usableSize)
        guard offset < end else { return [] }
        var payload = Array(page.bytes[offset..<end])
        guard payload.count == local, local < size, var next = page.bytes.integer32(at: offset + local) else {
            return payload
        }
        var visited: Set<Int> = []
        while payload.count < size {
            guard next >= 2, next <= count, next != page.number, visited.insert(next).inserted,
                let content = overflow(on: next, atMost: size - payload.count)
            else {
                visiting(next, false)
                return payload
            }
            visiting(next, true)
            payload += content.bytes
            next = content.next
        }
        return payload
    }

    private struct Overflow {
        var bytes: ArraySlice<UInt8>
        var next: Int
    }

    /// What an overflow page holds; nil where it cannot be one.
    private func overflow(on number: Int, atMost most: Int) -> Overflow? {
        guard let bytes = bytes(ofPage: number), let next = bytes.integer32(at: 0), bytes.count > 4 else { return nil }
        // It begins with a page's number, which no file is long enough for to look like a page of a tree.
        if BTreePage.Kind(rawValue: bytes[0]) != nil && next > count { return nil }
        let content = bytes[4..<min(4 + most, layout.usableSize, bytes.count)]
        // Erased, by whatever it was.
        guard content.contains(where: { $0 != 0 }) else { return nil }
        return Overflow(bytes: content, next: next)
    }

    // MARK: - Free pages

    /// The pages that hold nothing, as far as the list of them can be read.
    /// <https://www.sqlite.org/fileformat2.html#the_freelist>
    package func freePages() -> Set<Int> {
        var free: Set<Int> = []
        guard let header = bytes(ofPage: 1).flatMap({ DatabaseHeader($0) }) else { return free }
        var trunk = header.firstFreelistTrunk
        while trunk >= 2, trunk <= count, let bytes = bytes(ofPage: trunk),
            let next = bytes.integer32(at: 0), let leaves = bytes.integer32(at: 4),
            leaves <= layout.usableSize / 4 - 2, next <= count, free.insert(trunk).inserted
        {
            for index in 0..<leaves {
                guard let leaf = bytes.integer32(at: 8 + 4 * index), leaf >= 2, leaf <= count else { continue }
                free.insert(leaf)
            }
            trunk = next
        }
        return free
    }
}
