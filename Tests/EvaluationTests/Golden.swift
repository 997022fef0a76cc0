import Foundation
import TestSupport

/// The golden files of this floor, one JSON value a line.
enum Golden {
    static func rows<Row: Decodable>(_ name: String, of type: Row.Type) throws -> [Row] {
        let text = try String(contentsOfFile: Shared.golden("evaluation/" + name), encoding: .utf8)
        return try text.split(separator: "\n").map {
            try JSONDecoder().decode(Row.self, from: Data($0.utf8))
        }
    }
}

/// Equal to a few units in the last place.
func near(_ a: Double, _ b: Double, _ tolerance: Double = 1e-12) -> Bool {
    a == b || abs(a - b) <= tolerance * max(1, abs(a), abs(b))
}
