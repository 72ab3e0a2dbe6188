package catalog

// financialTypes: financial.
var financialTypes = []Type{
	{
		ID: CreditCard, Name: "credit_card", Class: Red, Description: "payment card number (PAN)",
		Synonyms: []string{"credit_card", "card_number", "cc_number", "ccnum", "cardno", "pan", "debit_card", "kreditkarte", "kreditkartennummer", "kartennummer", "kknr", "carte_bancaire", "numero_carte", "carte_credit", "cb_num", "tarjeta", "numero_tarjeta", "tarjeta_credito", "carta_credito", "numero_carta", "cartao", "numero_cartao", "cartao_credito", "creditcard", "kaartnummer", "creditcardnummer", "kortnummer", "kreditkort", "betalkort", "karta_kredytowa", "numer_karty", "kurejitto_kado", "kado_bango", "カード番号", "kredi_karti_no", "luottokortti", "yinhangka", "kadeu_beonho"},
	},
	{
		ID: CardCVV, Name: "card_cvv", Class: Red, Description: "card security code",
		Synonyms: []string{"cvv", "cvc", "csc", "cvv2", "security_code", "card_code", "kartenpruefnummer", "pruefziffer", "sicherheitscode", "cryptogramme", "code_securite", "codigo_seguridad", "codice_sicurezza", "codigo_seguranca", "veiligheidscode", "sakerhetskod", "cvc_kod", "kod_cvv", "sekyuriti_kodo", "セキュリティコード", "guvenlik_kodu"},
	},
	{
		ID: CardExpiry, Name: "card_expiry", Class: Yellow, Description: "card expiry",
		Synonyms: []string{"card_expiry", "exp_date", "cc_exp", "expiration_month", "exp_year", "gueltig_bis", "ablaufdatum", "date_expiration", "validite", "fecha_caducidad", "vencimiento", "data_scadenza", "validade", "vervaldatum", "giltig_till", "data_waznosci", "yuko_kigen", "有効期限", "son_kullanma"},
	},
	{
		ID: CardPIN, Name: "card_pin", Class: Red, Description: "card/account PIN",
		Synonyms: []string{"pin", "pin_code", "atm_pin", "geheimzahl", "code_pin", "code_secret", "clave", "senha_cartao", "pincode", "pinkod", "ansho_bango", "暗証番号", "sifre"},
	},
	{
		ID: IBAN, Name: "iban", Class: Red, Description: "international bank account number",
		Synonyms: []string{"iban", "bank_iban", "kontonummer_iban", "rib", "rekeningnummer"},
	},
	{
		ID: BIC, Name: "bic", Class: Green, Description: "bank identifier code (identifies a bank, not a person)",
		Synonyms: []string{"bic", "swift", "swift_code"},
	},
	{
		ID: BankAccount, Name: "bank_account", Class: Red, Description: "domestic account number",
		Synonyms: []string{"account_number", "acct_no", "bank_account", "bank_acct_num", "kontonummer", "bankkonto", "ktonr", "numero_compte", "rib", "compte_bancaire", "numero_cuenta", "cuenta_bancaria", "clabe", "cbu", "conto_corrente", "numero_conto", "conta_bancaria", "numero_conta", "rekeningnummer", "bankrekening", "numer_konta", "rachunek_bankowy", "nrb", "koza_bango", "ginko_koza", "口座番号", "hesap_no", "tilinumero", "yinhang_zhanghao", "gyejwa_beonho"},
	},
	{
		ID: BankRouting, Name: "bank_routing", Class: Yellow, Description: "routing / sort / BLZ / BSB / IFSC",
		Synonyms: []string{"routing_number", "aba", "sort_code", "bsb", "ifsc", "blz", "bankleitzahl", "code_banque", "code_guichet", "codigo_banco", "abi", "cab", "agencia", "clearingnummer", "bankgiro", "ginko_kodo"},
	},
	{
		ID: CryptoAddress, Name: "crypto_address", Class: Yellow, Description: "crypto wallet address",
		Synonyms: []string{"wallet", "wallet_address", "btc_address", "eth_address"},
	},
	{
		ID: CryptoPrivateKey, Name: "crypto_private_key", Class: Red, Description: "crypto private key / seed phrase",
		Synonyms: []string{"private_key", "seed_phrase", "mnemonic", "wif"},
	},
	{
		ID: Income, Name: "income", Class: Red, Description: "income / salary",
		Synonyms: []string{"income", "salary", "wage", "annual_income", "gehalt", "einkommen", "lohn", "salaire", "revenu", "salario", "ingresos", "renta", "stipendio", "reddito", "rendimento", "salaris", "inkomen", "lon", "inkomst", "zarobki", "wynagrodzenie", "dochod", "kyuyo", "nenshu", "年収", "maas", "gelir"},
	},
	{
		ID: AccountBalance, Name: "account_balance", Class: Red, Description: "balance / debt / net worth",
		Synonyms: []string{"balance", "account_balance", "net_worth", "debt", "kontostand", "schulden", "solde", "saldo", "deuda", "zandaka", "残高", "bakiye"},
	},
	{
		ID: CreditScore, Name: "credit_score", Class: Red, Description: "credit score / rating of a person",
		Synonyms: []string{"credit_score", "fico", "credit_rating", "schufa_score", "bonitaet", "score_credit", "puntaje_credito", "merito_creditizio", "score_credito", "kredietscore", "kreditvardighet", "ocena_kredytowa", "shinyo_joho"},
	},
	{
		ID: InsurancePolicy, Name: "insurance_policy", Class: Red, Description: "insurance policy number",
		Synonyms: []string{"policy_number", "insurance_id", "versicherungsnummer", "policennummer", "numero_police", "num_assure", "numero_poliza", "numero_polizza", "apolice", "polisnummer", "forsakringsnummer", "numer_polisy", "hoken_bango", "police_no"},
	},
}
