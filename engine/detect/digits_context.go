package detect

import (
	"bytes"
	"unicode/utf8"

	"github.com/eventveil/eventveil/engine/catalog"
)

// Context: what the words before a number say it is. It is asked only for runs
// of digits that have the shape already, so texts without such runs never pay.

// maxContext is how many bytes before a number are read for such words.
const maxContext = 40

// topic is what a word announces.
type topic uint8

const (
	topicNone   topic = iota
	topicPhone        // a telephone number, wherever it stands
	topicNear         // a telephone number, if only linking words stand between
	topicVerb         // the same, and one linking word at least or a colon does: "text me at"
	topicLink         // nothing: "is", "me", "at"
	topicNumber       // a number of some kind
	topicOther        // another kind of number: an order, an amount, a time
	topicSSN          // US social security
	topicPassport
	topicLicense // a licence, of a driver if topicDriver is near
	topicDriver
	topicCard
	topicBank
	topicMAC
	topicUnasked // the words before were not read
)

// topics are the words, lower-case. Words with letters beyond ASCII are listed in
// the cases that they are written in, as only ASCII is lower-cased.
var topics = func() map[string]topic {
	t := map[string]topic{}
	for _, l := range [...]struct {
		topic topic
		words string
	}{
		{topicPhone, "phone phonenumber phoneno telephone telephonenumber tel telno telefon telefonnummer telefonnr telefono telefone telefoon " +
			"telefoonnummer teléfono Teléfono téléphone Téléphone fono fone cellphone mobilephone mobilenumber landline hotline whatsapp fax telefax faks " +
			"faxnumber gsm msisdn rufnummer mobilnummer mobilfunknummer handynummer durchwahl mobilnr tlf tlfn tlph puhelin puhelinnumero puhelinnumeroni " +
			"matkapuhelin cellulare telefonu telefonu telefonum numarası телефон Телефон тел Тел телефону телефона факс Факс τηλέφωνο Τηλέφωνο " +
			"هاتف الهاتف هاتفي جوال الجوال टेलीफोन फ़ोन फोन मोबाइल điện"},
		{topicVerb, "text texting message messages reach reached ring contact registered answer answering ruf bel"},
		{topicNear, "call calling dial sms ph mob numaram helpline contacts desk office switchboard direct mobile mobil mobiel móvil Móvil movil " +
			"telemovel telemóvel cell celular cellular handy portable cep ara arayın viber pager anrufen anruf bellen " +
			"llamar llame llama llámame ligar ligue appeler appelez appelle chiamare chiama chiamami zadzwoń zadzwon ringa kontakt contacto contato " +
			"contatto komórka komorka моб Моб мобильный Мобильный звоните Звоните Позвоните позвоните"},
		{topicLink, "is was are address addr me us you him her them my our your his their the a an at on to or and under via back now anytime for by with please " +
			"ist war ihn mich uns mij je ons unter an am und oder der die das es está son el la lo al en un una y o est sont le les au aux du à sur et ou moi " +
			"é è são são il lo mi ci di del su e da do no na em ao me wij ons op naar het de een är på till er jest na pod czy i " +
			"para pour mig mir dig meg meu minha mein meine mijn mitt mi mon ma mes mio mój moj мне на по это мой toll free " +
			"s t m p w f h c"},
		{topicNumber, "number numbers num no nr nummer numero número Número numéro Numéro numer nº n° номер Номер numara numarasi sayı số digits"},
		{topicOther, "order orders invoice receipt ticket tracking shipment parcel package awb reference ref confirmation booking reservation pnr " +
			"flight seat gate room floor apartment apt suite building street house zip zipcode postal postcode plz po pobox product products item items article part " +
			"model serial sku upc ean gtin isbn issn doi imei imsi iccid lot batch build version ver release firmware revision rev patch commit patient record mrn policy claim " +
			"contract case file docket permit plate vin unit units asset tag tags barcode transaction txn payment trx id ids uid uuid guid code codes pin " +
			"otp hash key keys token session visitor user users customer client member membership employee staff student account acct vat tax " +
			"registration total amount price sum balance cost costs value count counts quantity qty size width height length weight " +
			"duration time times timestamp ts epoch unix date dates since until day days week month year years born birth birthday birthdate dob age port pid process thread line lines page " +
			"pages row rows column offset index bytes byte chapter question score points views followers likes shares sold stock lat lon lng latitude " +
			"longitude coordinates coords x y z ms sec seconds minutes hours eur usd gbp chf jpy euro euros dollars ip ipv4 ipv6 error status " +
			"bestellung bestellnummer rechnung rechnungsnummer kundennummer kunde auftrag auftragsnummer artikel artikelnummer sendung pedido factura " +
			"commande facture ordine fattura fatura pedidos bestelling factuur zamówienie faktura заказ заказа"},
		{topicSSN, "ssn ssns social socialsecurity"},
		{topicPassport, "passport passports passportnumber reisepass reisepassnummer passnummer pasaporte passeport passaporto passaporte paspoort " +
			"paszport paszportu pasaport паспорт Паспорт паспорта"},
		{topicLicense, "license licence licenses"},
		{topicDriver, "driver drivers driver's driving dl führerschein Führerschein führerscheinnummer fuehrerschein rijbewijs permis patente " +
			"conducir conduire conducción körkort kørekort førerkort"},
		{topicCard, "card cards cardnumber credit debit visa mastercard amex maestro kreditkarte kartennummer kreditkartennummer carte tarjeta carta cartão " +
			"cartao creditcard creditkaart kredietkaart kreditkort karta kart karty карта Карта карты"},
		{topicMAC, "mac macaddress bssid hwaddr ether oui"},
		{topicBank, "bank iban kontonummer bankkonto rekeningnummer bancaria bancaire"},
	} {
		for _, w := range bytes.Fields([]byte(l.words)) {
			if _, taken := t[string(w)]; !taken {
				t[string(w)] = l.topic
			}
		}
	}
	return t
}()

