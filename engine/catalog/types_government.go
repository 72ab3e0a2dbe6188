package catalog

// governmentTypes: government identifiers.
var governmentTypes = []Type{
	{
		ID: NationalID, Name: "national_id", Class: Red, Description: "any national/personal ID number (generic)",
		Synonyms: []string{"national_id", "id_number", "identity_number", "citizen_id", "gov_id", "personal_id", "personalausweisnummer", "ausweisnummer", "ausweisnr", "personalnummer_staat", "numero_identite", "carte_identite", "cni", "numero_cni", "documento_identidad", "cedula", "numero_documento", "dni", "carta_identita", "codice_identita", "documento_identidade", "bilhete_identidade", "rg", "cartao_cidadao", "identiteitsnummer", "idnummer", "identiteitskaart", "personnummer", "id_nummer", "cpr", "fodselsnummer", "numer_dowodu", "dowod_osobisty", "seria_dowodu", "kojin_bango", "mibun_shomei", "身分証番号", "kimlik_no", "henkilotunnus", "rodne_cislo", "shenfenzheng", "jumin_beonho"},
	},
	{
		ID: TaxID, Name: "tax_id", Class: Red, Description: "personal tax number (generic)",
		Synonyms: []string{"tax_id", "tin", "taxpayer_id", "tax_number", "steuernummer", "steuer_id", "idnr", "steuerid", "numero_fiscal", "nif", "spi", "num_fiscal", "rfc", "cuit", "cuil", "nit", "rut", "codice_fiscale", "cf", "partita_iva", "contribuinte", "cpf", "numero_contribuinte", "fiscaal_nummer", "belastingnummer", "btw_nummer", "skattenummer", "organisationsnummer", "nip", "numer_podatkowy", "nozei_bango", "納税者番号", "vergi_no", "inn", "adoszam", "dic", "cif"},
	},
	{
		ID: SocialSecurity, Name: "social_security", Class: Red, Description: "social security / insurance number (generic)",
		Synonyms: []string{"ssn", "social_security_number", "social_sec", "socsec", "ss_number", "sozialversicherungsnummer", "svnr", "sv_nummer", "rentenversicherungsnummer", "rvnr", "versicherungsnummer", "numero_securite_sociale", "nir", "num_secu", "nss", "insee", "numero_seguridad_social", "nuss", "naf", "numero_previdenza", "codice_inps", "niss", "numero_seguranca_social", "pis", "nis", "sofinummer", "bsn", "burgerservicenummer", "personnummer", "socialforsakringsnummer", "numer_ubezpieczenia", "zus", "shakai_hoken_bango", "nenkin_bango", "基礎年金番号", "sgk_no", "sosyal_guvenlik", "snils", "taj"},
	},
	{
		ID: USSSN, Name: "us_ssn", Class: Red, Description: "US Social Security Number", Regions: []string{"US"},
		Synonyms: []string{"ssn", "us_ssn", "social", "last4_ssn", "ssn_last4"},
	},
	{
		ID: USITIN, Name: "us_itin", Class: Red, Description: "US Individual Taxpayer ID", Regions: []string{"US"},
		Synonyms: []string{"itin", "individual_taxpayer_id"},
	},
	{
		ID: USEIN, Name: "us_ein", Class: Yellow, Description: "US Employer ID (sole traders = person)", Regions: []string{"US"},
		Synonyms: []string{"ein", "employer_id", "fein"},
	},
	{
		ID: UKNINO, Name: "uk_nino", Class: Red, Description: "UK National Insurance number", Regions: []string{"GB"},
		Synonyms: []string{"nino", "ni_number", "national_insurance", "nat_ins_no"},
	},
	{
		ID: UKNHS, Name: "uk_nhs", Class: Red, Description: "UK NHS number", Regions: []string{"GB"},
		Synonyms: []string{"nhs_number", "nhsno", "nhs_id"},
	},
	{
		ID: CASIN, Name: "ca_sin", Class: Red, Description: "Canada Social Insurance Number", Regions: []string{"CA"},
		Synonyms: []string{"sin", "social_insurance_number", "nas", "numero_assurance_sociale"},
	},
	{
		ID: AUTFN, Name: "au_tfn", Class: Red, Description: "Australia Tax File Number", Regions: []string{"AU"},
		Synonyms: []string{"tfn", "tax_file_number"},
	},
	{
		ID: AUMedicare, Name: "au_medicare", Class: Red, Description: "Australia Medicare card", Regions: []string{"AU"},
		Synonyms: []string{"medicare_number", "medicare_no"},
	},
	{
		ID: DESteuerID, Name: "de_steuer_id", Class: Red, Description: "German tax identification number", Regions: []string{"DE"},
		Synonyms: []string{"german_tax_id", "steuer_id", "steueridentifikationsnummer", "idnr", "steuer_identnr"},
	},
	{
		ID: DESVNR, Name: "de_svnr", Class: Red, Description: "German pension/social insurance number", Regions: []string{"DE"},
		Synonyms: []string{"german_ssn", "sozialversicherungsnummer", "rvnr", "rentenversicherungsnummer", "sv_nr"},
	},
	{
		ID: DEIDCard, Name: "de_id_card", Class: Red, Description: "German identity card number", Regions: []string{"DE"},
		Synonyms: []string{"german_id_card", "personalausweis", "personalausweisnummer", "ausweisnr"},
	},
	{
		ID: DEKVNR, Name: "de_kvnr", Class: Red, Description: "German health insurance number", Regions: []string{"DE"},
		Synonyms: []string{"krankenversichertennummer", "kvnr", "versichertennummer", "egk_nr"},
	},
	{
		ID: FRNIR, Name: "fr_nir", Class: Red, Description: "French social security number", Regions: []string{"FR"},
		Synonyms: []string{"french_ssn", "nir", "numero_securite_sociale", "num_secu", "insee"},
	},
	{
		ID: ESDNI, Name: "es_dni", Class: Red, Description: "Spanish DNI/NIE/NIF", Regions: []string{"ES"},
		Synonyms: []string{"spanish_id", "dni", "nie", "nif", "documento_nacional"},
	},
	{
		ID: ITCF, Name: "it_cf", Class: Red, Description: "Italian codice fiscale", Regions: []string{"IT"},
		Synonyms: []string{"italian_tax_code", "codice_fiscale", "codfisc", "cod_fiscale", "cf"},
	},
	{
		ID: PTNIF, Name: "pt_nif", Class: Red, Description: "Portuguese NIF", Regions: []string{"PT"},
		Synonyms: []string{"nif", "contribuinte", "num_contribuinte"},
	},
	{
		ID: NLBSN, Name: "nl_bsn", Class: Red, Description: "Dutch citizen service number", Regions: []string{"NL"},
		Synonyms: []string{"bsn", "burgerservicenummer", "sofinummer"},
	},
	{
		ID: BENN, Name: "be_nn", Class: Red, Description: "Belgian national register number", Regions: []string{"BE"},
		Synonyms: []string{"numero_national", "nn", "niss", "rijksregisternummer", "rrn", "insz"},
	},
	{
		ID: ATSVNR, Name: "at_svnr", Class: Red, Description: "Austrian social insurance number", Regions: []string{"AT"},
		Synonyms: []string{"svnr", "sozialversicherungsnummer", "vsnr"},
	},
	{
		ID: CHAHV, Name: "ch_ahv", Class: Red, Description: "Swiss AHV/AVS number", Regions: []string{"CH"},
		Synonyms: []string{"ahv", "ahv_nummer", "ahvn13", "sozialversicherungsnummer", "avs", "numero_avs"},
	},
	{
		ID: SEPNR, Name: "se_pnr", Class: Red, Description: "Swedish personal number", Regions: []string{"SE"},
		Synonyms: []string{"personnummer", "pnr", "samordningsnummer"},
	},
	{
		ID: NOFNR, Name: "no_fnr", Class: Red, Description: "Norwegian birth number", Regions: []string{"NO"},
		Synonyms: []string{"fodselsnummer", "fnr", "personnummer", "dnr"},
	},
	{
		ID: DKCPR, Name: "dk_cpr", Class: Red, Description: "Danish CPR", Regions: []string{"DK"},
		Synonyms: []string{"cpr", "cpr_nummer", "personnummer"},
	},
	{
		ID: FIHETU, Name: "fi_hetu", Class: Red, Description: "Finnish personal identity code", Regions: []string{"FI"},
		Synonyms: []string{"personbeteckning", "hetu", "henkilotunnus", "sotu"},
	},
	{
		ID: PLPESEL, Name: "pl_pesel", Class: Red, Description: "Polish PESEL", Regions: []string{"PL"},
		Synonyms: []string{"pesel", "nr_pesel", "numer_pesel"},
	},
	{
		ID: CZRC, Name: "cz_rc", Class: Red, Description: "Czech/Slovak birth number", Regions: []string{"CZ"},
		Synonyms: []string{"rodne_cislo", "rc"},
	},
	{
		ID: BGEGN, Name: "bg_egn", Class: Red, Description: "Bulgarian EGN", Regions: []string{"BG"},
		Synonyms: []string{"egn", "edinen_grazhdanski_nomer"},
	},
	{
		ID: ROCNP, Name: "ro_cnp", Class: Red, Description: "Romanian CNP", Regions: []string{"RO"},
		Synonyms: []string{"cnp", "cod_numeric_personal"},
	},
	{
		ID: HUTAJ, Name: "hu_taj", Class: Red, Description: "Hungarian TAJ / tax number", Regions: []string{"HU"},
		Synonyms: []string{"taj", "taj_szam", "adoazonosito"},
	},
	{
		ID: HROIB, Name: "hr_oib", Class: Red, Description: "Croatian OIB", Regions: []string{"HR"},
		Synonyms: []string{"oib"},
	},
	{
		ID: SIEMSO, Name: "si_emso", Class: Red, Description: "Slovenian EMŠO / ex-YU JMBG", Regions: []string{"SI"},
		Synonyms: []string{"emso", "jmbg"},
	},
	{
		ID: EEIK, Name: "ee_ik", Class: Red, Description: "Estonian isikukood", Regions: []string{"EE"},
		Synonyms: []string{"isikukood"},
	},
	{
		ID: LVPK, Name: "lv_pk", Class: Red, Description: "Latvian personas kods", Regions: []string{"LV"},
		Synonyms: []string{"personas_kods"},
	},
	{
		ID: LTAK, Name: "lt_ak", Class: Red, Description: "Lithuanian asmens kodas", Regions: []string{"LT"},
		Synonyms: []string{"asmens_kodas"},
	},
	{
		ID: GRAMKA, Name: "gr_amka", Class: Red, Description: "Greek AMKA", Regions: []string{"GR"},
		Synonyms: []string{"amka"},
	},
	{
		ID: GRAFM, Name: "gr_afm", Class: Red, Description: "Greek AFM tax number", Regions: []string{"GR"},
		Synonyms: []string{"afm"},
	},
	{
		ID: IEPPS, Name: "ie_pps", Class: Red, Description: "Irish PPS number", Regions: []string{"IE"},
		Synonyms: []string{"pps", "ppsn", "pps_number"},
	},
	{
		ID: TRTCKN, Name: "tr_tckn", Class: Red, Description: "Turkish T.C. kimlik no", Regions: []string{"TR"},
		Synonyms: []string{"tckn", "tc_kimlik_no", "kimlik_no"},
	},
	{
		ID: ILID, Name: "il_id", Class: Red, Description: "Israeli ID (teudat zehut)", Regions: []string{"IL"},
		Synonyms: []string{"israeli_id", "teudat_zehut", "tz", "mispar_zehut"},
	},
	{
		ID: RUINN, Name: "ru_inn", Class: Red, Description: "Russian INN (personal)", Regions: []string{"RU"},
		Synonyms: []string{"inn", "инн"},
	},
	{
		ID: RUSNILS, Name: "ru_snils", Class: Red, Description: "Russian SNILS", Regions: []string{"RU"},
		Synonyms: []string{"snils", "снилс"},
	},
	{
		ID: UARNTRC, Name: "ua_rntrc", Class: Red, Description: "Ukrainian tax number", Regions: []string{"UA"},
		Synonyms: []string{"rnokpp", "ipn"},
	},
	{
		ID: BRCPF, Name: "br_cpf", Class: Red, Description: "Brazilian CPF", Regions: []string{"BR"},
		Synonyms: []string{"cpf", "cadastro_pessoa_fisica"},
	},
	{
		ID: BRRG, Name: "br_rg", Class: Red, Description: "Brazilian RG", Regions: []string{"BR"},
		Synonyms: []string{"rg", "registro_geral", "identidade"},
	},
	{
		ID: MXCURP, Name: "mx_curp", Class: Red, Description: "Mexican CURP", Regions: []string{"MX"},
		Synonyms: []string{"curp"},
	},
	{
		ID: MXRFC, Name: "mx_rfc", Class: Red, Description: "Mexican RFC", Regions: []string{"MX"},
		Synonyms: []string{"rfc"},
	},
	{
		ID: ARDNI, Name: "ar_dni", Class: Red, Description: "Argentine DNI / CUIT / CUIL", Regions: []string{"AR"},
		Synonyms: []string{"dni", "cuit", "cuil"},
	},
	{
		ID: CLRUT, Name: "cl_rut", Class: Red, Description: "Chilean RUT/RUN", Regions: []string{"CL"},
		Synonyms: []string{"rut", "run"},
	},
	{
		ID: COCC, Name: "co_cc", Class: Red, Description: "Colombian cédula / NIT", Regions: []string{"CO"},
		Synonyms: []string{"cedula", "cc", "nit", "nuip"},
	},
	{
		ID: PEDNI, Name: "pe_dni", Class: Red, Description: "Peruvian DNI (CUI) / RUC", Regions: []string{"PE"},
		Synonyms: []string{"dni", "cui", "ruc"},
	},
	{
		ID: ECCI, Name: "ec_ci", Class: Red, Description: "Ecuador cédula", Regions: []string{"EC"},
		Synonyms: []string{"cedula", "ci"},
	},
	{
		ID: VERIF, Name: "ve_rif", Class: Red, Description: "Venezuela cédula / RIF", Regions: []string{"VE"},
		Synonyms: []string{"rif", "cedula"},
	},
	{
		ID: CNRIC, Name: "cn_ric", Class: Red, Description: "Chinese resident identity card", Regions: []string{"CN"},
		Synonyms: []string{"chinese_id", "resident_id", "shenfenzheng", "sfz", "身份证号"},
	},
	{
		ID: HKHKID, Name: "hk_hkid", Class: Red, Description: "Hong Kong identity card", Regions: []string{"HK"},
		Synonyms: []string{"hkid", "xianggang_shenfenzheng", "香港身份證"},
	},
	{
		ID: TWNID, Name: "tw_nid", Class: Red, Description: "Taiwan national ID", Regions: []string{"TW"},
		Synonyms: []string{"身分證字號"},
	},
	{
		ID: JPMyNumber, Name: "jp_mynumber", Class: Red, Description: "Japanese My Number", Regions: []string{"JP"},
		Synonyms: []string{"my_number", "individual_number", "mynumber", "kojin_bango", "マイナンバー", "個人番号"},
	},
	{
		ID: KRRRN, Name: "kr_rrn", Class: Red, Description: "Korean resident registration number", Regions: []string{"KR"},
		Synonyms: []string{"rrn", "jumin", "jumin_beonho", "주민등록번호"},
	},
	{
		ID: INAadhaar, Name: "in_aadhaar", Class: Red, Description: "Indian Aadhaar", Regions: []string{"IN"},
		Synonyms: []string{"aadhaar", "aadhar", "uid_number", "uidai", "आधार"},
	},
	{
		ID: INPAN, Name: "in_pan", Class: Red, Description: "Indian PAN", Regions: []string{"IN"},
		Synonyms: []string{"pan", "pan_number", "pan_card"},
	},
	{
		ID: PKCNIC, Name: "pk_cnic", Class: Red, Description: "Pakistani CNIC", Regions: []string{"PK"},
		Synonyms: []string{"cnic", "nicop"},
	},
	{
		ID: LKNIC, Name: "lk_nic", Class: Red, Description: "Sri Lankan NIC", Regions: []string{"LK"},
		Synonyms: []string{"nic"},
	},
	{
		ID: THPIN, Name: "th_pin", Class: Red, Description: "Thai citizen ID", Regions: []string{"TH"},
		Synonyms: []string{"thai_id", "เลขบัตรประชาชน"},
	},
	{
		ID: SGNRIC, Name: "sg_nric", Class: Red, Description: "Singapore NRIC/FIN", Regions: []string{"SG"},
		Synonyms: []string{"nric", "fin"},
	},
	{
		ID: MYNRIC, Name: "my_nric", Class: Red, Description: "Malaysian MyKad", Regions: []string{"MY"},
		Synonyms: []string{"mykad", "ic_number", "nric", "no_kp"},
	},
	{
		ID: IDNIK, Name: "id_nik", Class: Red, Description: "Indonesian NIK", Regions: []string{"ID"},
		Synonyms: []string{"nik", "ktp", "no_ktp"},
	},
	{
		ID: PHID, Name: "ph_id", Class: Red, Description: "Philippine SSS/UMID/PhilHealth/TIN", Regions: []string{"PH"},
		Synonyms: []string{"sss", "umid", "philhealth", "pagibig"},
	},
	{
		ID: VNCCCD, Name: "vn_cccd", Class: Red, Description: "Vietnamese CCCD", Regions: []string{"VN"},
		Synonyms: []string{"cccd", "cmnd", "can_cuoc_cong_dan"},
	},
	{
		ID: ZAID, Name: "za_id", Class: Red, Description: "South African ID", Regions: []string{"ZA"},
		Synonyms: []string{"sa_id", "rsa_id", "id_no"},
	},
	{
		ID: NGNIN, Name: "ng_nin", Class: Red, Description: "Nigerian NIN", Regions: []string{"NG"},
		Synonyms: []string{"nin", "bvn"},
	},
	{
		ID: SAID, Name: "sa_id", Class: Red, Description: "Saudi ID / Iqama", Regions: []string{"SA"},
		Synonyms: []string{"iqama", "saudi_id", "رقم الهوية"},
	},
	{
		ID: AEEID, Name: "ae_eid", Class: Red, Description: "Emirates ID", Regions: []string{"AE"},
		Synonyms: []string{"emirates_id", "eid_number"},
	},
	{
		ID: EGNID, Name: "eg_nid", Class: Red, Description: "Egyptian national ID", Regions: []string{"EG"},
		Synonyms: []string{"الرقم القومي"},
	},
	{
		ID: IRMelli, Name: "ir_melli", Class: Red, Description: "Iranian national code", Regions: []string{"IR"},
		Synonyms: []string{"melli_code", "kod_melli", "کد ملی"},
	},
	{
		ID: Passport, Name: "passport", Class: Red, Description: "passport number",
		Synonyms: []string{"passport", "passport_number", "passport_no", "travel_document", "reisepass", "passnummer", "reisepassnummer", "passnr", "passeport", "numero_passeport", "pasaporte", "num_pasaporte", "passaporto", "numero_passaporto", "passaporte", "num_passaporte", "paspoort", "paspoortnummer", "pass", "pas_nr", "paszport", "nr_paszportu", "ryoken_bango", "pasupoto", "旅券番号", "pasaport_no", "passi", "huzhao", "yeogwon", "zagranpasport"},
	},
	{
		ID: DriverLicense, Name: "driver_license", Class: Red, Description: "driving licence number",
		Synonyms: []string{"driver_license", "drivers_license", "driving_licence", "dl_number", "license_number", "lic_num", "fuehrerschein", "fuehrerscheinnummer", "fuehrerschein_nr", "permis_conduire", "numero_permis", "licencia_conducir", "permiso_conducir", "carnet_conducir", "patente", "numero_patente", "patente_guida", "carta_conducao", "cnh", "carteira_motorista", "rijbewijs", "rijbewijsnummer", "korkort", "korkortsnummer", "forerkort", "prawo_jazdy", "nr_prawa_jazdy", "menkyo_bango", "unten_menkyo", "運転免許証", "ehliyet_no", "surucu_belgesi", "ajokortti", "jiazhao"},
	},
	{
		ID: VisaPermit, Name: "visa_permit", Class: Red, Description: "visa / residence permit number",
		Synonyms: []string{"visa_number", "residence_permit", "alien_number", "green_card", "aufenthaltstitel", "visumnummer", "titre_sejour", "numero_visa", "permiso_residencia", "visado", "permesso_soggiorno", "autorizacao_residencia", "visto", "verblijfsvergunning", "uppehallstillstand", "karta_pobytu", "zairyu_card", "在留カード", "ikamet_no"},
	},
	{
		ID: VoterID, Name: "voter_id", Class: Red, Description: "voter number",
		Synonyms: []string{"voter_id", "electoral_id", "epic", "carte_electeur", "credencial_elector", "clave_elector", "tessera_elettorale", "titulo_eleitor", "secmen_no"},
	},
	{
		ID: MilitaryID, Name: "military_id", Class: Red, Description: "military/service number",
		Synonyms: []string{"military_id", "service_number", "dod_id", "edipi", "dienstnummer", "matricule_militaire", "cartilla_militar", "matricola_militare", "reservista", "ksiazeczka_wojskowa"},
	},
}
