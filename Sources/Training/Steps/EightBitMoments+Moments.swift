import Kernels

extension EightBitMoments: Moments {
    var saved: [(name: String, matrix: SavedMoments)] {
        [
            ("first", .bytes(firstCodes)), ("first_scale", .floats(firstScales)),
            ("second", .bytes(secondCodes)), ("second_scale", .floats(secondScales)),
        ]
    }
}
