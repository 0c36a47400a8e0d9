/// Why a text can be neither a chat's title nor its tag.
package enum ChatLabelError: Error, Equatable {
    case longTitle(characters: Int, limit: Int)
    case emptyTag
    case longTag(String, limit: Int)
    /// One with line ends or other control characters.
    case tagOfControls(String)
}
