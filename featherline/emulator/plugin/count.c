/* A plugin of QEMU that counts executed instructions, by function too, into a file that another process reads. QEMU's
   header is in no package of Debian; these are the prototypes of it that are called (version 1 of the interface). */
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#if defined(__linux__)
#include <signal.h>
#include <sys/prctl.h>
#endif
#include <unistd.h>

struct qemu_plugin_tb;
void qemu_plugin_register_vcpu_tb_trans_cb(uint64_t id, void (*translated)(uint64_t, struct qemu_plugin_tb *));
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *block);
uint64_t qemu_plugin_tb_vaddr(const struct qemu_plugin_tb *block);
void qemu_plugin_register_vcpu_tb_exec_cb(struct qemu_plugin_tb *block, void (*executed)(unsigned int, void *),
                                          int flags, void *block_data);

#define SHOWN __attribute__((visibility("default")))

SHOWN int qemu_plugin_version = 1;

/* As qemu_processor.py lays it out. */
typedef struct {
  int64_t total, owner, base, halfwords;
  int64_t rows[]; /* the owner of each halfword, then the count of each function */
} state_t;

typedef struct {
  int64_t instructions, owner;
} block_t;

static state_t *state;

static void executed(unsigned int core, void *data)
{
  const block_t *block = data;
  (void)core;
  state->total += block->instructions;
  if (block->owner >= 0) {
    state->owner = block->owner;
  }
  if (state->owner >= 0) {
    state->rows[state->halfwords + state->owner] += block->instructions;
  }
}

static void translated(uint64_t id, struct qemu_plugin_tb *tb)
{
  const int64_t place = ((int64_t)qemu_plugin_tb_vaddr(tb) - state->base) / 2;
  block_t *block = malloc(sizeof *block); /* QEMU keeps translated code until it ends */
  (void)id;
  if (block == NULL) {
    abort();
  }
  block->instructions = (int64_t)qemu_plugin_tb_n_insns(tb);
  block->owner = place >= 0 && place < state->halfwords ? state->rows[place] : -1;
  qemu_plugin_register_vcpu_tb_exec_cb(tb, executed, 0, block);
}

SHOWN int qemu_plugin_install(uint64_t id, const void *information, int arguments, char **argument)
{
  int file;
  off_t bytes;
  void *shared;
  (void)information;
#if defined(__linux__)
  prctl(PR_SET_PDEATHSIG, SIGKILL); /* an endless program ends with whoever started it */
#endif
  if (arguments != 1 || strncmp(argument[0], "state=", 6) != 0) {
    return 1;
  }
  file = open(argument[0] + 6, O_RDWR);
  bytes = file < 0 ? -1 : lseek(file, 0, SEEK_END);
  shared = bytes < 0 ? MAP_FAILED : mmap(NULL, (size_t)bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (shared == MAP_FAILED) {
    return 1;
  }
  state = shared;
  qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
  return 0;
}
