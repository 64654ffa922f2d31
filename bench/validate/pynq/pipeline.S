/* Straight lines of instructions between two readings of the timer, and a loop.
 *
 *   word NAME(void)     cycles between the readings: those of the lines, and what two readings cost (nothing())
 */
        .set    timer, 0x41c00008

        .macro  begin name
        .globl  \name
\name:  addik   r6, r0, timer
        addik   r7, r0, data
        addik   r8, r0, 1
        addik   r9, r0, 3
        addk    r4, r0, r0
        lwi     r3, r6, 0
        .endm

        .macro  end
        lwi     r4, r6, 0
        rtsd    r15, 8
        rsubk   r3, r3, r4
        .endm

        .bss
data:   .space  8

        .text
        begin   nothing
        end

        begin   adds                    /* each needs the one before */
        .rept   1000
        addk    r5, r5, r8
        .endr
        end

        begin   loads_used
        .rept   1000
        lwi     r5, r7, 0
        addk    r10, r5, r8
        .endr
        end

        begin   loads
        .rept   1000
        lwi     r5, r7, 0
        .endr
        end

        begin   branches
        .rept   1000
        bnei    r8, 4
        .endr
        end

        begin   branches_with_slot
        .rept   1000
        bneid   r8, 8
        or      r0, r0, r0
        .endr
        end

        begin   branches_not_taken
        .rept   1000
        beqi    r8, 4
        .endr
        end

        begin   divisions
        .rept   100
        idiv    r5, r9, r8
        .endr
        end

        begin   float_adds
        .rept   100
        fadd    r5, r8, r9
        .endr
        end

        begin   float_adds_in_a_chain
        .rept   100
        fadd    r5, r5, r9
        .endr
        addk    r10, r5, r0             /* waits for the last one, too */
        end

        begin   one_add
        addk    r10, r5, r0
        end

        begin   products_used
        .rept   100
        mul     r5, r8, r9
        addk    r10, r5, r8
        .endr
        end

/* word loop(int turns): five instructions a turn */
        .globl  loop
loop:   addik   r6, r0, timer
        lwi     r4, r6, 0
turn:   addik   r5, r5, -1
        addk    r10, r8, r7
        xor     r8, r7, r9
        bneid   r5, turn
        addik   r7, r7, 1
        lwi     r3, r6, 0
        rtsd    r15, 8
        rsubk   r3, r4, r3
