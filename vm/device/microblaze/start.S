/* Start-up of a MicroBlaze core: vector table, then the C environment. The host starts a core by letting it out of reset; interrupts and
 * exceptions are never enabled, so all other vectors end the core. */
        .section .vectors, "ax"
        brai    start           /* 0x00 reset */
        brai    stop            /* 0x08 user exception */
        brai    stop            /* 0x10 interrupt */
        brai    stop            /* 0x18 break */
        brai    stop            /* 0x20 hardware exception */

        .section .text.start, "ax"
        .global start
start:
        mts     rmsr, r0                /* no carry, no interrupts */
        addik   r2, r0, 0               /* nothing is placed in small data areas */
        addik   r13, r0, 0
        addik   r1, r0, stack_top
        addik   r5, r0, bss_start
        addik   r6, r0, bss_end
        rsub    r7, r5, r6
        beqi    r7, ready
clear:
        swi     r0, r5, 0
        addik   r7, r7, -4
        bneid   r7, clear
        addik   r5, r5, 4
ready:
        brlid   r15, epy_run
        nop

        .global stop
stop:
        mbar    16                      /* sleep */
        bri     stop

        .global port_halt
        .set    port_halt, stop
