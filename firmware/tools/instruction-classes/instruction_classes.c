/*
 * A QEMU plugin that counts the guest's instructions by class, and writes down the counts each time the guest reaches
 * one of the addresses that it was told.
 *
 * Arguments: out=FILE, mark=0xADDRESS (at most 64 of them). A line per mark reached:
 *   <address> <instructions> <loads> <load words> <stores> <store words> <multiplies> <divides> <branches> <taken>
 * The counts are those before the marked instruction. Counters are inline, exact, and cost less than a factor of two.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "qemu_plugin_api.h"
#include "thumb_class.h"

QEMU_PLUGIN_EXPORT int qemu_plugin_version = QEMU_PLUGIN_VERSION;

enum
{
    MARKS_MAX = 64
};

static uint64_t marks[MARKS_MAX];
static size_t mark_count;
static FILE *out;

static uint64_t executed[CLASS_COUNT];
static uint64_t load_words;
static uint64_t store_words;
static uint64_t taken;
/* Where the next block begins unless the last branch is taken; 0 when the last block did not end in a branch. */
static uint64_t falls_to;

typedef struct
{
    uint64_t begins_at;
    uint64_t falls_to;
} block;

static void on_block(unsigned int vcpu, void *userdata)
{
    const block *const entered = userdata;
    (void)vcpu;
    if (falls_to != 0 && falls_to != entered->begins_at) taken++;
    falls_to = entered->falls_to;
}

static void on_mark(unsigned int vcpu, void *userdata)
{
    uint64_t all = 0;
    (void)vcpu;
    for (int i = 0; i < CLASS_COUNT; i++) all += executed[i];
    fprintf(out,
            "%llx %llu %llu %llu %llu %llu %llu %llu %llu %llu\n",
            *(unsigned long long *)userdata,
            (unsigned long long)all,
            (unsigned long long)executed[CLASS_LOAD],
            (unsigned long long)load_words,
            (unsigned long long)executed[CLASS_STORE],
            (unsigned long long)store_words,
            (unsigned long long)executed[CLASS_MULTIPLY],
            (unsigned long long)executed[CLASS_DIVIDE],
            (unsigned long long)executed[CLASS_BRANCH],
            (unsigned long long)taken);
}

static void count(struct qemu_plugin_insn *insn, uint64_t *counter, uint64_t by)
{
    qemu_plugin_register_vcpu_insn_exec_inline(insn, QEMU_PLUGIN_INLINE_ADD_U64, counter, by);
}

static void on_translation(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
    const size_t length = qemu_plugin_tb_n_insns(tb);
    /* Lives as long as the translated block, which is as long as the program. */
    block *const entered = calloc(1, sizeof *entered);
    (void)id;
    if (entered == NULL) abort();
    entered->begins_at = qemu_plugin_tb_vaddr(tb);
    for (size_t i = 0; i < length; i++)
    {
        struct qemu_plugin_insn *const insn = qemu_plugin_tb_get_insn(tb, i);
        const uint64_t address = qemu_plugin_insn_vaddr(insn);
        const size_t size = qemu_plugin_insn_size(insn);
        const thumb_work done = thumb_classify(qemu_plugin_insn_data(insn), size);
        for (size_t m = 0; m < mark_count; m++)
        {
            if (marks[m] == address)
                qemu_plugin_register_vcpu_insn_exec_cb(insn, on_mark, QEMU_PLUGIN_CB_NO_REGS, &marks[m]);
        }
        count(insn, &executed[done.kind], 1);
        if (done.kind == CLASS_LOAD) count(insn, &load_words, done.words);
        if (done.kind == CLASS_STORE) count(insn, &store_words, done.words);
        if (i + 1 == length && done.kind == CLASS_BRANCH) entered->falls_to = address + size;
    }
    qemu_plugin_register_vcpu_tb_exec_cb(tb, on_block, QEMU_PLUGIN_CB_NO_REGS, entered);
}

static void on_exit(qemu_plugin_id_t id, void *userdata)
{
    (void)id;
    (void)userdata;
    fclose(out);
}

QEMU_PLUGIN_EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *info, int argc, char **argv)
{
    (void)info;
    for (int i = 0; i < argc; i++)
    {
        if (strncmp(argv[i], "out=", 4) == 0)
        {
            out = fopen(argv[i] + 4, "w");
        }
        else if (strncmp(argv[i], "mark=", 5) == 0 && mark_count < MARKS_MAX)
        {
            marks[mark_count++] = strtoull(argv[i] + 5, NULL, 16);
        }
        else
        {
            fprintf(stderr,
                    "instruction-classes: argument '%s', expected out=FILE or at most %d mark=0xADDRESS\n",
                    argv[i],
                    MARKS_MAX);
            return -1;
        }
    }
    if (out == NULL)
    {
        fprintf(stderr, "instruction-classes: the file of out=FILE could not be opened\n");
        return -1;
    }
    /* A line at once: the emulator is ended by a signal, which flushes nothing. */
    setvbuf(out, NULL, _IOLBF, 0);
    qemu_plugin_register_vcpu_tb_trans_cb(id, on_translation);
    qemu_plugin_register_atexit_cb(id, on_exit, NULL);
    return 0;
}
