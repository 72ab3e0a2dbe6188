#include "textflag.h"

// Nibble tables: a byte belongs to a class when the entries of its low and its
// high nibble share the class's bit (Langdale and Lemire, "Parsing gigabytes of
// JSON per second", 2019, section 3.1.2). Group A holds the low eight bits of
// detect.Bytes, group B the high eight. Letters are two rectangles: rows 4 and 6
// in group A, rows 5 and 7 in group B, at the bit of HasOther.
DATA lowA<>+0(SB)/8, $0x0303030303030305
DATA lowA<>+8(SB)/8, $0x820a220242120303
GLOBL lowA<>(SB), RODATA|NOPTR, $16
DATA highA<>+0(SB)/8, $0x0002000611e80000
DATA highA<>+8(SB)/8, $0x0000000000000000
GLOBL highA<>(SB), RODATA|NOPTR, $16
DATA lowB<>+0(SB)/8, $0x6060616060606064
DATA lowB<>+8(SB)/8, $0x5040424048606060
GLOBL lowB<>(SB), RODATA|NOPTR, $16
DATA highB<>+0(SB)/8, $0x2800380002050000
DATA highB<>+8(SB)/8, $0x4040404040404040
GLOBL highB<>(SB), RODATA|NOPTR, $16
DATA nibble<>+0(SB)/8, $0x0f0f0f0f0f0f0f0f
DATA nibble<>+8(SB)/8, $0x0f0f0f0f0f0f0f0f
GLOBL nibble<>(SB), RODATA|NOPTR, $16
DATA quote<>+0(SB)/8, $0x2222222222222222
DATA quote<>+8(SB)/8, $0x2222222222222222
GLOBL quote<>(SB), RODATA|NOPTR, $16
DATA backslash<>+0(SB)/8, $0x5c5c5c5c5c5c5c5c
DATA backslash<>+8(SB)/8, $0x5c5c5c5c5c5c5c5c
GLOBL backslash<>(SB), RODATA|NOPTR, $16
DATA lastControl<>+0(SB)/8, $0x1f1f1f1f1f1f1f1f
DATA lastControl<>+8(SB)/8, $0x1f1f1f1f1f1f1f1f
GLOBL lastControl<>(SB), RODATA|NOPTR, $16

// before: 32 bytes of ones, then 32 of zeros; read at 32-n it keeps the first n bytes.
DATA before<>+0(SB)/8, $0xffffffffffffffff
DATA before<>+8(SB)/8, $0xffffffffffffffff
DATA before<>+16(SB)/8, $0xffffffffffffffff
DATA before<>+24(SB)/8, $0xffffffffffffffff
DATA before<>+32(SB)/8, $0x0000000000000000
DATA before<>+40(SB)/8, $0x0000000000000000
DATA before<>+48(SB)/8, $0x0000000000000000
DATA before<>+56(SB)/8, $0x0000000000000000
GLOBL before<>(SB), RODATA|NOPTR, $64

// func scanBlocks(p *byte, n int) (end int, classes uint32)
//
// Whole blocks of 32 bytes are read; never a byte behind p[n-1].
TEXT ·scanBlocks(SB), NOSPLIT, $0-28
	MOVQ p+0(FP), SI
	MOVQ n+8(FP), CX
	VBROADCASTI128 lowA<>(SB), Y8
	VBROADCASTI128 highA<>(SB), Y9
	VBROADCASTI128 lowB<>(SB), Y10
	VBROADCASTI128 highB<>(SB), Y11
	VBROADCASTI128 nibble<>(SB), Y12
	VBROADCASTI128 quote<>(SB), Y13
	VBROADCASTI128 backslash<>(SB), Y14
	VBROADCASTI128 lastControl<>(SB), Y15
	VPXOR Y6, Y6, Y6          // classes of group A so far
	VPXOR Y7, Y7, Y7          // classes of group B so far
	XORQ  AX, AX              // offset of the block

block:
	LEAQ  32(AX), DX
	CMPQ  DX, CX
	JGT   done
	VMOVDQU (SI)(AX*1), Y0
	VPCMPEQB Y0, Y13, Y1
	VPCMPEQB Y0, Y14, Y2
	VPMINUB Y0, Y15, Y3
	VPCMPEQB Y0, Y3, Y3       // at most 0x1f
	VPOR  Y1, Y2, Y1
	VPOR  Y1, Y3, Y1
	VPMOVMSKB Y1, BX
	VPAND Y0, Y12, Y2         // low nibbles
	VPSRLW $4, Y0, Y3
	VPAND Y3, Y12, Y3         // high nibbles
	VPSHUFB Y2, Y8, Y4
	VPSHUFB Y3, Y9, Y5
	VPAND Y4, Y5, Y4          // group A
	VPSHUFB Y2, Y10, Y2
	VPSHUFB Y3, Y11, Y3
	VPAND Y2, Y3, Y5          // group B
	TESTL BX, BX
	JNE   stop
	VPOR  Y4, Y6, Y6
	VPOR  Y5, Y7, Y7
	MOVQ  DX, AX
	JMP   block

stop:
	TZCNTL BX, BX             // bytes of the block before the stop
	ADDQ  BX, AX
	LEAQ  before<>+32(SB), DI
	SUBQ  BX, DI
	VMOVDQU (DI), Y0
	VPAND Y0, Y4, Y4
	VPAND Y0, Y5, Y5
	VPOR  Y4, Y6, Y6
	VPOR  Y5, Y7, Y7

done:
	VEXTRACTI128 $1, Y6, X0
	VEXTRACTI128 $1, Y7, X1
	VPOR  X0, X6, X6
	VPOR  X1, X7, X7
	VPUNPCKLQDQ X7, X6, X0    // A's low half, B's low half
	VPUNPCKHQDQ X7, X6, X1
	VPOR  X0, X1, X0
	VPSRLQ $32, X0, X1
	VPOR  X0, X1, X0
	VPSRLQ $16, X0, X1
	VPOR  X0, X1, X0
	VPSRLQ $8, X0, X1
	VPOR  X0, X1, X0
	VPEXTRB $0, X0, BX
	VPEXTRB $8, X0, DX
	SHLL  $8, DX
	ORL   DX, BX
	MOVL  BX, DX              // the second rectangle of letters: bit 13 to bit 1
	SHRL  $12, DX
	ANDL  $2, DX
	ORL   DX, BX
	ANDL  $0xdfff, BX
	VZEROUPPER
	MOVQ  AX, end+16(FP)
	MOVL  BX, classes+24(FP)
	RET
