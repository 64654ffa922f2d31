/* What a traced event is: a double word in the region "trace_buffer" of the shared memory, of which each core of a group has an equal part.
 *
 *   bits 62, 63 severity   56 to 61 event   52 to 55 place in the program   40 to 51 core   32 to 39 data   0 to 31 its CTIMER1, counting
 * down
 *
 * A part is written from its start on, and from there again when it is full. Names and numbers are those of Adapteva's eSDK. */
#ifndef E_TRACE_EVENTS_H
#define E_TRACE_EVENTS_H

#define TRACE_REGION "trace_buffer"
#define TRACE_BYTES 0x200000u

#define T_SEVERITY_ERROR 0u
#define T_SEVERITY_WARNING (1u << 30)
#define T_SEVERITY_NOTICE (2u << 30)
#define T_SEVERITY_DEBUG (3u << 30)

#define T_EVENT_PROGRAM_START (0u << 24)
#define T_EVENT_PROGRAM_STOP (1u << 24)
#define T_EVENT_PROCESSING_START (2u << 24)
#define T_EVENT_PROCESSING_STOP (3u << 24)
#define T_EVENT_WRITE_START (4u << 24)
#define T_EVENT_WRITE_STOP (5u << 24)
#define T_EVENT_READ_START (6u << 24)
#define T_EVENT_READ_STOP (7u << 24)
#define T_EVENT_USER1_START (8u << 24)
#define T_EVENT_USER1_END (9u << 24)
#define T_EVENT_MARKER1 (10u << 24)

#define T_BP_0 (0u << 20)
#define T_BP_1 (1u << 20)
#define T_BP_2 (2u << 20)
#define T_BP_3 (3u << 20)
#define T_BP_4 (4u << 20)
#define T_BP_5 (5u << 20)
#define T_BP_6 (6u << 20)
#define T_BP_7 (7u << 20)
#define T_BP_8 (8u << 20)
#define T_BP_9 (9u << 20)
#define T_BP_10 (10u << 20)
#define T_BP_11 (11u << 20)
#define T_BP_12 (12u << 20)
#define T_BP_13 (13u << 20)
#define T_BP_14 (14u << 20)
#define T_BP_15 (15u << 20)

#endif
