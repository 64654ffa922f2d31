/* Start-up: clears what is to be zero, starts the timer, runs main, leaves with its result. The stack pointer is set by whoever starts the
 * core. */
        .section .text.start, "ax"
        .globl  _start
_start: addik   r1, r1, -32             /* a callee stores its link register above its caller's stack pointer */
        addik   r5, r0, bss_start
        addik   r6, r0, bss_end
clear:  rsub    r7, r5, r6
        beqi    r7, cleared
        swi     r0, r5, 0
        brid    clear
        addik   r5, r5, 4
cleared:
        addik   r5, r0, 0x80            /* enable */
        swi     r5, r0, 0x41c00000
        brlid   r15, main
        nop
        addk    r5, r3, r0
        addik   r12, r0, 1              /* exit */
        brki    r14, 8

/* int linux_call(int a, int b, int c, int number) */
        .globl  linux_call
linux_call:
        addk    r12, r8, r0
        brki    r14, 8
        rtsd    r15, 8
        nop
