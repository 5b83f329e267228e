"""The runtime's C API (runtime/include/spc/spc.h) through ctypes. Structures are read from the header, so that they follow it."""
import ctypes
import pathlib
import re

HEADER = pathlib.Path(__file__).resolve().parents[2] / "runtime" / "include" / "spc" / "spc.h"
TYPES = {"uint64_t": ctypes.c_uint64, "int64_t": ctypes.c_int64, "uint32_t": ctypes.c_uint32, "int32_t": ctypes.c_int32, "double": ctypes.c_double,
         "bool": ctypes.c_bool, "const char *": ctypes.c_char_p, "float": ctypes.c_float}


def type_of(name):
    """Of a member: one of TYPES, or an enumeration of the header, which is an int."""
    return TYPES.get(name) or (ctypes.c_int if re.search(rf"\btypedef enum {name} ", HEADER.read_text()) else TYPES[name])


def structure(name):
    """The ctypes structure of `typedef struct name {...} name;` in the header."""
    body = re.search(r"typedef struct %s \{(.*?)\n\} %s;" % (name, name), HEADER.read_text(), re.S).group(1)
    fields = []
    for statement in re.sub(r"//[^\n]*", "", body).split(";"):
        match = re.fullmatch(r"\s*(const char \*|\w+)\s*(.+?)\s*", statement, re.S)
        if match:
            fields += [(field.strip(), type_of(match.group(1))) for field in match.group(2).split(",")]
    return type(name, (ctypes.Structure,), {"_fields_": fields})


class Error(Exception):
    """A status of the runtime that is not OK."""


class Library:
    def __init__(self, build):
        self.dll = dll = ctypes.CDLL(str(pathlib.Path(build, "lib", "libspcrt.so")))
        self.Options, self.Stats = structure("spc_session_options_t"), structure("spc_session_stats_t")
        dll.spc_status_message.restype = ctypes.c_char_p
        dll.spc_status_message.argtypes = [ctypes.c_void_p]
        for name in ("spc_model_load", "spc_session_create", "spc_session_set_full_attention", "spc_session_set_selection", "spc_session_sequence_create",
                     "spc_session_sequence_mark", "spc_session_sequence_rewind", "spc_session_sequence_randomize_keys", "spc_session_prefill",
                     "spc_session_decode_next", "spc_session_decode"):
            getattr(dll, name).restype = ctypes.c_void_p

    def call(self, name, *arguments):
        status = getattr(self.dll, name)(*arguments)
        if status:
            raise Error(f"{name}: {self.dll.spc_status_message(status).decode()}")


class Model:
    def __init__(self, library, path):
        self.library, self.handle = library, ctypes.c_void_p()
        library.call("spc_model_load", str(path).encode(), ctypes.byref(self.handle))

    def close(self):
        self.library.dll.spc_model_destroy(self.handle)


class Session:
    """One sequence at a time, of one model."""

    def __init__(self, model, **options):
        self.library, self.handle, self.sequence = model.library, ctypes.c_void_p(), ctypes.c_int32(-1)
        self.model = model  # outlives the session
        wanted = self.library.Options()
        self.library.dll.spc_session_options_init(ctypes.byref(wanted))
        for name, value in options.items():
            if name not in dict(wanted._fields_):
                raise Error(f"a session has no option {name}")
            setattr(wanted, name, value)
        self.call("spc_session_create", model.handle, ctypes.byref(wanted), ctypes.byref(self.handle), alone=True)
        self.token, self.next = ctypes.c_int32(), ctypes.c_int32()

    def call(self, name, *arguments, alone=False):
        self.library.call(name, *(arguments if alone else (self.handle, *arguments)))

    def close(self):
        self.library.dll.spc_session_destroy(self.handle)

    def start(self):
        """Forgets the sequence and begins an empty one."""
        if self.sequence.value >= 0:
            self.library.dll.spc_session_sequence_destroy(self.handle, self.sequence)
        self.call("spc_session_sequence_create", ctypes.byref(self.sequence))

    def prefill(self, tokens):
        array = (ctypes.c_int32 * len(tokens))(*tokens)
        self.call("spc_session_prefill", self.sequence, ctypes.c_size_t(len(tokens)), array, 0, None)

    def decode(self, token):
        """Appends |token| -> the token the logits choose."""
        self.token.value = token
        self.call("spc_session_decode_next", ctypes.c_size_t(1), ctypes.byref(self.sequence), ctypes.byref(self.token), ctypes.byref(self.next))
        return self.next.value

    def mark(self):
        self.call("spc_session_sequence_mark", self.sequence)

    def rewind(self):
        self.call("spc_session_sequence_rewind", self.sequence)

    def randomize_keys(self, seed):
        self.call("spc_session_sequence_randomize_keys", self.sequence, ctypes.c_uint64(seed))

    def set_full_attention(self, full):
        self.call("spc_session_set_full_attention", ctypes.c_bool(full))

    def set_selection(self, budget, recent):
        self.call("spc_session_set_selection", ctypes.c_uint64(budget), ctypes.c_uint64(recent))

    def selection(self, head):
        """The tokens that the last sparse step selected for KV head |head|."""
        tokens, count = ctypes.POINTER(ctypes.c_int32)(), ctypes.c_size_t()
        self.library.dll.spc_session_selection(self.handle, ctypes.c_size_t(0), ctypes.c_size_t(head), ctypes.byref(tokens), ctypes.byref(count))
        return tokens[:count.value]

    def stats(self):
        stats = self.library.Stats()
        self.library.dll.spc_session_stats(self.handle, ctypes.byref(stats))
        return stats

    def reset_stats(self):
        self.library.dll.spc_session_stats_reset(self.handle)
