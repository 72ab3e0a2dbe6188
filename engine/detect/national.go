package detect

import "github.com/eventveil/eventveil/engine/catalog"

// findNational looks for identity numbers that begin with the digits text[s:e]
// and are told by their punctuation or strong checks. inner says that the digits
// continue a chain of numbers.
func findNational(text []byte, s, e int, inner bool) Span {
	c := at(text, e)
	n := e - s
	if n >= 2 && s >= 3 && (text[s-1] == ' ' || text[s-1] == '-') && isLetter(text[s-2]) && isLetter(text[s-3]) && !isAlnum(at(text, s-4)) {
		if end := ibanEnd(text, s-3); end != 0 {
			return Span{s - 3, end, catalog.IBAN, Check}
		}
		if end := ninoEnd(text, s-3); end != 0 {
			return Span{s - 3, end, catalog.UKNINO, Check}
		}
	}
	switch {
	case n == 18:
		if cnRIC(text[s:e]) && recent(text[s+6:]) {
			return Span{s, e, catalog.CNRIC, Check}
		}
	case n == 15:
		if frNIR(text[s:e]) && number(text[s+3:s+5]) <= 12 {
			return Span{s, e, catalog.FRNIR, Check}
		}
	case n == 9:
		if s > 0 && usSSN(text[s:e]) && announced(text, s) == topicSSN {
			return Span{s, e, catalog.USSSN, Context}
		}
	case inner:
	case n == 5 && c == '-':
		if end := s + 10; len(text) >= end && allDigits(text[e+1:end]) && !isAlnum(at(text, end)) && announced(text, s) == topicSSN {
			return Span{s, end, catalog.USSSN, Context}
		}
	case n == 2 && (c == '-' || c == ' '):
		return findPaired(text, s, e, c)
	case n == 7 && c == '-':
		if end := e + 2; s >= 2 && len(text) >= end && text[s-1] == '-' && !startsInside(text, s-2) && !isAlnum(at(text, s-3)) && !isAlnum(at(text, end)) && esNIE(text[s-2:end]) {
			return Span{s - 2, end, catalog.ESDNI, Check}
		}
	case n == 3 && (c == '-' || c == ' ' || c == '.'):
		return findThree(text, s, e, c)
	case n == 6 && (c == '-' || c == '+'):
		if end := s + 11; len(text) >= end && !isAlnum(at(text, end)) && fiHETU(text[s:end]) {
			return Span{s, end, catalog.FIHETU, Check}
		}
		if end := s + 14; len(text) >= end && !isAlnum(at(text, end)) && allDigits(text[s+7:end]) && krRRN(text[s:end]) {
			return Span{s, end, catalog.KRRRN, Check}
		}
		return findDated(text, s, e)
	case n == 8 && c == '-':
		if end := e + 2; len(text) >= end && !isAlnum(at(text, end)) && at(text, end) != '-' && isLetter(text[e+1]) && esDNI(text[s:end]) {
			return Span{s, end, catalog.ESDNI, Check}
		}
		return findDated(text, s, e)
	case n == 1 && (c == ' ' || c == '-') && (text[s] == '1' || text[s] == '2'):
		if end := s + 21; len(text) >= end && !isDigit(at(text, end)) && text[s+4] == c && text[s+7] == c && frNIR(text[s:end]) && number(text[s+5:s+7]) <= 12 {
			return Span{s, end, catalog.FRNIR, Check}
		}
	}
	return Span{}
}

// findThree looks at three digits with a separator after them.
func findThree(text []byte, s, e int, sep byte) Span {
	if end := s + 11; len(text) >= end && text[s+6] == sep && !isAlnum(at(text, end)) && allDigits(text[s+4:s+6]) && allDigits(text[s+7:end]) &&
		!(at(text, end) == sep && isAlnum(at(text, end+1))) && at(text, s-1) != '+' && usSSN(text[s:end]) &&
		(sep != '.' || announced(text, s) == topicSSN) {
		return Span{s, end, catalog.USSSN, Check}
	}
	if span := announcedSSN(text, s, sep); span.End != 0 {
		return span
	}
	if end := s + 14; sep == '-' && len(text) >= end && text[s+7] == '-' && text[s+11] == ' ' && !isAlnum(at(text, end)) && ruSNILS(text[s:end]) {
		return Span{s, end, catalog.RUSNILS, Check}
	}
	if sep != '.' {
		return Span{}
	}
	if end := s + 14; len(text) >= end && text[s+7] == '.' && text[s+11] == '-' && !isAlnum(at(text, end)) && brCPF(text[s:end]) {
		return Span{s, end, catalog.BRCPF, Check}
	}
	if end := s + 16; len(text) >= end && string(text[s:e]) == "756" && !isAlnum(at(text, end)) && chAHV(text[s:end]) {
		return Span{s, end, catalog.CHAHV, Check}
	}
	return Span{}
}

// announcedSSN reads what is called a Social Security number at s though it is none
// that was ever issued, or misses a dash: "000-45-6788", "000-456788".
func announcedSSN(text []byte, s int, sep byte) Span {
	end := s + 11
	switch {
	case s == 0 || len(text) < s+10:
		return Span{}
	case len(text) >= end && text[s+6] == sep && allDigits(text[s+4:s+6]) && allDigits(text[s+7:end]):
	case allDigits(text[s+4 : s+10]):
		end = s + 10
	default:
		return Span{}
	}
	if isAlnum(at(text, end)) || same(text[s+7:end]) && text[s] == text[s+7] || announced(text, s) != topicSSN {
		return Span{}
	}
	return Span{s, end, catalog.USSSN, Context}
}

