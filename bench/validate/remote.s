; The timed pieces of remote.c. Each returns in r0 the cycles between its two readings of timer 0.

        .section .text
; ten words loaded from r0, each stored at r1, which is local
        .balign 8
        .global _ten_loads
        .type   _ten_loads, %function
_ten_loads:
        nop
        nop
        movfs   r16, ctimer0
        .rept   10
        ldr     r2, [r0]
        str     r2, [r1]
        .endr
        movfs   r17, ctimer0
        sub     r0, r16, r17
        rts

; ten turns of a loop that waits for the word at r0 to change, laid out one after the other
        .balign 8
        .global _ten_looks
        .type   _ten_looks, %function
_ten_looks:
        mov     r3, #15
        nop
        nop
        nop
        movfs   r16, ctimer0
        .rept   10
        ldr.l   r2, [r0]
        and     r2, r2, r3
        beq     1f                      ; a line of 8 bytes
1:
        .endr
        movfs   r17, ctimer0
        sub     r0, r16, r17
        rts
