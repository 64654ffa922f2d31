/* Start-up of a native C program on a MicroBlaze core below which somebody serves Linux's system calls: `epysim exec`, or QEMU's user mode.
 * Both set the stack pointer. */
        .text
        .globl  _start
_start: addik   r13, r0, _SDA_BASE_
        addik   r2, r0, _SDA2_BASE_
        addik   r1, r1, -32             /* a callee stores its link register and arguments above its caller's stack pointer */
        addik   r5, r0, bss_start
        addik   r6, r0, bss_end
clear:  cmpu    r7, r6, r5
        bgei    r7, cleared
        swi     r0, r5, 0
        brid    clear
        addik   r5, r5, 4
cleared:
        addk    r5, r0, r0              /* main(0, 0) */
        brlid   r15, main
        addk    r6, r0, r0
        brlid   r15, exit
        addk    r5, r3, r0

/* int linux_call(int a, int b, int c, int number): what the kernel answers, an error as its negative number */
        .globl  linux_call
linux_call:
        addk    r12, r8, r0
        brki    r14, 8
        rtsd    r15, 8
        nop
