/// The kinds of reference files, told apart by their keys.
enum ReferenceKind: Decodable {
    /// An empty list.
    case empty
    case slotted, diffusionActor, discreteSAC, cartPole

    /// A key as it stands in the file.
    private struct Key: CodingKey {
        var stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    init(from decoder: any Decoder) throws {
        // A list of cases, or one object; of a list the first case tells.
        let object: KeyedDecodingContainer<Key>
        let isList: Bool
        if var list = try? decoder.unkeyedContainer() {
            isList = true
            guard !list.isAtEnd else {
                self = .empty
                return
            }
            object = try list.nestedContainer(keyedBy: Key.self)
        } else {
            isList = false
            object = try decoder.container(keyedBy: Key.self)
        }
        func has(_ keys: String...) -> Bool {
            keys.allSatisfy { object.contains(Key(stringValue: $0)) }
        }
        if isList, has("model") || has("slots") {
            self = .slotted
        } else if isList, has("betas") || has("noise_by_step") {
            self = .diffusionActor
        } else if !isList, has("denoise_steps") || has("updates") {
            self = .discreteSAC
        } else if !isList, has("env") || has("episodes") {
            self = .cartPole
        } else {
            throw DecodingError.dataCorrupted(
                DecodingError.Context(
                    codingPath: object.codingPath,
                    debugDescription: """
                        is of no kind that is known: a list of slotted runs (with model, slots) or \
                        of diffusion actors (betas, noise_by_step), updates of discrete \
                        soft actor-critic (denoise_steps, updates), or episodes of CartPole (env, \
                        episodes)
                        """))
        }
    }
}
