// Mutations that keep the protobuf wire format intact.
#ifndef TEST_FUZZ_WIRE_MUTATOR_H_
#define TEST_FUZZ_WIRE_MUTATOR_H_

#include <stddef.h>
#include <stdint.h>

// Changes a random field of the message in |data|, at any depth, and writes every enclosing length anew: a plain byte mutation almost
// always breaks a length, and then nothing behind the first check is reached. Falls back to plain mutations of what is no message. Returns the new size,
// at most |max_size|.
size_t spc_fuzz_mutate_message(uint8_t *data, size_t size, size_t max_size, unsigned seed);

#endif  // TEST_FUZZ_WIRE_MUTATOR_H_
