package catalog

// identityTypes: identity & contact.
var identityTypes = []Type{
	{
		ID: PersonName, Name: "person_name", Class: Yellow, Description: "full name",
		Synonyms: []string{"name", "full_name", "fullname", "display_name", "customer_name", "contact_name", "vollname", "vollstaendiger_name", "nom_complet", "nom_prenom", "nombre_completo", "nome_completo", "nominativo", "volledige_naam", "naam", "namn", "fullstandigt_namn", "imie_i_nazwisko", "shimei", "namae", "氏名", "ad_soyad", "nimi", "xingming", "ireum", "fio", "фио", "jmeno"},
	},
	{
		ID: FirstName, Name: "first_name", Class: Yellow, Description: "given name",
		Synonyms: []string{"first_name", "fname", "given_name", "forename", "vorname", "prenom", "nombre", "primer_nombre", "nome", "primeiro_nome", "voornaam", "fornamn", "fornavn", "imie", "mei", "namae", "名", "ad", "isim", "etunimi", "imya", "krestni_jmeno", "keresztnev"},
	},
	{
		ID: LastName, Name: "last_name", Class: Yellow, Description: "family name",
		Synonyms: []string{"last_name", "lname", "surname", "family_name", "nachname", "familienname", "zuname", "nom", "nom_famille", "apellido", "apellidos", "cognome", "apelido", "sobrenome", "achternaam", "efternamn", "etternavn", "nazwisko", "sei", "myoji", "姓", "soyad", "sukunimi", "familiya", "prijmeni", "vezeteknev"},
	},
	{
		ID: MiddleName, Name: "middle_name", Class: Yellow, Description: "middle name / patronymic",
		Synonyms: []string{"middle_name", "mname", "patronymic", "zweiter_vorname", "deuxieme_prenom", "segundo_nombre", "secondo_nome", "nome_meio", "tussenvoegsel", "mellannamn", "drugie_imie", "otchestvo", "отчество"},
	},
	{
		ID: MaidenName, Name: "maiden_name", Class: Yellow, Description: "birth name",
		Synonyms: []string{"maiden_name", "birth_name", "geburtsname", "maedchenname", "nom_jeune_fille", "nom_naissance", "apellido_soltera", "cognome_nubile", "nome_solteira", "meisjesnaam", "flicknamn", "nazwisko_panienskie", "kyusei", "旧姓", "kizlik_soyadi"},
	},
	{
		ID: Email, Name: "email", Class: Yellow, Description: "email address",
		Synonyms: []string{"email", "e_mail", "mail", "email_address", "usr_email", "contact_email", "mailadresse", "e_mail_adresse", "courriel", "adresse_mail", "adresse_electronique", "correo", "correo_electronico", "posta_elettronica", "indirizzo_email", "correio_eletronico", "e_mailadres", "mailadres", "epost", "e_postadress", "mejl", "adres_email", "poczta", "meru_adoresu", "メールアドレス", "eposta", "sahkoposti", "youxiang", "imeil", "pochta"},
	},
	{
		ID: Phone, Name: "phone", Class: Yellow, Description: "phone / mobile number",
		Synonyms: []string{"phone", "phone_number", "mobile", "cell", "tel", "msisdn", "contact_no", "whatsapp", "telefon", "telefonnummer", "handy", "mobilnummer", "rufnummer", "telephone", "portable", "numero_telephone", "telefono", "movil", "celular", "cellulare", "numero_telefono", "telefone", "telemovel", "telefoon", "mobiel", "telefoonnummer", "mobil", "numer_telefonu", "komorka", "denwa_bango", "keitai", "電話番号", "cep_telefonu", "gsm", "puhelin", "dianhua", "shouji", "jeonhwa"},
	},
	{
		ID: Fax, Name: "fax", Class: Yellow, Description: "fax number",
		Synonyms: []string{"fax", "fax_number", "telefax", "telecopie", "faks", "fakkusu"},
	},
	{
		ID: StreetAddress, Name: "street_address", Class: Yellow, Description: "street / postal address",
		Synonyms: []string{"address", "street", "addr", "address_line1", "home_address", "shipping_address", "adresse", "anschrift", "strasse", "straße", "hausnummer", "wohnort", "rue", "adresse_postale", "direccion", "calle", "domicilio", "indirizzo", "via", "endereco", "morada", "rua", "logradouro", "adres", "straat", "huisnummer", "adress", "gatuadress", "gata", "ulica", "jusho", "住所", "sokak", "osoite", "dizhi", "juso"},
	},
	{
		ID: PostalCode, Name: "postal_code", Class: Yellow, Description: "postal code",
		Synonyms: []string{"zip", "zipcode", "postal_code", "postcode", "plz", "postleitzahl", "code_postal", "cp", "codigo_postal", "cap", "codice_postale", "cep", "postnummer", "kod_pocztowy", "yubin_bango", "郵便番号", "posta_kodu", "postinumero", "youbian", "upyeon_beonho", "psc"},
	},
	{
		ID: City, Name: "city", Class: Yellow, Description: "city of a person",
		Synonyms: []string{"city", "town", "hometown", "ort", "stadt", "wohnort", "ville", "commune", "ciudad", "localidad", "citta", "comune", "cidade", "localidade", "stad", "plaats", "woonplaats", "by", "miasto", "miejscowosc", "shi", "shikuchoson", "市区町村", "sehir", "il", "kaupunki", "chengshi", "dosi"},
	},
	{
		ID: DateOfBirth, Name: "date_of_birth", Class: Yellow, Description: "date of birth",
		Synonyms: []string{"dob", "birth_date", "date_of_birth", "birthday", "birthdate", "bday", "geburtsdatum", "geburtstag", "gebdat", "date_naissance", "naissance", "ddn", "fecha_nacimiento", "nacimiento", "cumpleanos", "data_nascita", "nascita", "data_nascimento", "nascimento", "geboortedatum", "fodelsedatum", "fodselsdato", "data_urodzenia", "seinengappi", "tanjobi", "生年月日", "dogum_tarihi", "syntymaaika", "shengri", "saengil", "datum_narozeni"},
	},
	{
		ID: BirthYear, Name: "birth_year", Class: Yellow, Description: "year of birth",
		Synonyms: []string{"yob", "birth_year", "geburtsjahr", "annee_naissance", "ano_nacimiento", "anno_nascita", "ano_nascimento", "geboortejaar", "fodelsear", "rok_urodzenia", "dogum_yili"},
	},
	{
		ID: Age, Name: "age", Class: Yellow, Description: "age",
		Synonyms: []string{"age", "age_years", "alter", "edad", "eta", "idade", "leeftijd", "alder", "wiek", "nenrei", "年齢", "yas"},
	},
	{
		ID: BirthPlace, Name: "birth_place", Class: Yellow, Description: "place of birth",
		Synonyms: []string{"birth_place", "place_of_birth", "geburtsort", "lieu_naissance", "lugar_nacimiento", "luogo_nascita", "local_nascimento", "naturalidade", "geboorteplaats", "fodelseort", "miejsce_urodzenia", "shusshinchi", "出身地", "dogum_yeri"},
	},
	{
		ID: Gender, Name: "gender", Class: Yellow, Description: "gender / sex",
		Synonyms: []string{"gender", "sex", "geschlecht", "sexe", "genre", "sexo", "genero", "sesso", "genere", "geslacht", "kon", "kjonn", "plec", "seibetsu", "性別", "cinsiyet", "sukupuoli", "xingbie", "seongbyeol", "pol", "pohlavi"},
	},
	{
		ID: MaritalStatus, Name: "marital_status", Class: Yellow, Description: "marital status",
		Synonyms: []string{"marital_status", "civil_status", "familienstand", "etat_civil", "situation_familiale", "estado_civil", "stato_civile", "burgerlijke_staat", "civilstand", "stan_cywilny", "kon_in", "婚姻", "medeni_hal"},
	},
	{
		ID: Nationality, Name: "nationality", Class: Yellow, Description: "nationality / citizenship",
		Synonyms: []string{"nationality", "citizenship", "nationalitaet", "staatsangehoerigkeit", "nationalite", "nacionalidad", "nazionalita", "cittadinanza", "nacionalidade", "nationaliteit", "nationalitet", "medborgarskap", "narodowosc", "obywatelstwo", "kokuseki", "国籍", "uyruk"},
	},
	{
		ID: Salutation, Name: "salutation", Class: Green, Description: "title / salutation",
		Synonyms: []string{"salutation", "title", "honorific", "anrede", "titel", "civilite", "tratamiento", "titolo", "tratamento", "aanhef", "tytul", "keisho", "hitap"},
	},
	{
		ID: Occupation, Name: "occupation", Class: Yellow, Description: "job title / occupation",
		Synonyms: []string{"job_title", "occupation", "profession", "beruf", "position", "metier", "poste", "profesion", "cargo", "ocupacion", "professione", "mansione", "profissao", "beroep", "functie", "yrke", "titel", "zawod", "stanowisko", "shokugyo", "職業", "meslek"},
	},
	{
		ID: Employer, Name: "employer", Class: Yellow, Description: "employer / company of a person",
		Synonyms: []string{"company", "employer", "organization", "arbeitgeber", "firma", "employeur", "societe", "empresa", "empleador", "azienda", "datore_lavoro", "empregador", "werkgever", "bedrijf", "arbetsgivare", "foretag", "pracodawca", "kaisha", "kinmusaki", "会社", "isveren", "sirket"},
	},
	{
		ID: EmployeeID, Name: "employee_id", Class: Yellow, Description: "employee number",
		Synonyms: []string{"employee_id", "emp_no", "staff_id", "personalnummer", "mitarbeiternummer", "matricule", "numero_empleado", "legajo", "matricola", "matricula", "numero_funcionario", "personeelsnummer", "anstallningsnummer", "numer_pracownika", "shain_bango", "社員番号", "sicil_no"},
	},
	{
		ID: Education, Name: "education", Class: Yellow, Description: "school / degree / student id",
		Synonyms: []string{"education", "degree", "school", "student_id", "gpa", "ausbildung", "schule", "matrikelnummer", "formation", "diplome", "ine", "educacion", "titulo", "matricula", "istruzione", "matricola_studente", "escolaridade", "opleiding", "studentnummer", "utbildning", "wyksztalcenie", "numer_albumu", "gakureki", "学歴", "ogrenci_no"},
	},
	{
		ID: RelativeName, Name: "relative_name", Class: Yellow, Description: "spouse/parent/child/emergency contact",
		Synonyms: []string{"spouse_name", "mother_name", "father_name", "emergency_contact", "next_of_kin", "ehepartner", "notfallkontakt", "conjoint", "contact_urgence", "conyuge", "contacto_emergencia", "coniuge", "conjuge", "nome_da_mae", "partner", "noodcontact", "maka", "anhorig", "malzonek", "kontakt_alarmowy", "haigusha", "kinkyu_renrakusaki"},
	},
	{
		ID: Photo, Name: "photo", Class: Yellow, Description: "portrait / avatar URL",
		Synonyms: []string{"photo", "avatar", "profile_picture", "selfie", "foto", "profilbild", "bild", "zdjecie", "shashin", "kao_shashin", "写真", "fotograf"},
	},
	{
		ID: SignatureImg, Name: "signature_img", Class: Yellow, Description: "handwritten signature",
		Synonyms: []string{"signature_image", "esignature", "unterschrift", "signature", "firma", "assinatura", "handtekening", "underskrift", "podpis", "shomei", "署名", "imza"},
	},
	{
		ID: ChildData, Name: "child_data", Class: Red, Description: "data marked as a child's (COPPA/GDPR-K)",
		Synonyms: []string{"child_name", "child_dob", "minor", "kind_name", "geburtsdatum_kind", "nom_enfant", "nombre_hijo", "nome_figlio", "nome_filho", "naam_kind", "barn_namn", "imie_dziecka", "kodomo", "cocuk_adi"},
	},
	{
		ID: FreeText, Name: "free_text", Class: Yellow, Description: "free text typed by a person",
		Synonyms: []string{"comment", "message", "note", "feedback", "bio", "body", "kommentar", "nachricht", "bemerkung", "commentaire", "comentario", "mensaje", "commento", "messaggio", "mensagem", "opmerking", "bericht", "meddelande", "komentarz", "wiadomosc", "komento", "コメント", "yorum", "mesaj"},
	},
	{
		ID: SearchQuery, Name: "search_query", Class: Yellow, Description: "search terms typed by a person",
		Synonyms: []string{"search", "query", "q", "search_term", "suche", "suchbegriff", "recherche", "busqueda", "ricerca", "busca", "pesquisa", "zoekterm", "sokord", "wyszukiwanie", "kensaku", "検索", "arama"},
	},
}
