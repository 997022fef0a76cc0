#include "ckernels.h"
#include <string.h>

/* The layout of a packed weight: panels of 32 rows, in each panel block after block
   of k, in each block first what scales it, then its whole numbers, always the same
   place of all 32 rows side by side. The bits are the file's; only K-quants' 6-bit
   scales take whole bytes. */

static size_t head_size(enum ck_format format) {
  switch (format) {
    case CK_Q4_1: case CK_Q5_1: case CK_Q4_K: case CK_Q5_K: return 4;
    case CK_F32: case CK_F16: case CK_BF16: return 0;
    default: return 2;
  }
}

size_t ck_packed_block_bytes(enum ck_format format) {
  switch (format) {
    case CK_Q4_K: return CK_WIDE * 148;
    case CK_Q5_K: return CK_WIDE * 180;
    default: return CK_WIDE * ck_block_bytes(format);
  }
}

static void put(uint8_t *words, size_t row, uint32_t word) { memcpy(words + 4 * row, &word, 4); }

/* Whole numbers of a group of 32, as four words of eight nibbles a row: the first four of
   an octet in the low halves of the word's bytes, the last four in the high ones. */
static void pack_nibbles(const uint8_t *levels, size_t row, uint8_t *to) {
  for (int octet = 0; octet < 4; octet++) {
    uint32_t word = 0;
    for (int i = 0; i < 8; i++) word |= (uint32_t)(levels[octet * 8 + i] & 15) << (i % 4 * 8 + i / 4 * 4);
    put(to + octet * 128, row, word);
  }
}

/* The fifth bit of number i: turned right by 2 * (i / 8), and once more for the last four of
   an octet, the word has those of its first four, or last four, above their nibbles. */
static void pack_fifth_bits(const uint8_t *levels, size_t row, uint8_t *to) {
  uint32_t word = 0;
  for (int i = 0; i < 32; i++)
    word |= (uint32_t)(levels[i] >> 4 & 1) << ((i % 4 * 8 + 4 + i / 8 * 2 + i % 8 / 4) % 32);
  put(to, row, word);
}

/* Likewise bits five and six, sixteen numbers a word. */
static void pack_upper_pairs(const uint8_t *levels, size_t row, uint8_t *to) {
  for (int part = 0; part < 2; part++) {
    uint32_t word = 0;
    for (int i = 0; i < 16; i++)
      word |= (uint32_t)(levels[part * 16 + i] >> 4 & 3) << (i % 4 * 8 + i / 8 * 4 + i % 8 / 4 * 2);
    put(to + part * 128, row, word);
  }
}

static void levels_of_32(enum ck_format format, const uint8_t *b, uint8_t *levels) {
  const uint8_t *q = b + ck_block_bytes(format) - 16;
  uint32_t high = 0;
  if (format == CK_Q5_0 || format == CK_Q5_1) memcpy(&high, q - 4, 4);
  for (int i = 0; i < 16; i++) {
    levels[i] = (uint8_t)((q[i] & 15) | (high >> i & 1) << 4);
    levels[i + 16] = (uint8_t)((q[i] >> 4) | (high >> (i + 16) & 1) << 4);
  }
}

static void pack_small(enum ck_format format, const uint8_t *b, size_t row, uint8_t *to) {
  size_t head = head_size(format);
  for (size_t i = 0; i < head; i += 2) memcpy(to + CK_WIDE * i + 2 * row, b + i, 2);
  to += CK_WIDE * head;
  if (format == CK_Q8_0) {
    for (size_t k = 0; k < 32; k++) to[k * CK_WIDE + row] = b[2 + k];
    return;
  }
  uint8_t levels[32];
  levels_of_32(format, b, levels);
  if (format == CK_Q5_0 || format == CK_Q5_1) {
    pack_fifth_bits(levels, row, to);
    to += 128;
  }
  pack_nibbles(levels, row, to);
}

static void pack_k(enum ck_format format, const uint8_t *b, size_t row, uint8_t *to) {
  memcpy(to + 2 * row, b, 2);
  memcpy(to + 64 + 2 * row, b + 2, 2);
  to += 128;
  const uint8_t *s = b + 4, *high = b + 16, *q = format == CK_Q5_K ? b + 48 : b + 16;
  size_t group = format == CK_Q5_K ? 704 : 576;
  for (int j = 0; j < 8; j++, to += group) {
    to[row] = j < 4 ? s[j] & 63 : (uint8_t)((s[j + 4] & 15) | (s[j - 4] >> 6) << 4);
    to[32 + row] = j < 4 ? s[j + 4] & 63 : (uint8_t)((s[j + 4] >> 4) | (s[j] >> 6) << 4);
    uint8_t levels[32];
    for (int i = 0; i < 32; i++) {
      int low = j & 1 ? q[j / 2 * 32 + i] >> 4 : q[j / 2 * 32 + i] & 15;
      levels[i] = (uint8_t)(format == CK_Q5_K ? low | (high[i] >> j & 1) << 4 : low);
    }
    if (format == CK_Q5_K) pack_fifth_bits(levels, row, to + 64);
    pack_nibbles(levels, row, to + group - 512);
  }
}

static void pack_q6_k(const uint8_t *b, size_t row, uint8_t *to) {
  memcpy(to + 2 * row, b + 208, 2);
  to += 64;
  for (int j = 0; j < 8; j++, to += 832) {
    const uint8_t *low = b + 64 * (j / 4) + 32 * (j & 1), *high = b + 128 + 32 * (j / 4);
    to[row] = b[192 + 2 * j];
    to[32 + row] = b[192 + 2 * j + 1];
    uint8_t levels[32];
    for (int i = 0; i < 32; i++) {
      int nibble = j % 4 < 2 ? low[i] & 15 : low[i] >> 4;
      levels[i] = (uint8_t)(nibble | (high[i] >> (2 * (j % 4)) & 3) << 4);
    }
    pack_upper_pairs(levels, row, to + 64);
    pack_nibbles(levels, row, to + 320);
  }
}

void ck_pack_row(enum ck_format format, const void *from, size_t inner, size_t row, void *panel) {
  const uint8_t *b = from;
  uint8_t *to = panel;
  size_t step = ck_block_elements(format), bytes = ck_block_bytes(format);
  size_t packed = ck_packed_block_bytes(format);
  for (size_t k = 0; k < inner; k += step, b += bytes, to += packed) switch (format) {
      case CK_F32: case CK_F16: case CK_BF16: memcpy(to + bytes * row, b, bytes); break;
      case CK_Q4_K: case CK_Q5_K: pack_k(format, b, row, to); break;
      case CK_Q6_K: pack_q6_k(b, row, to); break;
      default: pack_small(format, b, row, to);
    }
}
