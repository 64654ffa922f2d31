/* Start-up on a core of RISC-V: as start.S. */
        .section .text.start, "ax"
        .globl  _start
_start: la      a0, bss_start
        la      a1, bss_end
        bgeu    a0, a1, cleared
clear:  sw      zero, 0(a0)
        addi    a0, a0, 4
        bltu    a0, a1, clear
cleared:
        li      a0, 0x80                /* enable */
        li      a1, 0x41c00000
        sw      a0, 0(a1)
        call    main
        li      a7, 93                  /* exit */
        ecall

/* int linux_call(int a, int b, int c, int number) */
        .globl  linux_call
linux_call:
        mv      a7, a3
        ecall
        ret
