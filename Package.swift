// swift-tools-version: 6.2
import PackageDescription

/// One house style for every target: Swift 6 mode, the coming language features, and no warnings.
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("InferIsolatedConformances"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
]

let package = Package(
    name: "parley",
    products: [
        .executable(name: "parley", targets: ["parley"])
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0")
    ],
    targets: [
        .systemLibrary(
            name: "CSQLite",
            pkgConfig: "sqlite3",
            providers: [.apt(["libsqlite3-dev"])]
        ),
        .target(name: "SQLite", dependencies: ["CSQLite"], swiftSettings: settings),
        .target(
            name: "Migrations",
            path: "Migrations",
            resources: [
                .embedInCode("0001_conversations.sql")
            ],
            swiftSettings: settings
        ),
        .target(name: "Conversations", swiftSettings: settings),
        .target(name: "Storage", dependencies: ["Conversations", "SQLite", "Migrations"], swiftSettings: settings),
        .target(name: "Providers", dependencies: ["Conversations"], swiftSettings: settings),
        .target(name: "Transcripts", dependencies: ["Conversations"], swiftSettings: settings),
        .target(name: "Terminal", swiftSettings: settings),
        .executableTarget(
            name: "parley",
            dependencies: [
                "Conversations", "Storage", "Providers", "Transcripts", "Terminal",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: settings
        ),
        .target(
            name: "Support",
            dependencies: ["Conversations", "Terminal"],
            path: "Tests/Support",
            swiftSettings: settings
        ),
        .testTarget(name: "SQLiteTests", dependencies: ["SQLite", "Support"], swiftSettings: settings),
        .testTarget(name: "MigrationsTests", dependencies: ["Migrations", "Support"], swiftSettings: settings),
        .testTarget(
            name: "ConversationsTests",
            dependencies: ["Conversations", "Storage", "Support"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "StorageTests",
            dependencies: ["Storage", "SQLite", "Migrations", "Support"],
            swiftSettings: settings
        ),
        .testTarget(name: "ProvidersTests", dependencies: ["Providers", "Support"], swiftSettings: settings),
        .testTarget(name: "TranscriptsTests", dependencies: ["Transcripts", "Support"], swiftSettings: settings),
        .testTarget(name: "TerminalTests", dependencies: ["Terminal", "Support"], swiftSettings: settings),
        .testTarget(name: "parleyTests", dependencies: ["parley", "SQLite", "Support"], swiftSettings: settings),
    ]
)
