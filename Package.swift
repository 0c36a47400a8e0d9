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
        .executable(name: "parley", targets: ["parley"]),
        // For the tests: preloaded into the program, it writes down what becomes of its files.
        .library(name: "DiskRecorder", type: .dynamic, targets: ["DiskRecorder"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.0.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.4.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.0"),
        // Without its traits: they bring Foundation, and a configuration of their own.
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0", traits: []),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        .systemLibrary(
            name: "CSQLite",
            pkgConfig: "sqlite3",
            providers: [.apt(["libsqlite3-dev"])]
        ),
        .systemLibrary(name: "CMalloc"),
        .systemLibrary(
            name: "CYAML",
            pkgConfig: "yaml-0.1",
            providers: [.apt(["libyaml-dev"])]
        ),
        .systemLibrary(
            name: "CZlib",
            pkgConfig: "zlib",
            providers: [.apt(["zlib1g-dev"])]
        ),
        .target(name: "SQLite", dependencies: ["CSQLite"], swiftSettings: settings),
        .target(name: "Archives", dependencies: ["CZlib"], swiftSettings: settings),
        .target(
            name: "Migrations",
            path: "Migrations",
            resources: [
                .embedInCode("0001_conversations.sql"),
                .embedInCode("0002_site_facts.sql"),
                .embedInCode("0003_message_index.sql"),
                .embedInCode("0004_symbols_in_index.sql"),
                .embedInCode("0005_provider_health.sql"),
                .embedInCode("0006_service.sql"),
            ],
            swiftSettings: settings
        ),
        .target(name: "Conversations", swiftSettings: settings),
        .target(name: "SQLiteFile", swiftSettings: settings),
        .target(name: "WholeFiles", swiftSettings: settings),
        .target(
            name: "Storage",
            dependencies: ["Conversations", "SQLite", "SQLiteFile", "Migrations", "WholeFiles"],
            swiftSettings: settings
        ),
        .target(name: "JSON", swiftSettings: settings),
        .target(
            name: "Providers",
            dependencies: [
                "Conversations", "JSON",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHTTPCompression", package: "swift-nio-extras"),
                .product(name: "NIOSOCKS", package: "swift-nio-extras"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            swiftSettings: settings
        ),
        .target(
            name: "Transcripts",
            dependencies: ["Conversations", "JSON", "YAML", "Archives"],
            swiftSettings: settings
        ),
        .target(
            name: "Service",
            dependencies: [
                "Conversations", "Transcripts", "JSON",
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
                .product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "Crypto", package: "swift-crypto"),
            ],
            swiftSettings: settings
        ),
        .target(name: "Terminal", swiftSettings: settings),
        .target(name: "YAML", dependencies: ["CYAML"], swiftSettings: settings),
        .executableTarget(
            name: "parley",
            dependencies: [
                "CMalloc",
                "Conversations", "Storage", "Providers", "Transcripts", "Service", "Terminal", "JSON", "YAML",
                "WholeFiles", "Archives",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "Workbench",
            dependencies: ["Conversations", "Providers", "SQLite", "Storage", "Support"],
            path: "Benchmarks/Workbench",
            swiftSettings: settings
        ),
        .target(name: "DiskRecorder", path: "Tests/DiskRecorder"),
        .target(
            name: "Support",
            dependencies: ["Conversations", "Migrations", "Providers", "SQLite", "Storage", "Terminal", "CZlib"],
            path: "Tests/Support",
            swiftSettings: settings
        ),
        .testTarget(name: "SQLiteTests", dependencies: ["SQLite", "Support"], swiftSettings: settings),
        .testTarget(
            name: "SQLiteFileTests",
            dependencies: ["SQLiteFile", "SQLite", "Support"],
            swiftSettings: settings
        ),
        .testTarget(name: "MigrationsTests", dependencies: ["Migrations", "Support"], swiftSettings: settings),
        .testTarget(
            name: "ConversationsTests",
            dependencies: ["Conversations", "Storage", "SQLite", "Support"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "StorageTests",
            dependencies: ["Storage", "SQLite", "Migrations", "WholeFiles", "Support"],
            swiftSettings: settings
        ),
        .testTarget(name: "ArchivesTests", dependencies: ["Archives", "Support"], swiftSettings: settings),
        .testTarget(name: "WholeFilesTests", dependencies: ["WholeFiles", "Support"], swiftSettings: settings),
        .testTarget(name: "JSONTests", dependencies: ["JSON", "Support"], swiftSettings: settings),
        .testTarget(
            name: "ProvidersTests",
            dependencies: ["Conversations", "Providers", "Storage", "SQLite", "JSON", "Support"],
            swiftSettings: settings
        ),
        .testTarget(name: "YAMLTests", dependencies: ["YAML", "Support"], swiftSettings: settings),
        .testTarget(
            name: "TranscriptsTests",
            dependencies: ["Transcripts", "Conversations", "JSON", "Support"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "ServiceTests",
            dependencies: [
                "Service", "Conversations", "Storage", "Providers", "Transcripts", "JSON", "Support",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: settings
        ),
        .testTarget(name: "SupportTests", dependencies: ["Support"], swiftSettings: settings),
        .testTarget(
            name: "CrashTests",
            dependencies: ["Conversations", "parley", "Support"],
            swiftSettings: settings
        ),
        .testTarget(name: "TerminalTests", dependencies: ["Terminal", "Support"], swiftSettings: settings),
        .testTarget(
            name: "parleyTests",
            dependencies: ["parley", "Conversations", "SQLite", "Migrations", "Transcripts", "JSON", "Support"],
            swiftSettings: settings
        ),
    ]
)
