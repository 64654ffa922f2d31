; The timed pieces of pipeline.c. Each returns in r0 the cycles between its two readings of timer 0.

        .macro  begin name
        .balign 8
        .global _\name
        .type   _\name, %function
_\name:
        .endm
; what follows `timed` begins a fetch line
        .macro  timed
        .balignw 8, 0x01a2
        nop
        nop
        movfs   r16, ctimer0
        .endm
        .macro  done
        movfs   r17, ctimer0
        sub     r0, r16, r17
        rts
        .endm

        .section .text
; nothing at all
        begin   empty
        timed
        done

; r0 turns of a body of eight integer instructions, the hardware's loop
        begin   hardware_loop
        gid
        mov     r1, %low(hardware_first)
        movts   ls, r1
        mov     r1, %low(hardware_last)
        movts   le, r1
        movts   lc, r0
        timed
hardware_first:
        .rept   7
        add.l   r18, r18, #1
        .endr
hardware_last:
        add.l   r18, r18, #1
        movfs   r17, ctimer0
        gie
        sub     r0, r16, r17
        rts

; the same body, SUB and BNE
        begin   software_loop
        timed
1:
        .rept   8
        add.l   r18, r18, #1
        .endr
        sub     r0, r0, #1
        bne     1b
        done

; the inner loop of a radix-2 transform, unrolled by hand: 16 FPU instructions, each with an IALU or load/store instruction to pair with.
; Two FMSUB need the FMUL of one pair earlier and wait for it, one cycle each.
        begin   butterflies
        mov     r1, %low(_data)
        mov     r2, %low(_data)
        timed
        fmul.l  r18, r48, r49           ; a
        ldrd.l  r50, [r1, #0]
        fmul.l  r19, r48, r49           ; b
        ldrd.l  r52, [r1, #1]
        fadd.l  r20, r48, r49
        add.l   r40, r40, #1
        fadd.l  r21, r48, r49
        add.l   r41, r41, #1
        fmsub.l r18, r48, r49           ; needs a, four cycles after it: waits one
        strd.l  r54, [r2, #2]
        fadd.l  r22, r48, r49
        add.l   r42, r42, #1
        fadd.l  r23, r48, r49
        ldrd.l  r56, [r1, #3]
        fmul.l  r24, r48, r49           ; c
        add.l   r43, r43, #1
        fadd.l  r25, r48, r49
        strd.l  r58, [r2, #4]
        fadd.l  r26, r48, r49
        add.l   r40, r40, #1
        fadd.l  r27, r48, r49
        add.l   r41, r41, #1
        fmsub.l r24, r48, r49           ; needs c, four cycles after it: waits one
        add.l   r42, r42, #1
        fadd.l  r44, r48, r49
        ldrd.l  r60, [r1, #5]
        fadd.l  r45, r48, r49
        add.l   r43, r43, #1
        fadd.l  r46, r48, r49
        strd.l  r54, [r2, #6]
        fadd.l  r47, r48, r49
        add.l   r40, r40, #1
        done

; FMUL and an FMSUB that needs its result
        begin   multiply_then_subtract
        timed
        fmul.l  r18, r48, r49
        fmsub.l r18, r48, r49
        done
        begin   multiply_alone
        timed
        fmul.l  r18, r48, r49
        done

; r0 turns of 16 FMADD, each with a load of two words or an index update next to it
        begin   multiply_add_loop
        gid
        mov     r1, %low(fused_first)
        movts   ls, r1
        mov     r1, %low(fused_last)
        movts   le, r1
        movts   lc, r0
        mov     r1, %low(_data)
        timed
fused_first:
        .irp    reg, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 40, 41, 42, 43, 44
        fmadd.l r\reg, r48, r49
        ldrd.l  r50, [r1, #1]
        .endr
        fmadd.l r45, r48, r49
fused_last:
        ldrd.l  r50, [r1, #2]
        movfs   r17, ctimer0
        gie
        sub     r0, r16, r17
        rts

; r0 turns of 32 bytes, four double words loaded and stored: the hardware's loop
        begin   copy_hardware
        gid
        mov     r1, %low(copy_first)
        movts   ls, r1
        mov     r1, %low(copy_last)
        movts   le, r1
        movts   lc, r0
        mov     r1, %low(_source)
        mov     r2, %low(_target)
        timed
copy_first:
        ldrd.l  r44, [r1], #1
        ldrd.l  r46, [r1], #1
        ldrd.l  r48, [r1], #1
        ldrd.l  r50, [r1], #1
        strd.l  r44, [r2], #1
        strd.l  r46, [r2], #1
        strd.l  r48, [r2], #1
copy_last:
        strd.l  r50, [r2], #1
        movfs   r17, ctimer0
        gie
        sub     r0, r16, r17
        rts

; the same, SUB and BNE
        begin   copy_software
        mov     r1, %low(_source)
        mov     r2, %low(_target)
        timed
1:
        ldrd.l  r44, [r1], #1
        ldrd.l  r46, [r1], #1
        ldrd.l  r48, [r1], #1
        ldrd.l  r50, [r1], #1
        strd.l  r44, [r2], #1
        strd.l  r46, [r2], #1
        strd.l  r48, [r2], #1
        strd.l  r50, [r2], #1
        sub     r0, r0, #1
        bne     1b
        done
