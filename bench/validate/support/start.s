; What every validation program starts with: the vector of the SYNC interrupt, by which a host starts a core, then main, then exit with
; what main returned. Memory is zero before a program is loaded.
        .section .vectors, "ax"
        b       boot                    ; 0x00 SYNC
        .rept   9
        b.l     unexpected              ; 0x04 to 0x24
        .endr

        .section .text.boot, "ax"
        .global boot
        .type   boot, %function
boot:
        mov     sp, %low(___stack)
        movt    sp, %high(___stack)
        mov     r0, %low(run)
        movts   iret, r0
        rti                             ; leaves the SYNC interrupt
run:
        mov     r0, %low(_loader)
        movt    r0, %high(_loader)
        jalr    r0
        mov     r0, %low(_main)
        movt    r0, %high(_main)
        jalr    r0
        trap    3

        .weak   unexpected
        .type   unexpected, %function
unexpected:
        mov     r0, #99
        trap    3
