import Foundation
import TestSupport
import Testing

@testable import Recipes

@Suite struct RecipeGuideTests {
    let path = Shared.repository + "/docs/recipes.md"

    /// The page cut at the two remarks between which the tables stand.
    func parts() throws -> (before: String, tables: String, after: String) {
        let page = try String(contentsOfFile: path, encoding: .utf8)
        let begin = try #require(page.range(of: "<!-- keys:"))
        let open = try #require(page.range(of: "-->\n", range: begin.upperBound..<page.endIndex))
        let close = try #require(page.range(of: "<!-- end of keys -->"))
        return (
            String(page[..<open.upperBound]), String(page[open.upperBound..<close.lowerBound]),
            String(page[close.lowerBound...])
        )
    }

    @Test func thePageHoldsTheTableOfKeys() throws {
        let (before, tables, after) = try parts()
        let made = "\n" + RecipeGuide.markdown + "\n"
        if ProcessInfo.processInfo.environment["HEARTH_WRITE_DOCS"] != nil {
            try (before + made + after).write(toFile: path, atomically: true, encoding: .utf8)
        } else {
            #expect(tables == made, "run HEARTH_WRITE_DOCS=1 swift test --filter RecipeGuide")
        }
    }

    @Test func everyNameIsUnderOneKeyOnly() {
        let names = RecipeKey.all.flatMap(\.names) + ForeignKey.all.flatMap(\.names)
        let counts = Dictionary(names.map { ($0, 1) }, uniquingKeysWith: +)
        #expect(counts.filter { $0.value > 1 }.isEmpty)
    }

    @Test func theDesignsCanonicalKeysAreAllThere() {
        let canonical = """
            base_model dataset eval_dataset chat_format system init_adapter lora_r lora_alpha lora_dropout \
            lora_target_modules use_rslora use_dora batch_size gradient_accumulation_steps max_steps num_epochs \
            learning_rate lr_scheduler warmup_steps weight_decay max_grad_norm optimizer precision max_length \
            truncation packing shared_context logging_steps eval_steps save_steps save_total_limit \
            early_stopping_patience seed output_dir
            """
        let names = Set(RecipeKey.all.map(\.name))
        #expect(canonical.split(separator: " ").filter { !names.contains(String($0)) }.isEmpty)
    }

    @Test func theDefaultsAreWithinTheirOwnRanges() throws {
        let loaded = try Recipe.read(
            Array(
                ("base_model: m\ndataset: d\n"
                    + RecipeKey.all.filter { $0.standard != "null" }
                    .map { "\($0.name): \($0.standard)\n" }.joined()).utf8), path: "x.yaml")
        var plain = try Recipe.read(Array("base_model: m\ndataset: d\n".utf8), path: "x.yaml").recipe
        plain.run.outputDirectory = loaded.recipe.run.outputDirectory
        #expect(loaded.recipe == plain)
    }
}
