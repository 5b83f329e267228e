// A retriever's embedding is most often the LLM's own, in a file of its own.
#ifndef PASSES_RETRIEVAL_SHARED_EMBEDDING_H_
#define PASSES_RETRIEVAL_SHARED_EMBEDDING_H_

#include <stdbool.h>
#include <stdint.h>

#include "mlir-c/IR.h"

// When the embedding of @dlm has the bytes of @llm's, makes it the LLM's weight, so that it is stored and loaded once; |*out_parameters| is its
// number of elements, 0 when it is another or when the files are not there. False with a diagnostic when a file cannot be read.
bool spc_share_embedding(MlirModule module, MlirOperation llm, MlirOperation dlm, int64_t *out_parameters);

#endif  // PASSES_RETRIEVAL_SHARED_EMBEDDING_H_
