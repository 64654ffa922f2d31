; Copies of double words as the C loops of the EBSP memory benchmark make them. What a turn takes when nothing outside the core holds it
; up is published by the points of up to 8 double words: 47 + 16 n cycles upwards, 51 + 17 n downwards, timer calls included; the NOPs stand
; for the instructions of that compiler's code that did no more than pass time.

        .section .text
; r0 to, r1 from, r2 how many double words, at least 1
        .balign 8
        .global _copy_up
        .type   _copy_up, %function
_copy_up:
        .rept   14
        nop
        .endr
        .balignw 8, 0x01a2
1:
        ldrd.l  r16, [r1], #1
        .rept   8
        nop
        .endr
        strd.l  r16, [r0], #1
        nop
        sub     r2, r2, #1
        bne     1b
        rts

        .balign 8
        .global _copy_down
        .type   _copy_down, %function
_copy_down:
        lsl     r3, r2, #3
        add     r0, r0, r3
        add     r1, r1, r3
        sub     r0, r0, #8
        sub     r1, r1, #8
        .rept   14
        nop
        .endr
        .balignw 8, 0x01a2
1:
        ldrd.l  r16, [r1], #-1
        .rept   9
        nop
        .endr
        strd.l  r16, [r0], #-1
        nop
        sub     r2, r2, #1
        bne     1b
        rts
