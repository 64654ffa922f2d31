/* word ddr_loads(void): cycles between two readings of the timer with 1000 loads of words from DDR memory in a row between them */
        .set    timer, 0x41c00008
        .text
        .globl  ddr_loads
ddr_loads:
        addik   r6, r0, timer
        addik   r7, r0, 0x20000000
        lwi     r3, r6, 0
        .rept   1000
        lwi     r5, r7, 0
        .endr
        lwi     r4, r6, 0
        rtsd    r15, 8
        rsubk   r3, r3, r4
