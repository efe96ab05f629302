/* tinyfarm's own commands but for tf-hello; see docs/wire-protocol.md. */
#include <stddef.h>

#include "commands.h"
#include "console.h"
#include "frame.h"
#include "input.h"
#include "memory.h"
#include "model.h"
#include "runner.h"
#include "text.h"
#include "ticks.h"

#define MAX_RUNS 64u
#define MAX_WARMUPS 1000u
#define CHUNK_BYTES 256u
#define OUTPUT_LINE_BYTES 32u

static void fill(char *rest)
{
    const char *const word = next_word(&rest);
    uint32_t seed;
    if (word == NULL || !parse_decimal(word, &seed))
    {
        put_error("tf-fill requires a seed from 0 to 2147483647");
        return;
    }
    input_from_seed(seed);
    frame_begin("input");
    frame_decimal("bytes", model_input_bytes());
    frame_hex("fnv1a", fnv1a((const uint8_t *)model_input(), model_input_bytes()), 8);
    frame_end();
}

static void load(char *rest)
{
    const char *const offset_word = next_word(&rest);
    const char *const digits = next_word(&rest);
    uint32_t offset;
    if (offset_word == NULL || digits == NULL || !parse_decimal(offset_word, &offset))
    {
        put_error("tf-load requires an offset and hex digits");
        return;
    }
    uint32_t count = 0;
    while (hex_digit(digits[count]) >= 0)
    {
        count++;
    }
    if (digits[count] != '\0' || count % 2 != 0 || count / 2 > CHUNK_BYTES)
    {
        put_error("tf-load requires an even number of hex digits for at most 256 bytes");
        return;
    }
    count /= 2;
    if (offset > model_input_bytes() || count > model_input_bytes() - offset)
    {
        put_error("tf-load goes beyond the end of the input");
        return;
    }
    uint8_t *const chunk = input_buffer() + offset;
    for (uint32_t i = 0; i < count; i++)
    {
        chunk[i] = (uint8_t)(hex_digit(digits[2 * i]) << 4 | hex_digit(digits[2 * i + 1]));
    }
    input_from_buffer();
    frame_begin("load");
    frame_decimal("offset", offset);
    frame_decimal("bytes", count);
    frame_hex("fnv1a", fnv1a(chunk, count), 8);
    frame_end();
}

static void frame_ticks(const char *topic, uint32_t index, uint64_t ticks)
{
    frame_begin(topic);
    frame_decimal("i", index);
    frame_decimal("ticks", ticks);
    frame_end();
}

static bool input_ready(uint32_t inferences)
{
    if (!input_is_set())
    {
        put_error("No input, expected tf-fill or tf-load first");
        return false;
    }
    if (inferences > 1 && !input_is_lasting())
    {
        put_error("No room to keep the input, expected one inference after each load");
        return false;
    }
    return true;
}

static void run(char *rest)
{
    const char *const count_word = next_word(&rest);
    const char *const warmup_word = next_word(&rest);
    uint32_t count;
    uint32_t warmups = 0;
    if (count_word == NULL || !parse_decimal(count_word, &count) || count < 1 || count > MAX_RUNS ||
        (warmup_word != NULL && (!parse_decimal(warmup_word, &warmups) || warmups > MAX_WARMUPS)))
    {
        put_error("tf-run requires 1 to 64 inferences and 0 to 1000 warm-ups");
        return;
    }
    if (!input_ready(count + warmups))
    {
        return;
    }
    runner_begin(count + warmups);
    for (uint32_t i = 0; i < warmups; i++)
    {
        runner_warm_up();
    }
    /* Without room for the results they are sent one by one, between the windows. */
    uint64_t *const results = input_spare_results(count);
    for (uint32_t i = 0; i < count; i++)
    {
        const uint64_t ticks = runner_infer();
        if (results != NULL)
        {
            results[i] = ticks;
        }
        else
        {
            frame_ticks("run", i, ticks);
        }
    }
    for (uint32_t i = 0; results != NULL && i < count; i++)
    {
        frame_ticks("run", i, results[i]);
    }
}

static void layers(void)
{
    const uint32_t count = model_layer_count();
    if (count == 0)
    {
        put_error("The network has no layer table");
        return;
    }
    if (!input_ready(1))
    {
        return;
    }
    if (model_is_marked())
    {
        input_restore();
        const uint64_t *const ticks = runner_mark_layers();
        input_used();
        for (uint32_t i = 0; i < count; i++)
        {
            frame_ticks("layer", i, ticks[i]);
        }
        return;
    }
    uint64_t *const results = input_spare_results(count);
    input_restore();
    for (uint32_t i = 0; i < count; i++)
    {
        const uint64_t ticks = runner_time(model_layer(i));
        if (results != NULL)
        {
            results[i] = ticks;
        }
        else
        {
            frame_ticks("layer", i, ticks);
        }
    }
    input_used();
    for (uint32_t i = 0; results != NULL && i < count; i++)
    {
        frame_ticks("layer", i, results[i]);
    }
}

static void overhead(void)
{
    frame_begin("overhead");
    frame_decimal("ticks", runner_time(empty_work));
    frame_decimal("layer", model_is_marked() ? 0 : runner_time(empty_work));
    frame_end();
}

static void memory(void)
{
    frame_begin("memory");
    frame_decimal("stack", runner_stack_bytes());
    frame_decimal("arena", runner_arena_bytes());
    frame_decimal("static", static_bytes());
    frame_decimal("stacksize", stack_bytes());
    frame_end();
}

static void output(void)
{
    const uint8_t *const bytes = (const uint8_t *)model_output();
    const uint32_t count = model_output_bytes();
    for (uint32_t offset = 0; offset < count; offset += OUTPUT_LINE_BYTES)
    {
        const uint32_t left = count - offset;
        frame_begin("out");
        frame_decimal("offset", offset);
        frame_bytes("hex", bytes + offset, left < OUTPUT_LINE_BYTES ? left : OUTPUT_LINE_BYTES);
        frame_end();
    }
    frame_begin("output");
    frame_decimal("bytes", count);
    frame_hex("fnv1a", fnv1a(bytes, count), 8);
    frame_end();
}

static void now(void)
{
    ticks_stay_awake();
    frame_begin("now");
    frame_decimal("ticks", ticks_now());
    frame_end();
}

bool tf_command(const char *name, char *rest)
{
    if (same_text(name, "tf-hello"))
    {
        tf_hello(rest);
    }
    else if (same_text(name, "tf-fill"))
    {
        fill(rest);
    }
    else if (same_text(name, "tf-load"))
    {
        load(rest);
    }
    else if (same_text(name, "tf-run"))
    {
        run(rest);
    }
    else if (same_text(name, "tf-layers"))
    {
        layers();
    }
    else if (same_text(name, "tf-overhead"))
    {
        overhead();
    }
    else if (same_text(name, "tf-memory"))
    {
        memory();
    }
    else if (same_text(name, "tf-output"))
    {
        output();
    }
    else if (same_text(name, "tf-ticks"))
    {
        now();
    }
    else
    {
        return false;
    }
    return true;
}
