package detect

import (
	"bytes"

	"github.com/eventveil/eventveil/engine/catalog"
)

// Valid tells whether value is a valid one of a type: by checksum, grammar, date
// and range. known is false for types that have no validator, names and free text
// among them; then valid says nothing.
//
// locale narrows types that every country writes differently ("de", "de_DE",
// "en-GB"); "" accepts any country's form. White space around the value is ignored.
func Valid(typ catalog.ID, locale string, value []byte) (valid, known bool) {
	if int(typ) >= len(validators) || validators[typ] == nil {
		return false, false
	}
	value = bytes.TrimSpace(value)
	if len(value) == 0 || len(value) > maxValue {
		return false, true
	}
	if Classify(value)&HasHigh != 0 && foldable(value) {
		var room [maxValue]byte
		return validators[typ](locale, fold(room[:0], value)), true
	}
	return validators[typ](locale, value), true
}

// maxValue is the length in bytes above which no value is valid; keys and tokens
// are the longest.
const maxValue = 8192

// validator judges a trimmed value. locale is as given to Valid.
type validator func(locale string, v []byte) bool

// everywhere makes a validator of a check that is the same everywhere.
func everywhere(f func([]byte) bool) validator {
	return func(_ string, v []byte) bool { return f(v) }
}

// found makes a validator of Find: one span of a type covers the value.
func found(typ catalog.ID) validator {
	return func(_ string, v []byte) bool {
		var room [4]Span
		spans := Find(room[:0], v, Classify(v))
		return len(spans) == 1 && spans[0].Type == typ && spans[0].Start == 0 && spans[0].End == len(v)
	}
}

// validators has the validator of each type at its ID.
var validators = func() (t []validator) {
	set := func(typ catalog.ID, f validator) {
		for int(typ) >= len(t) {
			t = append(t, nil)
		}
		t[typ] = f
	}
	for typ, f := range map[catalog.ID]func([]byte) bool{
		catalog.CreditCard: validCard, catalog.IBAN: validIBAN, catalog.BankRouting: usABA, catalog.BIC: validBIC,
		catalog.CryptoAddress: validCrypto, catalog.IPAddress: validIPText, catalog.MAC: validMAC, catalog.IMEI: validIMEI,
		catalog.ICCID: validICCID, catalog.VIN: validVIN, catalog.UUID: validUUID, catalog.IMSI: validIMSI, catalog.Phone: validPhone,
		catalog.MedicalLicense: medicalLicense, catalog.LatLong: validPair, catalog.DateOfBirth: validDate, catalog.Email: validEmail,
		catalog.USSSN: usSSN, catalog.USITIN: usITIN, catalog.USEIN: usEIN, catalog.CASIN: caSIN, catalog.BRCPF: brCPF,
		catalog.MXCURP: mxCURP, catalog.MXRFC: mxRFC, catalog.ARDNI: arDNI, catalog.CLRUT: clRUT, catalog.COCC: coNIT,
		catalog.PEDNI: peDNI, catalog.ECCI: ecCI, catalog.VERIF: veRIF,
		catalog.UKNINO: ukNINO, catalog.UKNHS: ukNHS, catalog.DESteuerID: deSteuerID, catalog.DESVNR: deSVNR, catalog.DEIDCard: deIDCard,
		catalog.DEKVNR: deKVNR, catalog.FRNIR: frNIR, catalog.ESDNI: esAny, catalog.ITCF: itCF, catalog.PTNIF: ptNIF,
		catalog.NLBSN: nlBSN, catalog.BENN: beNN, catalog.ATSVNR: atSVNR, catalog.CHAHV: chAHV, catalog.SEPNR: sePNR,
		catalog.NOFNR: noFNR, catalog.DKCPR: dkCPR, catalog.FIHETU: fiHETU, catalog.PLPESEL: plPESEL, catalog.CZRC: czRC,
		catalog.BGEGN: bgEGN, catalog.ROCNP: roCNP, catalog.HUTAJ: huTAJ, catalog.HROIB: hrOIB, catalog.SIEMSO: siEMSO,
		catalog.EEIK: eeIK, catalog.LTAK: eeIK, catalog.LVPK: lvPK, catalog.GRAMKA: grAMKA, catalog.GRAFM: grAFM, catalog.IEPPS: iePPS,
		catalog.TRTCKN: trTCKN, catalog.RUINN: ruINN, catalog.RUSNILS: ruSNILS, catalog.UARNTRC: uaRNTRC,
		catalog.CNRIC: cnRIC, catalog.HKHKID: hkHKID, catalog.TWNID: twNID, catalog.JPMyNumber: jpMyNumber, catalog.KRRRN: krRRN,
		catalog.INAadhaar: inAadhaar, catalog.INPAN: inPAN, catalog.PKCNIC: pkCNIC, catalog.LKNIC: lkNIC, catalog.THPIN: thPIN,
		catalog.SGNRIC: sgNRIC, catalog.MYNRIC: myNRIC, catalog.IDNIK: idNIK, catalog.VNCCCD: vnCCCD, catalog.ZAID: zaID,
		catalog.NGNIN: ngNIN, catalog.SAID: saID, catalog.AEEID: aeEID, catalog.EGNID: egNID, catalog.IRMelli: irMelli,
		catalog.ILID: ilID, catalog.AUTFN: auTFN, catalog.AUMedicare: auMedicare,
	} {
		set(typ, everywhere(f))
	}
	for _, typ := range [...]catalog.ID{catalog.JWT, catalog.APIKey, catalog.PrivateKey} {
		set(typ, found(typ))
	}
	for typ, s := range shapes {
		set(typ, everywhere(s.valid))
	}
	set(catalog.Passport, byCountry(passportForms, shapes[catalog.Passport]))
	set(catalog.PostalCode, byCountry(postalForms, shapes[catalog.PostalCode]))
	set(catalog.URLCredentials, everywhere(validURLCredentials))
	return t
}()
