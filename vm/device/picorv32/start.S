/* Start-up of a PicoRV32 core: vectors, then the C environment. The host starts a core by letting it out of reset; all interrupts are
 * masked then, and stay so. */
        .section .vectors, "ax"
        j       start           /* 0x00 reset */
        .org    0x10
        j       stop            /* 0x10 interrupts */

        .section .text.start, "ax"
        .global start
start:
        la      sp, stack_top
        la      a0, bss_start
        la      a1, bss_end
        bgeu    a0, a1, ready
clear:
        sw      zero, 0(a0)
        addi    a0, a0, 4
        bltu    a0, a1, clear
ready:
        call    epy_run

        .global stop
stop:
        .word   0x0800000b      /* waitirq zero: sleep until an interrupt, and none is ever raised */
        j       stop

        .global port_halt
        .set    port_halt, stop
