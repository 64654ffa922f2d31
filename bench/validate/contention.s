; 430 words stored one after the other from r0 on: the cycles in r0
        .section .text
        .balign 8
        .global _stores
        .type   _stores, %function
_stores:
        nop
        nop
        movfs   r16, ctimer0
        .rept   430
        str.l   r1, [r0], #1
        .endr
        movfs   r17, ctimer0
        sub     r0, r16, r17
        rts
