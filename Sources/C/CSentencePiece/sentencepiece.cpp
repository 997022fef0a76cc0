#include "CSentencePiece.h"

#include <sentencepiece_processor.h>

#include <cstdlib>
#include <cstring>
#include <exception>
#include <string>
#include <string_view>
#include <vector>

// No C++ exception may cross into Swift: every entry that can throw catches.

struct csp_model {
    sentencepiece::SentencePieceProcessor processor;
};

namespace {

char *copy(const std::string &text) {
    char *memory = static_cast<char *>(std::malloc(text.size() + 1));
    if (memory) std::memcpy(memory, text.c_str(), text.size() + 1);
    return memory;
}

std::string_view view(const uint8_t *bytes, size_t count) {
    return {reinterpret_cast<const char *>(bytes), count};
}

}  // namespace

extern "C" {

csp_model *csp_open(const uint8_t *bytes, size_t count, char **message) {
    *message = nullptr;
    csp_model *model = nullptr;
    try {
        model = new csp_model;
        const auto status = model->processor.LoadFromSerializedProto(view(bytes, count));
        if (status.ok()) return model;
        *message = copy(status.ToString());
    } catch (const std::exception &error) {
        *message = copy(error.what());
    } catch (...) {
        *message = copy("unknown exception");
    }
    delete model;
    return nullptr;
}

void csp_close(csp_model *model) { delete model; }

int32_t csp_vocabulary_size(const csp_model *model) { return model->processor.GetPieceSize(); }

int64_t csp_encode(const csp_model *model, const uint8_t *text, size_t count, int32_t **ids) {
    *ids = nullptr;
    try {
        std::vector<int> result;
        if (!model->processor.Encode(view(text, count), &result).ok()) return -1;
        const size_t size = result.size() * sizeof(int32_t);
        *ids = static_cast<int32_t *>(std::malloc(size + 1));
        if (!*ids) return -1;
        if (size) std::memcpy(*ids, result.data(), size);
        return static_cast<int64_t>(result.size());
    } catch (...) {
        return -1;
    }
}

void csp_release(void *memory) { std::free(memory); }
}
