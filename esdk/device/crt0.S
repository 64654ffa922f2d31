/* Start-up of a device program. The host's SYNC interrupt arrives at vector 0; from there:
 *   stack; zeroed data, unless the loader says that it has done that; leave the interrupt with only SYNC open; constructors; main(0, 0, 0);
 *   exit with what it returns. The other vectors go to the handlers of the C library's signal(), until e_irq_attach puts branches there.
 */
        .section IVT, "ax"
        .balign 4
        b.l     .normal_start
        b.l     .sw_exception_v
        b.l     .page_miss_v
        b.l     .timer0_expired_v
        b.l     .timer1_expired_v
        b.l     .message_v
        b.l     .dma0_v
        b.l     .dma1_v
        b.l     .wand_v
        b.l     .soft_v

/* What the loader tells (esdk/host/loader.c): flags, -, arguments, -. */
        .section loader_cfg, "aw"
        .balign 8
        .global __loader_flags
__loader_flags:
        .word   0, 0, 0, 0
        .equ    BSS_CLEARED, 1
        .equ    STACK_SET, 4            /* the stack pointer is already right, with arguments on top of it */

/* Near the vectors; the rest may be anywhere. */
        .section RESERVED_CRT0, "ax"
        .balign 4
        .global .normal_start
.normal_start:
        mov     r3, %low(_epiphany_start)
        movt    r3, %high(_epiphany_start)
        jr      r3

        .text
        .balign 8
        .global _epiphany_start
_epiphany_start:
        mov     r0, %low(__loader_flags)
        movt    r0, %high(__loader_flags)
        ldr     r4, [r0]
        mov     r1, #STACK_SET
        and     r1, r1, r4
        bne     stack_done
        mov     sp, %low(___stack)
        movt    sp, %high(___stack)
stack_done:
        mov     fp, #0

        mov     r1, #BSS_CLEARED
        and     r1, r1, r4
        bne     zeroed
        mov     r0, %low(___bss_start)
        movt    r0, %high(___bss_start)
        mov     r1, %low(_end)
        movt    r1, %high(_end)
        mov     r2, #0
        mov     r3, #0
zero:
        sub     r4, r1, r0
        beq     zeroed
        strd    r2, [r0], #1
        b       zero
zeroed:
        mov     r0, %low(fini)
        movt    r0, %high(fini)
        mov     r1, %low(_atexit)
        movt    r1, %high(_atexit)
        jalr    r1

        mov     r0, #0xfffe
        movts   imask, r0
        mov     r0, %low(started)
        movt    r0, %high(started)
        movts   iret, r0
        rti
started:
        mov     r1, %low(init)
        movt    r1, %high(init)
        jalr    r1
        mov     r0, #0
        mov     r1, #0
        mov     r2, #0
        mov     r3, %low(_main)
        movt    r3, %high(_main)
        jalr    r3
        mov     r3, %low(_exit)
        movt    r3, %high(_exit)
        jalr    r3
        idle
