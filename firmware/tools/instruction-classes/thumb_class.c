#include "thumb_class.h"

static thumb_work work(thumb_class kind, uint32_t words)
{
    const thumb_work result = {kind, words};
    return result;
}

static uint32_t ones(uint32_t list)
{
    return (uint32_t)__builtin_popcount(list);
}

/* 16-bit encodings, A5.2. */
static thumb_work classify16(uint32_t op)
{
    if ((op & 0xF800) == 0x4800) /* LDR literal */
        return work(CLASS_LOAD, 1);
    if ((op & 0xFFC0) == 0x4340) /* MUL */
        return work(CLASS_MULTIPLY, 0);
    if ((op & 0xFF00) == 0x4700) /* BX, BLX */
        return work(CLASS_BRANCH, 0);
    if ((op & 0xFF87) == 0x4687) /* MOV to the pc */
        return work(CLASS_BRANCH, 0);
    if ((op & 0xF000) == 0x5000) /* load and store, register offset: bits 11..9 below 3 store */
        return work(((op >> 9) & 7) < 3 ? CLASS_STORE : CLASS_LOAD, 1);
    if ((op & 0xE000) == 0x6000 || (op & 0xF000) == 0x8000 || (op & 0xF000) == 0x9000)
        return work((op & 0x0800) ? CLASS_LOAD : CLASS_STORE, 1);
    if ((op & 0xFE00) == 0xB400) /* PUSH */
        return work(CLASS_STORE, ones(op & 0x1FF));
    if ((op & 0xFE00) == 0xBC00) /* POP */
        return work(CLASS_LOAD, ones(op & 0x1FF));
    if ((op & 0xF500) == 0xB100) /* CBZ, CBNZ */
        return work(CLASS_BRANCH, 0);
    if ((op & 0xF000) == 0xC000) /* STM, LDM */
        return work((op & 0x0800) ? CLASS_LOAD : CLASS_STORE, ones(op & 0xFF));
    if ((op & 0xF000) == 0xD000 && (op & 0x0E00) != 0x0E00) /* B<cond>; the rest are UDF and SVC */
        return work(CLASS_BRANCH, 0);
    if ((op & 0xF800) == 0xE000) /* B */
        return work(CLASS_BRANCH, 0);
    return work(CLASS_OTHER, 0);
}

/* 32-bit encodings, A5.3; floating point, A6. */
static thumb_work classify32(uint32_t first, uint32_t second)
{
    if ((first & 0xFE40) == 0xE800) /* LDM, STM */
        return work((first & 0x10) ? CLASS_LOAD : CLASS_STORE, ones(second));
    if ((first & 0xFFF0) == 0xE8D0 && (second & 0xFFE0) == 0xF000) /* TBB, TBH */
        return work(CLASS_BRANCH, 0);
    if ((first & 0xFE40) == 0xE840)
    { /* LDRD, STRD, exclusives */
        const uint32_t words = ((first & 0xFF60) == 0xE840) ? 1 : 2;
        return work((first & 0x10) ? CLASS_LOAD : CLASS_STORE, words);
    }
    if ((first & 0xFF00) == 0xF800 || (first & 0xFF00) == 0xF900)
    { /* single loads and stores; hints are loads too */
        return work((first & 0x10) ? CLASS_LOAD : CLASS_STORE, 1);
    }
    if ((first & 0xFF80) == 0xFB00) /* MUL, MLA, SMLAxy, SMLAD, SMMLA … */
        return work(CLASS_MULTIPLY, 0);
    if ((first & 0xFF80) == 0xFB80)
    { /* SMULL, SMLAL …; 1 and 3 divide */
        const uint32_t op = (first >> 4) & 7;
        return work((op == 1 || op == 3) && (second & 0xF0) == 0xF0 ? CLASS_DIVIDE : CLASS_MULTIPLY, 0);
    }
    if ((first & 0xF800) == 0xF000 && (second & 0x8000))
    { /* branches and miscellaneous control */
        const uint32_t op = (first >> 4) & 0x7F;
        const int conditional = (second & 0x5000) == 0;
        if (conditional && (op & 0x38) == 0x38) /* MSR, MRS, barriers */
            return work(CLASS_OTHER, 0);
        return work(CLASS_BRANCH, 0);
    }
    if ((first & 0xFE00) == 0xEC00)
    { /* VLDR, VSTR, VLDM, VSTM */
        const uint32_t one = (first & 0x0120) == 0x0100;
        const uint32_t doubles = (second & 0x0100) != 0;
        const uint32_t words = one ? 1 + doubles : (second & 0xFF);
        if ((first & 0x01E0) == 0x0040) /* VMOV of two core registers */
            return work(CLASS_OTHER, 0);
        return work((first & 0x10) ? CLASS_LOAD : CLASS_STORE, words);
    }
    return work(CLASS_OTHER, 0);
}

thumb_work thumb_classify(const uint8_t *bytes, size_t size)
{
    const uint32_t first = bytes[0] | (uint32_t)bytes[1] << 8;
    if (size == 2) return classify16(first);
    return classify32(first, bytes[2] | (uint32_t)bytes[3] << 8);
}
