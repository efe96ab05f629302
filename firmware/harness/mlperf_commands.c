/* The commands of the MLPerf Tiny reference harness, answered in its words. */
#include <stddef.h>

#include "board.h"
#include "commands.h"
#include "console.h"
#include "input.h"
#include "model.h"
#include "runner.h"
#include "text.h"
#include "ticks.h"

#define FIRMWARE_VERSION "tinyfarm firmware 1"

static uint32_t buffer_bytes;
static uint32_t buffer_position;

static void put_lap(uint64_t ticks)
{
    put_text("m-lap-us-");
    put_decimal(ticks * 1000000u / ticks_hz());
    put_end();
}

static void results(void)
{
    put_text("m-results-[");
    const uint32_t count = model_output_bytes();
    for (uint32_t i = 0; i < count; i++)
    {
        const int32_t milli = model_output_milli(i);
        const uint32_t size = milli < 0 ? 0u - (uint32_t)milli : (uint32_t)milli;
        put_text(i == 0 ? "" : ",");
        put_text(milli < 0 ? "-" : "");
        put_decimal(size / 1000u);
        put_char('.');
        put_char((char)('0' + size / 100u % 10u));
        put_char((char)('0' + size / 10u % 10u));
        put_char((char)('0' + size % 10u));
    }
    put_line("]");
}

static void infer(char *rest)
{
    const char *const count_word = next_word(&rest);
    const char *const warmup_word = next_word(&rest);
    const int32_t count = count_word == NULL ? 1 : parse_leading_integer(count_word);
    const int32_t warmup = warmup_word == NULL ? 10 : parse_leading_integer(warmup_word);
    if (count <= 0)
    {
        put_error("Inference iterations must be >0");
        return;
    }
    if (warmup < 0)
    {
        put_error("Inference warmup must be >=0");
        return;
    }
    runner_begin((uint32_t)count + (uint32_t)warmup);
    put_text("m-warmup-start-");
    put_signed(warmup);
    put_end();
    for (int32_t i = 0; i < warmup; i++)
    {
        runner_warm_up();
    }
    put_line("m-warmup-done");
    put_text("m-infer-start-");
    put_signed(count);
    put_end();
    const uint64_t lap = ticks_now();
    put_lap(lap);
    /* The second time stamp leaves out the sending of the first, and the restoring of the input. */
    uint64_t ticks = 0;
    for (int32_t i = 0; i < count; i++)
    {
        ticks += runner_infer();
    }
    put_lap(lap + ticks);
    put_line("m-infer-done");
    results();
}

static void load(const char *word)
{
    if (word == NULL)
    {
        put_error("Command 'db load' requires the # of bytes");
        return;
    }
    const uint32_t bytes = (uint32_t)parse_leading_integer(word);
    if (bytes == 0)
    {
        put_error("Command 'db load' must be >0 bytes");
        return;
    }
    buffer_position = 0;
    if (bytes > model_input_bytes())
    {
        buffer_bytes = 0;
        put_text("Supplied buffer size ");
        put_signed((int32_t)bytes);
        put_text(" exceeds maximum of ");
        put_decimal(model_input_bytes());
        put_end();
        return;
    }
    buffer_bytes = bytes;
    put_text("m-[Expecting ");
    put_decimal(bytes);
    put_line(" bytes]");
}

static void print_buffer(void)
{
    const uint8_t *const buffer = input_buffer();
    const uint32_t per_line = 8;
    for (uint32_t i = 0; i < buffer_bytes; i++)
    {
        put_text(i % per_line == 0 ? "m-buffer-" : "-");
        put_hex(buffer[i], 2);
        if ((i + 1) % per_line == 0 || i + 1 == buffer_bytes)
        {
            put_end();
        }
    }
    if (buffer_bytes % per_line != 0)
    {
        put_end();
    }
}

static void load_hex(const char *digits)
{
    uint8_t *const buffer = input_buffer();
    uint32_t count = 0;
    while (digits[count] != '\0')
    {
        count++;
    }
    if (count % 2 != 0)
    {
        put_error("Insufficent number of hex digits");
        return;
    }
    for (; *digits != '\0'; digits += 2)
    {
        const int high = hex_digit(digits[0]);
        const int low = hex_digit(digits[1]);
        if (high < 0 || low < 0)
        {
            put_text("e-[Invalid hex digit '");
            put_char(digits[0]);
            put_char(digits[1]);
            put_line("']");
            return;
        }
        if (buffer_position >= buffer_bytes)
        {
            put_error("Command 'db' has no bytes left to load, expected 'db load' first");
            return;
        }
        buffer[buffer_position++] = (uint8_t)(high << 4 | low);
        if (buffer_position == buffer_bytes)
        {
            input_from_buffer();
            put_line("m-load-done");
            return;
        }
    }
}

static void db(char *rest)
{
    const char *const word = next_word(&rest);
    if (word == NULL)
    {
        put_error("Command 'db' requires a subcommand");
    }
    else if (same_text(word, "load"))
    {
        load(next_word(&rest));
    }
    else if (same_text(word, "print"))
    {
        print_buffer();
    }
    else
    {
        load_hex(word);
    }
}

static void help(void)
{
    put_line(FIRMWARE_VERSION);
    put_line("");
    put_line("help         : Print this information");
    put_line("name         : Print the name of the device");
    put_line("profile      : Print the firmware and the network");
    put_line("timestamp    : Generate a timestamp");
    put_line("db SUBCMD    : Manipulate a generic byte buffer");
    put_line("  load N     : Allocate N bytes and set load counter");
    put_line("  HH[HH]*    : Load 8-bit hex byte(s) until N bytes");
    put_line("  print      : Print the bytes as hex");
    put_line("infer [N=1] [W=10]: Load input, execute N inferences after W warmup loops");
    put_line("results      : Return the result fp32 vector");
    put_line("tf-hello NONCE, tf-fill SEED, tf-load OFFSET HEX, tf-run N W, tf-layers, tf-overhead, tf-memory,");
    put_line("tf-output, tf-ticks: see docs/wire-protocol.md of tinyfarm");
}

bool mlperf_command(const char *name, char *rest)
{
    if (same_text(name, "name"))
    {
        put_line("m-name-" BOARD_TARGET "-[tinyfarm]");
    }
    else if (same_text(name, "timestamp"))
    {
        put_lap(ticks_now());
    }
    else if (same_text(name, "profile"))
    {
        put_line("m-profile-[" FIRMWARE_VERSION "]");
        put_text("m-model-[");
        put_text(model_name());
        put_line("]");
    }
    else if (same_text(name, "help"))
    {
        help();
    }
    else if (same_text(name, "db"))
    {
        db(rest);
    }
    else if (same_text(name, "infer"))
    {
        infer(rest);
    }
    else if (same_text(name, "results"))
    {
        results();
    }
    else
    {
        return false;
    }
    return true;
}
