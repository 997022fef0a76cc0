import Kernels

extension EightBitMoments: Moments {
    func apply(_ update: AdamUpdate, gradient: Matrix, to parameter: Matrix, _ workers: Workers) {
        workers.split(firstScales.columns) { apply(update, gradient: gradient, to: parameter, blocks: $0) }
    }

    var saved: [(name: String, matrix: SavedMoments)] {
        [
            ("first", .bytes(firstCodes)), ("first_scale", .floats(firstScales)),
            ("second", .bytes(secondCodes)), ("second_scale", .floats(secondScales)),
        ]
    }
}