// unspaced are words of scripts that are written without spaces; the last one
// before a number counts.
var unspaced = [...]struct {
	word  string
	topic topic
}{
	{"电话", topicPhone}, {"電話", topicPhone}, {"手机", topicPhone}, {"手機", topicPhone}, {"携帯", topicPhone}, {"传真", topicPhone},
	{"傳真", topicPhone}, {"联系", topicPhone}, {"聯繫", topicPhone}, {"聯絡", topicPhone}, {"連絡先", topicPhone},
	{"致电", topicPhone}, {"致電", topicPhone}, {"拨打", topicPhone}, {"撥打", topicPhone}, {"热线", topicPhone}, {"熱線", topicPhone},
	{"微信", topicPhone}, {"短信", topicPhone}, {"座机", topicPhone}, {"办公室", topicPhone}, {"辦公室", topicPhone}, {"ファックス", topicPhone}, {"전화", topicPhone}, {"휴대폰", topicPhone},
	{"핸드폰", topicPhone}, {"연락처", topicPhone}, {"팩스", topicPhone}, {"โทร", topicPhone}, {"มือถือ", topicPhone},
	{"订单", topicOther}, {"訂單", topicOther}, {"单号", topicOther}, {"單號", topicOther}, {"编号", topicOther}, {"編號", topicOther},
	{"账号", topicOther}, {"帳號", topicOther}, {"注文", topicOther}, {"金额", topicOther}, {"金額", topicOther}, {"价格", topicOther}, {"주문", topicOther},
	{"邮编", topicOther}, {"邮政编码", topicOther}, {"日期", topicOther}, {"时间", topicOther}, {"時間", topicOther},
	{"护照", topicPassport}, {"護照", topicPassport}, {"パスポート", topicPassport}, {"旅券", topicPassport}, {"여권", topicPassport},
	{"卡号", topicCard}, {"卡號", topicCard}, {"信用卡", topicCard}, {"カード番号", topicCard}, {"카드", topicCard},
}

// wordRoom is the length in bytes of the longest word that is looked up.
const wordRoom = 24

