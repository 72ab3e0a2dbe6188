package catalog

// onlineTypes: online identifiers.
var onlineTypes = []Type{
	{
		ID: Username, Name: "username", Class: Yellow, Description: "user name / login / handle",
		Synonyms: []string{"username", "login", "user_name", "handle", "nickname", "screen_name", "benutzername", "nutzername", "anmeldename", "nom_utilisateur", "identifiant", "pseudo", "usuario", "nombre_usuario", "apodo", "nome_utente", "utente", "nome_utilizador", "apelido_login", "gebruikersnaam", "anvandarnamn", "brukernavn", "nazwa_uzytkownika", "yuza_mei", "ユーザー名", "kullanici_adi", "kayttajatunnus", "yonghuming"},
	},
	{
		ID: UserID, Name: "user_id", Class: Yellow, Description: "account / customer / user id",
		Synonyms: []string{"user_id", "uid", "customer_id", "account_id", "member_id", "external_id", "distinct_id", "kundennummer", "benutzer_id", "kundennr", "id_client", "numero_client", "id_usuario", "numero_cliente", "id_utente", "codice_cliente", "id_utilizador", "codigo_cliente", "klantnummer", "gebruikers_id", "kundnummer", "anvandar_id", "id_klienta", "numer_klienta", "kaiin_bango", "kokyaku_bango", "会員番号", "musteri_no", "uye_no"},
	},
	{
		ID: AnonymousID, Name: "anonymous_id", Class: Yellow, Description: "SDK anonymous / cookie id",
		Synonyms: []string{"anonymous_id", "anon_id", "client_id", "visitor_id", "domain_userid", "ga_client_id", "cookie_id", "besucher_id", "id_visiteur", "bezoeker_id"},
	},
	{
		ID: SessionID, Name: "session_id", Class: Yellow, Description: "analytics session id",
		Synonyms: []string{"session_id", "visit_id", "sitzungs_id", "id_session", "id_sesion", "id_sessione", "id_sessao", "sessie_id", "sessions_id", "id_sesji", "sesshon_id", "oturum_id"},
	},
	{
		ID: DeviceID, Name: "device_id", Class: Yellow, Description: "device identifier",
		Synonyms: []string{"device_id", "udid", "android_id", "idfv", "hardware_id", "vendor_id", "geraete_id", "id_appareil", "id_dispositivo", "apparaat_id", "enhets_id", "id_urzadzenia", "tanmatsu_id", "cihaz_id"},
	},
	{
		ID: AdID, Name: "ad_id", Class: Yellow, Description: "advertising id (IDFA, GAID, AAID, RIDA, MUID)",
		Synonyms: []string{"idfa", "gaid", "aaid", "advertising_id", "adid", "maid", "gps_adid", "werbe_id", "id_publicitaire", "id_publicidad", "id_pubblicita", "id_publicidade", "reclame_id", "annons_id", "id_reklamowy", "kokoku_id", "reklam_id"},
	},
	{
		ID: ClickID, Name: "click_id", Class: Yellow, Description: "ad click id",
		Synonyms: []string{"gclid", "fbclid", "msclkid", "ttclid", "fbc", "fbp", "wbraid", "dclid"},
	},
	{
		ID: PushToken, Name: "push_token", Class: Yellow, Description: "push token",
		Synonyms: []string{"push_token", "device_token", "fcm_token", "apns_token", "registration_id"},
	},
	{
		ID: Fingerprint, Name: "fingerprint", Class: Yellow, Description: "browser/device fingerprint",
		Synonyms: []string{"fingerprint", "device_fingerprint", "canvas_hash", "ja3"},
	},
	{
		ID: IPAddress, Name: "ip_address", Class: Yellow, Description: "IPv4/IPv6",
		Synonyms: []string{"ip", "ip_address", "client_ip", "remote_addr", "x_forwarded_for", "ipadr", "ip_adresse", "adresse_ip", "direccion_ip", "indirizzo_ip", "endereco_ip", "ip_adres", "ip_adress", "adres_ip", "ai_pi_adoresu", "IPアドレス", "ip_adresi", "ip_osoite"},
	},
	{
		ID: MAC, Name: "mac", Class: Yellow, Description: "MAC / BSSID / Bluetooth address",
		Synonyms: []string{"mac", "mac_address", "bssid", "bluetooth_mac", "mac_adresse", "adresse_mac", "direccion_mac", "indirizzo_mac", "endereco_mac", "mac_adres", "mac_adress", "adres_mac", "mac_adresi"},
	},
	{
		ID: IMEI, Name: "imei", Class: Yellow, Description: "IMEI / MEID",
		Synonyms: []string{"imei", "meid", "imei1"},
	},
	{
		ID: IMSI, Name: "imsi", Class: Yellow, Description: "IMSI",
		Synonyms: []string{"imsi"},
	},
	{
		ID: ICCID, Name: "iccid", Class: Yellow, Description: "SIM serial (ICCID)",
		Synonyms: []string{"iccid", "sim_serial"},
	},
	{
		ID: DeviceSerial, Name: "device_serial", Class: Yellow, Description: "hardware serial number",
		Synonyms: []string{"serial_number", "device_serial", "seriennummer", "numero_serie", "serienummer", "numer_seryjny", "shiriaru", "seri_no"},
	},
	{
		ID: SSID, Name: "ssid", Class: Yellow, Description: "Wi-Fi network name",
		Synonyms: []string{"ssid", "wifi_name", "wlan_name", "nom_wifi", "nombre_wifi"},
	},
	{
		ID: DeviceName, Name: "device_name", Class: Yellow, Description: "user-given device name (\"Ana's iPhone\")",
		Synonyms: []string{"device_name", "computer_name", "hostname", "geraetename", "rechnername", "nom_appareil", "nombre_dispositivo", "nome_dispositivo", "apparaatnaam", "enhetsnamn", "nazwa_urzadzenia"},
	},
	{
		ID: UserAgent, Name: "user_agent", Class: Yellow, Description: "raw user agent (parsed browser/os = green)",
		Synonyms: []string{"user_agent", "ua", "http_user_agent"},
	},
	{
		ID: UUID, Name: "uuid", Class: Yellow, Description: "UUID with no better meaning",
		Synonyms: []string{"uuid", "guid"},
	},
	{
		ID: SocialHandle, Name: "social_handle", Class: Yellow, Description: "social profile id / URL / messenger handle",
		Synonyms: []string{"twitter", "facebook_id", "linkedin_url", "instagram", "skype", "telegram", "whatsapp_id"},
	},
	{
		ID: URLWithPII, Name: "url_with_pii", Class: Yellow, Description: "URL whose query/path carries PII",
		Synonyms: []string{"url", "page_url", "referrer", "landing_page"},
	},
	{
		ID: DomainPersonal, Name: "domain_personal", Class: Yellow, Description: "personal web site",
		Synonyms: []string{"website", "homepage", "blog_url", "webseite", "site_web", "sitio_web", "sito_web", "site", "hemsida", "strona_www"},
	},
	{
		ID: VIN, Name: "vin", Class: Yellow, Description: "vehicle identification number",
		Synonyms: []string{"vin", "chassis_number", "fahrgestellnummer", "fin", "numero_chassis", "numero_bastidor", "numero_telaio", "numero_chassi", "chassisnummer", "chassinummer", "numer_vin", "shatai_bango", "車台番号", "sasi_no"},
	},
	{
		ID: LicensePlate, Name: "license_plate", Class: Yellow, Description: "vehicle registration plate",
		Synonyms: []string{"license_plate", "plate_number", "registration_number", "reg_no", "kennzeichen", "kfz_kennzeichen", "immatriculation", "plaque", "matricula", "placa", "targa", "kenteken", "registreringsnummer", "numer_rejestracyjny", "nanba_pureto", "ナンバー", "plaka"},
	},
	{
		ID: OrderRef, Name: "order_ref", Class: Green, Description: "order / transaction id (links to a person only with other data)",
		Synonyms: []string{"order_id", "transaction_id", "invoice_id", "bestellnummer", "rechnungsnummer", "numero_commande", "numero_pedido", "numero_ordine", "bestelnummer", "ordernummer", "numer_zamowienia", "chumon_bango", "注文番号", "siparis_no"},
	},
	{
		ID: LoyaltyNO, Name: "loyalty_no", Class: Yellow, Description: "loyalty / membership card",
		Synonyms: []string{"loyalty_number", "membership_no", "frequent_flyer", "mitgliedsnummer", "kundenkarte", "numero_fidelite", "numero_socio", "numero_tessera", "lidnummer", "medlemsnummer", "numer_karty_stalego", "pointo_kado", "uye_no"},
	},
	{
		ID: CompanyID, Name: "company_id", Class: Green, Description: "company register / VAT number of a legal person",
		Synonyms: []string{"vat_number", "company_number", "duns", "lei", "ust_idnr", "handelsregisternummer", "siren", "siret", "tva", "cif", "nif_empresa", "partita_iva", "cnpj", "nipc", "kvk", "btw", "orgnr", "nip", "krs", "regon", "hojin_bango", "vergi_no"},
	},
}
