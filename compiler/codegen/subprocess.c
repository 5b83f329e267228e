#include "compiler/codegen/subprocess.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

spc_status_t spc_subprocess_run(char *const *argv, char *errors, size_t size, int *out_exit,
                                bool *out_missing) {
  *out_exit = -1;
  *out_missing = false;
  errors[0] = '\0';
  int fds[2];
  if (pipe2(fds, O_CLOEXEC)) return SPC_STATUS(SPC_IO, "cannot make a pipe: %s", strerror(errno));
  posix_spawn_file_actions_t actions;
  int error = posix_spawn_file_actions_init(&actions);
  if (error) {
    close(fds[0]);
    close(fds[1]);
    return SPC_STATUS(SPC_OUT_OF_MEMORY, "cannot prepare to run %s: %s", argv[0], strerror(error));
  }
  pid_t pid = 0;
  error = posix_spawn_file_actions_adddup2(&actions, fds[1], STDERR_FILENO);
  if (!error) error = posix_spawnp(&pid, argv[0], &actions, NULL, argv, environ);
  posix_spawn_file_actions_destroy(&actions);
  close(fds[1]);
  if (error) {
    close(fds[0]);
    *out_missing = error == ENOENT;
    return *out_missing ? NULL : SPC_STATUS(SPC_IO, "cannot run %s: %s", argv[0], strerror(error));
  }
  size_t used = 0;
  for (;;) {
    char discard[256];
    bool full = used + 1 >= size;
    ssize_t n = full ? read(fds[0], discard, sizeof discard) : read(fds[0], errors + used, size - 1 - used);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) break;
    if (!full) used += (size_t)n;
  }
  errors[used] = '\0';
  while (used > 0 && errors[used - 1] == '\n') errors[--used] = '\0';
  close(fds[0]);
  int state = 0;
  while (waitpid(pid, &state, 0) < 0) {
    if (errno != EINTR) return SPC_STATUS(SPC_IO, "lost %s: %s", argv[0], strerror(errno));
  }
  *out_exit = WIFEXITED(state) ? WEXITSTATUS(state) : 128 + WTERMSIG(state);
  return NULL;
}
