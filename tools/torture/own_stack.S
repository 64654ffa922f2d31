/* An entry for programs whose stack has to lie beside them: QEMU's user mode gives them one somewhere else. Code may lie in it. */
        .section .uninitialised, "awx", @nobits
        .align  3
        .space  131072
stack_end:
        .text
        .globl  start_with_own_stack
start_with_own_stack:
        addik   r1, r0, stack_end - 64
        bri     _start
