/* Start-up of an Epiphany core: vector table, then the C environment.
 * Interrupt 0 is how the host starts a core; no other is ever enabled, so all other vectors end the core. */
        .section .vectors, "ax"
        .balign 4
        .rept 1
        b.l     start
        .endr
        .rept 9
        b.l     stop
        .endr

        .section .text.start, "ax"
        .balign 8
        .global start
start:
        mov     sp, %low(stack_top)
        movt    sp, %high(stack_top)
        mov     r0, #0
        movts   config, r0              /* float mode, round to nearest, timers off */
        mov     r1, #0x3ff
        movts   imask, r1
        mov     r1, %low(run)
        movt    r1, %high(run)
        movts   iret, r1
        rti                             /* leaves the interrupt that started us: run goes on with none in service */

run:
        gid
        mov     r1, %low(bss_start)
        movt    r1, %high(bss_start)
        mov     r2, %low(bss_end)
        movt    r2, %high(bss_end)
        sub     r2, r2, r1
        beq     ready
clear:
        str     r0, [r1], #1
        sub     r2, r2, #4
        bne     clear
ready:
        mov     r43, #0xffff            /* -1, for ever (epiphany.image) */
        movt    r43, #0xffff
        bl      _epy_run

        .global stop
stop:
        idle
        b       stop

        .global _port_halt
        .set    _port_halt, stop