// findWord looks at a word of letters and digits text[ws:we], whose first digits
// are [s,e), for identifiers told by their letters.
func findWord(text []byte, ws, s, e, we int) (Span, bool) {
	if ws < s {
		return findLettered(text, ws, s, we)
	}
	v := text[s:we]
	if text[e] == 'Q' && at(text, e+1) == '~' {
		if start, end := azureEnd(text, e); end != 0 {
			return Span{start, end, catalog.APIKey, Shape}, true
		}
	}
	switch {
	case len(v) == 9 && e-s == 8:
		if !startsInside(text, s) && esDNI(v) {
			return Span{s, we, catalog.ESDNI, Check}, true
		}
	case len(v) == 18 && e-s == 17:
		if cnRIC(v) && recent(v[6:]) {
			return Span{s, we, catalog.CNRIC, Check}, true
		}
	case len(v) == 11 && e-s == 6:
		if fiHETU(v) {
			return Span{s, we, catalog.FIHETU, Check}, true
		}
	case len(v) == 42 && v[1]|0x20 == 'x':
		if isETH(v) {
			return Span{s, we, catalog.CryptoAddress, Check}, true
		}
	case len(v) >= 26 && len(v) <= 35 && (v[0] == '1' || v[0] == '3'):
		if isBase58Address(v) {
			return Span{s, we, catalog.CryptoAddress, Check}, true
		}
		if saidAddress(text, s, v) {
			return Span{s, we, catalog.CryptoAddress, Context}, true
		}
	case len(v) == 4 && at(text, we) == '.':
		if end := s + 14; end <= len(text) && !isAlnum(at(text, end)) && isDottedMAC(text[s:end]) {
			return Span{s, end, catalog.MAC, Check}, true
		}
	}
	return findIdentity(text, ws, we, topicUnasked)
}

// startsInside tells whether the byte before s joins it to a longer identifier.
func startsInside(text []byte, s int) bool {
	p := at(text, s-1)
	return (p == '-' || p == '_' || p == '/' || p == '.') && isAlnum(at(text, s-2))
}

// findLettered looks at a word that begins with letters; its first digit is at s.
func findLettered(text []byte, ws, s, we int) (Span, bool) {
	v := text[ws:we]
	if q := s + 1; at(text, q) == 'Q' && at(text, q+1) == '~' {
		if start, end := azureEnd(text, q); end != 0 {
			return Span{start, end, catalog.APIKey, Shape}, true
		}
	}
	switch s - ws {
	case 1:
		if end := we + 2; len(v) == 8 && at(text, we) == '-' && len(text) >= end && !isAlnum(at(text, end)) && !startsInside(text, ws) && esNIE(text[ws:end]) {
			return Span{ws, end, catalog.ESDNI, Check}, true
		}
		if end := we + 3; len(v) == 7 && at(text, we) == '(' && len(text) >= end && text[end-1] == ')' && hkHKID(text[ws:end]) {
			return Span{ws, end, catalog.HKHKID, Check}, true
		}
		if len(v) == 9 && !startsInside(text, ws) && (esNIE(v) || v[0] <= 'Z' && sgNRIC(v)) {
			if esNIE(v) {
				return Span{ws, we, catalog.ESDNI, Check}, true
			}
			return Span{ws, we, catalog.SGNRIC, Check}, true
		}
	case 2:
		if isDigit(at(text, s+1)) {
			if end := ibanEnd(text, ws); end != 0 {
				return Span{ws, end, catalog.IBAN, Check}, true
			}
			if isForeignIBAN(v) {
				return Span{ws, we, catalog.IBAN, Shape}, true
			}
		}
		if len(v) == 9 && ukNINO(v) && !startsInside(text, ws) {
			return Span{ws, we, catalog.UKNINO, Check}, true
		}
		if len(v) >= 14 && equalFold(v[:2], "bc") && isBech32(v) {
			return Span{ws, we, catalog.CryptoAddress, Check}, true
		}
	case 3:
		if len(v) == 6 && at(text, we) == '~' { // OpenShift: "sha256~"
			if typ, end := keyEnd(text, ws); end != 0 {
				return Span{ws, end, typ, Shape}, true
			}
		}
		if len(v) == 42 && equalFold(v[:2], "bc") && isBech32(v) {
			return Span{ws, we, catalog.CryptoAddress, Check}, true
		}
	case 4:
		if len(v) == 18 && mxCURP(v) {
			return Span{ws, we, catalog.MXCURP, Check}, true
		}
	case 5:
		if len(v) == 10 && v[3] == 'P' && upperOrDigits(v) && inPAN(v) {
			return Span{ws, we, catalog.INPAN, Shape}, true // of a person; other holders' look like article numbers
		}
	case 6:
		if len(v) == 16 && itCF(v) {
			return Span{ws, we, catalog.ITCF, Check}, true
		}
	}
	if len(v) == 4 && at(text, we) == '.' {
		if end := ws + 14; end <= len(text) && !isAlnum(at(text, end)) && isDottedMAC(text[ws:end]) {
			return Span{ws, end, catalog.MAC, Check}, true
		}
	}
	return findIdentity(text, ws, we, topicUnasked)
}

// recent tells whether d begins with a year in which somebody alive may be born.
func recent(d []byte) bool { return hasPrefix(d, "19") || hasPrefix(d, "20") }

// ninoEnd returns where the National Insurance number that begins with the two
// letters at i and a separator ends; 0 when it is none.
func ninoEnd(text []byte, i int) int {
	end := i
	for n := 0; end < len(text) && n < 9; end++ {
		switch c := text[end]; {
		case isAlnum(c):
			n++
		case c != ' ' && c != '-':
			return 0
		}
	}
	if isAlnum(at(text, end)) || !ukNINO(text[i:end]) {
		return 0
	}
	return end
}
