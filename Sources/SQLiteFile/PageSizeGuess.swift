/// Finds out how long a file's pages are.
enum PageSizeGuess {
    private static let windowSize = 65_536
    private static let windowCount = 64

    /// The size that the header states, unless another gives far more pages that make sense; then that one.
    static func pageSize(of file: RawFile, size: Int, stated: Int?) -> Int {
        let windows = windows(of: file, size: size)
        var best = stated ?? 4096
        var most = sensiblePages(in: windows, ofSize: best)
        // Twice the true size finds every second page. The stated size is only given up for more than that.
        for candidate in PageLayout.pageSizes.reversed() where candidate != best {
            let sensible = sensiblePages(in: windows, ofSize: candidate)
            if sensible > (best == stated ? most * 2 : most) {
                best = candidate
                most = sensible
            }
        }
        return best
    }

    /// Parts of the file from its beginning to its end, none of which begins within a page, whatever its size.
    private static func windows(of file: RawFile, size: Int) -> [[UInt8]] {
        let all = (size + windowSize - 1) / windowSize
        let count = min(all, windowCount)
        return (0..<count).compactMap { file.bytes(at: $0 * all / count * windowSize, count: windowSize) }
    }

    private static func sensiblePages(in windows: [[UInt8]], ofSize pageSize: Int) -> Int {
        let layout = PageLayout(pageSize: pageSize, reservedBytes: 0)
        var sensible = 0
        for window in windows {
            for start in stride(from: 0, through: window.count - pageSize, by: pageSize) {
                // Numbered 2: the first page of all is one of many, and the others have no header before them.
                let page = BTreePage(number: 2, bytes: Array(window[start..<start + pageSize]), layout: layout)
                if let page, page.isAccountedFor, !page.cells.isEmpty { sensible += 1 }
            }
        }
        return sensible
    }
}
