package detect

// Numbers of telephones and their cards.

// validIMSI: 14 or 15 digits that begin with a mobile country code of ITU-T E.212.
func validIMSI(v []byte) bool {
	var room [15]byte
	d := compact(room[:0], v, 14, 15)
	return d != nil && allDigits(d) && isMCC(number(d[:3]))
}

// isMCC tells whether the ITU lists networks under a mobile country code. 461 is
// China's but has none.
func isMCC(n int) bool {
	for _, r := range [...][2]int16{{202, 202}, {204, 204}, {206, 206}, {208, 208}, {212, 214}, {216, 216}, {218, 222}, {226, 226}, {228, 228},
		{230, 232}, {234, 235}, {238, 238}, {240, 240}, {242, 242}, {244, 244}, {246, 248}, {250, 250}, {255, 255}, {257, 257}, {259, 260},
		{262, 262}, {266, 266}, {268, 268}, {270, 270}, {272, 272}, {274, 274}, {276, 276}, {278, 278}, {280, 280}, {282, 284}, {286, 286},
		{288, 290}, {292, 295}, {297, 297}, {302, 302}, {308, 308}, {310, 316}, {330, 330}, {332, 332}, {334, 334}, {338, 338}, {340, 340},
		{342, 342}, {344, 344}, {346, 346}, {348, 348}, {350, 350}, {352, 352}, {354, 354}, {356, 356}, {358, 358}, {360, 360}, {362, 366},
		{368, 368}, {370, 370}, {372, 372}, {374, 374}, {376, 376}, {400, 402}, {404, 406}, {410, 410}, {412, 422}, {424, 432}, {434, 434},
		{436, 438}, {440, 441}, {450, 450}, {452, 452}, {454, 457}, {460, 460}, {466, 467}, {470, 470}, {472, 472}, {502, 502}, {505, 505},
		{510, 510}, {514, 515}, {520, 520}, {525, 525}, {528, 528}, {530, 530}, {536, 537}, {539, 555}, {602, 643}, {645, 655}, {657, 659},
		{702, 702}, {704, 704}, {706, 706}, {708, 708}, {710, 710}, {712, 712}, {714, 714}, {716, 716}, {722, 722}, {724, 724}, {730, 730},
		{732, 732}, {734, 734}, {736, 736}, {738, 738}, {740, 740}, {742, 742}, {744, 744}, {746, 746}, {748, 748}, {750, 750}, {901, 901}, {999, 999}} {
		if n >= int(r[0]) && n <= int(r[1]) {
			return true
		}
	}
	return false
}

// validMEID: 14 hexadecimal digits and perhaps a check: Luhn to the base of 16, or of
// 10 where all are decimal. The decimal form has the first 32 bits in ten digits, the
// other 24 in eight, and a check to the base of 10.
func validMEID(v []byte) bool {
	var room [19]byte
	d := compact(room[:0], v, 14, 19)
	switch len(d) {
	case 14, 15:
		if run(d, 0, setHex) != len(d) || same(d) {
			return false
		}
		return len(d) == 14 || allDigits(d) && luhn(d) || !allDigits(d[:14]) && luhn16(d)
	case 18, 19:
		return allDigits(d) && number(d[:10]) < 1<<32 && number(d[10:18]) < 1<<24 && !same(d) && (len(d) == 18 || luhn(d))
	}
	return false
}

// luhn16 is Luhn's check over hexadecimal digits in upper case.
func luhn16(d []byte) bool {
	sum := 0
	for i := range d {
		x := base36(d[len(d)-1-i]) * (1 + i%2)
		sum += x/16 + x%16
	}
	return sum%16 == 0
}
