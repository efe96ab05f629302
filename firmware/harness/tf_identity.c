/* Who answers: the build, the chip, the clock, the network. */
#include <stddef.h>

#include "board.h"
#include "commands.h"
#include "console.h"
#include "cortexm/cortexm.h"
#include "frame.h"
#include "model.h"
#include "text.h"
#include "ticks.h"

/* The build hash, four words given to the linker as addresses, so that a hash costs no compilation. */
extern const uint8_t tf_build_hash_0[], tf_build_hash_1[], tf_build_hash_2[], tf_build_hash_3[];

static void build_hash(char text[33])
{
    const uint32_t words[] = {
        (uint32_t)tf_build_hash_0, (uint32_t)tf_build_hash_1, (uint32_t)tf_build_hash_2, (uint32_t)tf_build_hash_3};
    for (int i = 0; i < 32; i++)
    {
        text[i] = "0123456789abcdef"[(words[i / 8] >> (28 - 4 * (i % 8))) & 15u];
    }
    text[32] = '\0';
}

static void frame_build(void)
{
    char text[33];
    build_hash(text);
    frame_text("build", text);
}

static void frame_uid(void)
{
#ifdef BOARD_UID_ADDRESS
    uint32_t words[BOARD_UID_WORDS];
    uint32_t any = 0;
    for (uint32_t i = 0; i < BOARD_UID_WORDS; i++)
    {
        words[i] = probe_word(BOARD_UID_ADDRESS + 4u * i);
        any |= words[i];
    }
    if (any != 0)
    {
        frame_bytes("uid", (const uint8_t *)words, sizeof(words));
        return;
    }
#endif
    frame_text("uid", "0");
}

static const char *caches(void)
{
#ifdef BOARD_CACHES
    return BOARD_CACHES;
#else
    const bool instructions = (SCB_CCR & SCB_CCR_IC) != 0;
    const bool data = (SCB_CCR & SCB_CCR_DC) != 0;
    return instructions ? (data ? "id" : "i") : (data ? "d" : "none");
#endif
}

void tf_boot_line(void)
{
    frame_begin("boot");
    frame_build();
    frame_end();
}

void tf_hello(char *rest)
{
    const char *const nonce = next_word(&rest);
    uint32_t digits = 0;
    while (nonce != NULL && nonce[digits] != '\0' && hex_digit(nonce[digits]) >= 0)
    {
        digits++;
    }
    if (digits != 8 || nonce[digits] != '\0')
    {
        put_error("tf-hello requires a nonce of 8 hex digits");
        return;
    }
    frame_set_nonce(nonce);
    frame_begin("hello");
    frame_decimal("proto", 1);
    frame_build();
    frame_text("target", BOARD_TARGET);
    frame_text("core", BOARD_CORE);
    frame_hex("cpuid", SCB_CPUID, 8);
    frame_uid();
    frame_decimal("clock", ticks_hz());
    frame_text("caches", caches());
    frame_text("ticks", ticks_source());
    frame_decimal("tickhz", ticks_hz());
    frame_decimal("in", model_input_bytes());
    frame_decimal("out", model_output_bytes());
    frame_decimal("layers", model_layer_count());
    frame_decimal("arena", model_arena_bytes());
    frame_end();
    frame_begin("compiler");
    frame_text("text", "gcc " __VERSION__);
    frame_end();
}
