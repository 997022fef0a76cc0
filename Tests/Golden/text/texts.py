"""Texts that find the seams of tokenizers: written ones, and random ones from a seed."""
import random

WRITTEN = [
    "", " ", "  ", "   ", "\t", "\n", "\n\n", " \n", "\n ", "\r\n", "\r", "\r\n\r\n  x", "\t\t\tx", "a  b", "a   b",
    " a", "  a", "a ", "a  ", "a \n b", "a\n\n\n b", "\u00a0", "a\u00a0b", "\u3000x", "\u2028y\u2029z", "\u0085q",
    "Hello, world!", "Hello  world", "HELLO WORLD", "don't can't I'm you're we've he'll she'd it's",
    "DON'T CAN'T I'M YOU'RE WE'VE HE'LL SHE'D IT'S", "rock 'n' roll", "'s 't 're", "''s", "'ſ 'S", "'", "' s",
    "Äpfel, Öl und Übermut; Straße, groß, Fußgängerübergänge.", "Donaudampfschifffahrtsgesellschaftskapitän",
    "„Zitat“ – so nennt man’s … ›oder‹ »so«", "Grüß Gott! Wie geht’s?", "naïve café Ångström", "cafe\u0301 A\u030a",
    "\u1e9b\u0323 \u1e9b\u0307\u0323", "q\u0307\u0323", "한국어 \u1112\u1161\u11ab", "fi\ufb01 \u212b \u2126",
    "1", "12", "123", "1234", "12345", "1 2 3", " 1", "  12", "3.14159", "1,000,000", "0x1F", "2024-05-17T08:30:00Z",
    "١٢٣ ४५६ ⅷ ² ½ ①", "v1.2.3-beta+4", "price: $5.00 (€4,50)", "+49 30 123456", "a1b2c3", "x²+y²=z²",
    "def f(x):\n    return x**2  # square\n\n\nclass A:\n\tpass\n", "if (a && b || !c) { return x->y; }",
    "<html><body class=\"a\">&nbsp;</body></html>", "SELECT * FROM t WHERE a='b';", "a_b_c camelCase HTTPServer",
    "https://example.org/a?b=c&d=%20#e", "user@example.org", "C:\\Users\\x\\y.txt", "{\"a\": [1, 2, {\"b\": null}]}",
    "```swift\nlet x = 1\n```", "---\n***\n===", "....", "!!!???", "-- - --- —", "((((", "[]{}<>", "@#$%^&*",
    "🎉", "🎉🎉 party", "👩‍👩‍👧‍👦 family", "🇩🇪🇯🇵", "👍🏽", "☃️ snow", "a🎉b", " 🎉 ", "🏳️‍🌈",
    "日本語のテキスト", "中文字符测试,标点。", "漢字 かな カナ", "한국어 문장입니다.", "ภาษาไทย", "हिन्दी पाठ", "العربية نص",
    "עברית", "Ελληνικά", "Русский текст", "Türkçe İıŞş", "ქართული", "አማርኛ", "தமிழ்", "বাংলা", "𝔘𝔫𝔦𝔠𝔬𝔡𝔢", "𐍈𐌰", "𠮷野家",
    "a\u200bb", "a\u200db", "\ufeffx", "\u202eabc", "\u0001\u0002", "\x00", "a\x00b", "\x7f", "\x04!\x06", "\x1b[31mred",
    "\ufffd", "\U000f0000", "\U0010ffff", "\ue000", "\u0378", "ﷺ", "e\u0301\u0302\u0303", "\u0301", " \u0301a",
    "▁", "a▁b", "▁▁", "<0x0A>", "<unk>", "<s>", "</s>", "<pad>",
    "x" * 300, "ab" * 200, " " * 100, "\n" * 70, "a " * 100, "1" * 50, "ä" * 80, "日" * 60, "!" * 90, "\t" * 40,
    "xyz\n" * 30, "aaaaaaaabbbbbbbbcccccccc" * 10, "\r\n" * 20, " \n" * 20, "The quick brown fox jumps over the lazy dog. " * 5,
    "<think>\nHm.\n</think>\n\nYes.", "<tool_call>\n{\"name\": \"f\"}\n</tool_call>", "<table><tr><td>1</td></tr></table>",
    "<|im_start|>user\nHi<|im_end|>", "<start_of_turn>user\nHi<end_of_turn>", "<|endoftext|>", "<bos>", "[multimodal]",
    "<|begin_of_text|><|eot_id|>", "<|im_start", "|im_end|>", "<start_of", "<<table>>", "</table", "<image_soft_token>",
]

POOLS = [
    "abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789", "     ", " \t\n\r", "'’`\"", ".,;:!?()[]{}<>/\\|",
    "äöüßÄÖÜ", "éèêëàâîïôûç", "日本語中文字漢かなカナ", "한국어문장", "абвгдежз", "αβγδε", "العربية", "हिन्दीपाठ",
    "\u0301\u0300\u0308\u0327\u0323\u030a", "🎉👍🏽👩‍👧🇩🇪☃️", "²½①ⅷ١٢४", "\u00a0\u2009\u3000\u2028\u0085\u200b\u200d\ufeff",
    "\x00\x01\x04\x1f\x7f", "▁▁", "stdmrevlSTDMREVL", "\u1100\u1161\u11a8", "ſK\u212a\u212b\ufb01", "\U0001d518\U00010348\U00020bb7",
]
WORDS = ["the", " and", " of", "ing", "tion", " Straße", " nicht", "'s", "'ll", "'RE", "don't", " 2024", "    ", "\n\n", "\r\n",
         "</td>", "<table>", "<think>", "</think>", "http://", "::", "->", " =>", " der", "schaft", "▁", "的", "です", "🎉"]


def one(source):
    parts = []
    pools = source.sample(POOLS, source.randint(1, 5))
    for _ in range(source.randint(1, 30)):
        kind = source.random()
        if kind < 0.5:
            pool = source.choice(pools)
            parts.append("".join(source.choice(pool) for _ in range(source.randint(1, 6))))
        elif kind < 0.8:
            parts.append(source.choice(WORDS))
        elif kind < 0.9:
            parts.append(" " * source.randint(1, 4))
        else:
            # Any assigned or unassigned scalar below plane 3, surrogates left out.
            value = source.choice([source.randrange(0x250), source.randrange(0x3000), source.randrange(0x30000)])
            parts.append(chr(value) if not 0xD800 <= value < 0xE000 else "?")
    return "".join(parts)


def random_texts(count, seed):
    source = random.Random(seed)
    return [one(source) for _ in range(count)]
