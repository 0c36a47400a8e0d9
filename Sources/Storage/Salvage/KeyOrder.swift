/// The keys of the rows on one page, which always rise: one that does not was damaged.
enum KeyOrder {
    /// The keys with each that falls out of the order replaced, where its neighbours leave a place: by the one after
    /// the key before it.
    static func mended(_ keys: [Int64]) -> [Int64] {
        var keys = keys
        for index in keys.indices {
            let before = index > 0 ? keys[index - 1] : nil
            let after = index + 1 < keys.count ? keys[index + 1] : nil
            switch (before, after) {
            case (let before?, let after?):
                guard before < after, !(before < keys[index] && keys[index] < after), before + 1 < after else {
                    continue
                }
                keys[index] = before + 1
            case (nil, let after?):
                // The first of several that follow on each other.
                guard keys[index] >= after, after > .min else { continue }
                if index + 2 < keys.count {
                    // The second may be the damaged one: then the first agrees with the third.
                    let third = keys[index + 2]
                    guard after < third, keys[index] >= third &- 1 || after &+ 1 == third else { continue }
                }
                keys[index] = after - 1
            case (let before?, nil):
                if keys[index] <= before && before < .max { keys[index] = before + 1 }
            case (nil, nil): continue
            }
        }
        return keys
    }
}
