/* Start-up of a native C program on a PicoRV32 core below which somebody serves Linux's system calls: `epysim exec`, or QEMU's user mode.
 * Both set the stack pointer. */
        .text
        .globl  _start
_start: la      a0, bss_start
        la      a1, bss_end
        bgeu    a0, a1, cleared
clear:  sw      zero, 0(a0)
        addi    a0, a0, 4
        bltu    a0, a1, clear
cleared:
        li      a0, 0                   /* main(0, 0) */
        li      a1, 0
        call    main
        call    exit

/* int linux_call(int a, int b, int c, int number): what the kernel answers, an error as its negative number */
        .globl  linux_call
linux_call:
        mv      a7, a3
        ecall
        ret
