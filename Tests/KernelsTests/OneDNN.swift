import COneDNN

@testable import Kernels

/// bf16 products from oneDNN: a witness that shares no line with ours.
final class OneDNN {
    /// What a primitive is built for.
    private struct Shape: Hashable {
        let m: Int, n: Int, k: Int
        let lda: Int, ldb: Int, ldc: Int
        let turnsA: Bool, turnsB: Bool, adds: Bool
    }

    private struct Primitive {
        let run: dnnl_primitive_t
        let memories: [dnnl_memory_t]
    }

    private let engine: dnnl_engine_t
    private let stream: dnnl_stream_t
    private var primitives: [Shape: Primitive] = [:]

    /// Nothing where oneDNN has no fast kernels for this CPU.
    init?() {
        var engine: dnnl_engine_t?
        var stream: dnnl_stream_t?
        guard dnnl_engine_create(&engine, dnnl_cpu, 0) == dnnl_success, let engine,
            dnnl_stream_create(&stream, engine, UInt32(dnnl_stream_default_flags.rawValue)) == dnnl_success,
            let stream
        else { return nil }
        self.engine = engine
        self.stream = stream
    }

    deinit {
        forget()
        dnnl_stream_destroy(stream)
        dnnl_engine_destroy(engine)
    }

    private func forget() {
        for primitive in primitives.values {
            for memory in primitive.memories { dnnl_memory_destroy(memory) }
            dnnl_primitive_destroy(primitive.run)
        }
        primitives = [:]
    }

    /// c = a · b (+ c) of bf16 operands, each of which may be taken turned.
    func multiply(
        _ a: BFloatMatrix, turned ta: Bool = false, by b: BFloatMatrix, turning tb: Bool = false,
        into c: Matrix, adds: Bool = false
    ) {
        let k = ta ? a.rows : a.columns
        precondition((ta ? a.columns : a.rows) == c.rows && (tb ? b.rows : b.columns) == c.columns)
        precondition((tb ? b.columns : b.rows) == k)
        if c.rows == 0 || c.columns == 0 || k == 0 { return }
        run(
            Shape(
                m: c.rows, n: c.columns, k: k, lda: a.stride, ldb: b.stride, ldc: c.stride, turnsA: ta,
                turnsB: tb, adds: adds),
            a.base, b.base, c.base)
    }

    private func run(
        _ shape: Shape, _ a: UnsafeMutableRawPointer, _ b: UnsafeMutableRawPointer,
        _ c: UnsafeMutableRawPointer
    ) {
        let primitive = primitive(for: shape)
        for (memory, handle) in zip(primitive.memories, [a, b, c]) {
            check(dnnl_memory_set_data_handle(memory, handle))
        }
        let arguments = zip([DNNL_ARG_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_DST], primitive.memories).map {
            dnnl_exec_arg_t(arg: $0, memory: $1)
        }
        check(dnnl_primitive_execute(primitive.run, stream, Int32(arguments.count), arguments))
        check(dnnl_stream_wait(stream))
    }

    private func primitive(for shape: Shape) -> Primitive {
        if let known = primitives[shape] { return known }
        // The shapes of a run are few; a server that sees every length must not
        // collect them without end.
        if primitives.count >= 4096 { forget() }
        // The setting is per calling thread, and this is the thread that calls.
        omp_set_num_threads(1)
        let type = dnnl_bf16
        var descriptions = [
            description(shape.m, shape.k, shape.turnsA ? (1, shape.lda) : (shape.lda, 1), type),
            description(shape.k, shape.n, shape.turnsB ? (1, shape.ldb) : (shape.ldb, 1), type),
            description(shape.m, shape.n, (shape.ldc, 1), dnnl_f32),
        ]
        var attributes: dnnl_primitive_attr_t?
        check(dnnl_primitive_attr_create(&attributes))
        if shape.adds {
            var operations: dnnl_post_ops_t?
            check(dnnl_post_ops_create(&operations))
            check(dnnl_post_ops_append_sum(operations, 1))
            check(dnnl_primitive_attr_set_post_ops(attributes, operations))
            dnnl_post_ops_destroy(operations)
        }
        var matmul = dnnl_matmul_desc_t()
        check(dnnl_matmul_desc_init(&matmul, &descriptions[0], &descriptions[1], nil, &descriptions[2]))
        var planned: dnnl_primitive_desc_t?
        check(dnnl_primitive_desc_create(&planned, &matmul, attributes, engine, nil))
        var made: dnnl_primitive_t?
        check(dnnl_primitive_create(&made, planned))
        dnnl_primitive_desc_destroy(planned)
        dnnl_primitive_attr_destroy(attributes)
        let memories = descriptions.map { description in
            var description = description
            var memory: dnnl_memory_t?
            check(dnnl_memory_create(&memory, &description, engine, nil))
            return memory
        }
        guard let made else { preconditionFailure("oneDNN gave no primitive") }
        let primitive = Primitive(run: made, memories: memories.compactMap { $0 })
        primitives[shape] = primitive
        return primitive
    }

    private func description(
        _ rows: Int, _ columns: Int, _ strides: (Int, Int), _ type: dnnl_data_type_t
    ) -> dnnl_memory_desc_t {
        var description = dnnl_memory_desc_t()
        var sizes = [Int64](repeating: 0, count: 12)
        var steps = sizes
        (sizes[0], sizes[1]) = (Int64(rows), Int64(columns))
        (steps[0], steps[1]) = (Int64(strides.0), Int64(strides.1))
        check(dnnl_memory_desc_init_by_strides(&description, 2, sizes, type, steps))
        return description
    }

    /// Shapes and pointers are ours, so a refusal is a programmer's error.
    private func check(_ status: dnnl_status_t) {
        precondition(status == dnnl_success, "oneDNN refused a product")
    }
}
