// spc/host_translations.h - what a GPU's reads of host memory cost besides their bytes. Measured: docs/kernels-nvptx.md.
//
// Host addresses are translated in units; a unit that was not used lately costs a translation, of which there are so many a second. For the compiler, which
// weighs selections with it, and the tools that predict steps.
#ifndef SPC_HOST_TRANSLATIONS_H_
#define SPC_HOST_TRANSLATIONS_H_

#include <math.h>

#define SPC_TRANSLATED_BYTES (64 << 10)      // a unit
#define SPC_TRANSLATIONS_CACHED_BYTES 1e9    // of all that a step reads: less costs none
#define SPC_TRANSLATIONS_A_SECOND 28e6
#define SPC_TRANSLATION_WORTH_BYTES 2048     // at that rate this many bytes each are what a link of 57 GB/s brings

// How many units of |bytes| of host memory |picks| picks at random touch.
static inline double spc_translations_touched(double bytes, double picks) {
  double units = bytes / SPC_TRANSLATED_BYTES;
  return units * (1 - exp(-picks / units));
}

#endif  // SPC_HOST_TRANSLATIONS_H_