// announced returns what the words before the number at s announce: the nearest
// that means something. Another number between them and s ends the search.
func announced(text []byte, s int) topic {
	low := max(0, s-maxContext)
	linked, link, number, license := true, false, false, false
	colon := s > 1 && (text[s-1] == ':' || text[s-1] == ' ' && text[s-2] == ':')
	for i := s; i > low; {
		c := text[i-1]
		if isDigit(c) {
			d := runBack(text, i, low, setDigit)
			if i-d > 2 {
				break
			}
			i = d
			continue
		}
		if c < utf8.RuneSelf && !isLetter(c) {
			i--
			continue
		}
		e := i
		for i > low && (isLetter(text[i-1]) || text[i-1] >= utf8.RuneSelf) {
			i--
		}
		w := text[i:e]
		topic := lookup(w)
		if topic == topicNone {
			if k := lastHump(w); k > 0 {
				i += k
				w = text[i:e]
				topic = lookup(w)
			}
		}
		if topic == topicNone && w[len(w)-1] >= utf8.RuneSelf && bytes.IndexFunc(w, isUnspaced) >= 0 {
			topic = lookupUnspaced(w)
		}
		switch topic {
		case topicNone:
			linked = false
		case topicLink:
			link = true
		case topicVerb:
			if linked && (link || colon) {
				return topicPhone
			}
			linked = false
		case topicNumber:
			number = number || linked
		case topicNear:
			if linked {
				return topicPhone
			}
		case topicLicense:
			license = true
		case topicDriver:
			if license || linked {
				return topicDriver
			}
			linked = false
		case topicOther:
			return topicOther
		default:
			return topic
		}
	}
	switch {
	case license:
		return topicOther
	case number:
		return topicNumber
	}
	return topicNone
}

// lastHump returns where the last word of a camelCase name begins; 0 when it is one.
func lastHump(w []byte) int {
	for k := len(w) - 1; k > 0; k-- {
		if w[k]-'A' < 26 && w[k-1]-'a' < 26 {
			return k
		}
	}
	return 0
}

// lookup returns the topic of a word.
func lookup(w []byte) topic {
	if len(w) > wordRoom {
		return topicNone
	}
	var room [wordRoom]byte
	for i, c := range w {
		if c-'A' < 26 {
			c += 'a' - 'A'
		}
		room[i] = c
	}
	return topics[string(room[:len(w)])]
}

// isUnspaced tells whether r belongs to a script without spaces between words:
// Thai, Han, kana, Hangul.
func isUnspaced(r rune) bool {
	return r >= 0xe00 && r < 0xe80 || r >= 0x3040 && r < 0xd7b0
}

// lookupUnspaced returns the topic of the last known word in w.
func lookupUnspaced(w []byte) (t topic) {
	last := -1
	for i := range unspaced {
		if k := bytes.LastIndex(w, []byte(unspaced[i].word)); k > last {
			last, t = k, unspaced[i].topic
		}
	}
	return t
}

// identities are the documents that are told by a word before them alone: how
// many digits and letters their numbers have.
var identities = [...]struct {
	topic                topic
	least, most, letters int
	typ                  catalog.ID
}{
	{topicPassport, 6, 9, 3, catalog.Passport},
	{topicDriver, 5, 16, 6, catalog.DriverLicense},
	{topicBank, 8, 17, 0, catalog.BankAccount},
}

// findIdentity looks at the word text[ws:we] for the number of a document, or a MAC
// address without separators, that the words before it announce: asked, if they were asked.
func findIdentity(text []byte, ws, we int, asked topic) (Span, bool) {
	if p := at(text, ws-1); p != ' ' && p != ':' && p != '#' && p < utf8.RuneSelf || we-ws < 6 || we-ws > 17 || at(text, we) == '.' && isDigit(at(text, we+1)) {
		return Span{}, false
	}
	if we-ws == 12 && allHex(text[ws:we]) && announced(text, ws) == topicMAC {
		return Span{ws, we, catalog.MAC, Context}, true
	}
	digits := 0
	for _, c := range text[ws:we] {
		if isDigit(c) {
			digits++
		} else if c >= 'a' {
			return Span{}, false
		}
	}
	if digits < 5 {
		return Span{}, false
	}
	if asked == topicUnasked {
		asked = announced(text, ws)
	}
	for _, d := range identities {
		if d.topic == asked && digits >= d.least && digits <= d.most && we-ws-digits <= d.letters {
			return Span{ws, we, d.typ, Context}, true
		}
	}
	return Span{}, false
}
