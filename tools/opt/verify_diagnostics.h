// --verify-diagnostics: what a module's comments expect against what was said.
#ifndef TOOLS_OPT_VERIFY_DIAGNOSTICS_H_
#define TOOLS_OPT_VERIFY_DIAGNOSTICS_H_

#include "spc/status.h"

// |source| has comments `// expected-error {{text}}` or `expected-remark`, `expected-warning`, meant for their own line or, with @+N, @-N, @above, @below,
// for another. |errors| and |remarks| (either may be NULL) are the texts of compiler/context.h: "name:line:column: message" lines, where those of
// |remarks| begin with "remark: " or "warning: ". INVALID_ARGUMENT lists what was expected and not said, and what was said and not expected. Notes are
// not compared.
SPC_WARN_UNUSED spc_status_t spc_verify_diagnostics(const char *name, const char *source, const char *errors, const char *remarks);

#endif  // TOOLS_OPT_VERIFY_DIAGNOSTICS_H_
