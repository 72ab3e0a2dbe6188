package catalog

// specialTypes: special categories & health.
var specialTypes = []Type{
	{
		ID: HealthCondition, Name: "health_condition", Class: Red, Description: "diagnosis, disease, symptom",
		Synonyms: []string{"diagnosis", "disease", "condition", "symptom", "icd10", "allergy", "diagnose", "krankheit", "befund", "allergie", "diagnostic", "maladie", "symptome", "diagnostico", "enfermedad", "diagnosi", "malattia", "doenca", "ziekte", "diagnos", "sjukdom", "diagnoza", "choroba", "shindan", "byomei", "病名", "tani", "hastalik"},
	},
	{
		ID: Medication, Name: "medication", Class: Red, Description: "drug / prescription of a person",
		Synonyms: []string{"medication", "prescription", "drug", "rx_number", "medikament", "rezept", "medicament", "ordonnance", "medicamento", "receta", "farmaco", "ricetta", "receita", "medicatie", "recept", "lakemedel", "lek", "recepta", "kusuri", "shohosen", "処方", "ilac", "recete"},
	},
	{
		ID: MedicalRecordNO, Name: "medical_record_no", Class: Red, Description: "medical record / patient number",
		Synonyms: []string{"mrn", "medical_record_number", "patient_id", "patientennummer", "patienten_id", "fallnummer", "numero_patient", "ipp", "historia_clinica", "numero_paciente", "numero_paziente", "prontuario", "patientnummer", "journalnummer", "numer_pacjenta", "kanja_bango", "患者番号", "hasta_no"},
	},
	{
		ID: HealthInsuranceID, Name: "health_insurance_id", Class: Red, Description: "health insurance member id",
		Synonyms: []string{"health_insurance_id", "member_id_health", "mbi", "medicare_id", "krankenversicherungsnummer", "kvnr", "versichertennummer", "carte_vitale", "num_mutuelle", "tarjeta_sanitaria", "cip", "tessera_sanitaria", "tsn", "numero_utente", "sns", "carteirinha", "zorgverzekering", "polisnummer_zorg", "nfz", "ekuz", "hoken_sho", "保険証番号"},
	},
	{
		ID: MedicalLicense, Name: "medical_license", Class: Yellow, Description: "practitioner number (NPI, DEA)",
		Synonyms: []string{"npi", "dea_number", "medical_license", "lanr", "arztnummer", "bsnr", "rpps", "adeli", "numero_colegiado", "crm", "big_nummer", "pwz"},
	},
	{
		ID: BloodType, Name: "blood_type", Class: Red, Description: "blood type",
		Synonyms: []string{"blood_type", "blood_group", "blutgruppe", "groupe_sanguin", "grupo_sanguineo", "tipo_sangre", "gruppo_sanguigno", "tipo_sanguineo", "bloedgroep", "blodgrupp", "grupa_krwi", "ketsueki_gata", "血液型", "kan_grubu"},
	},
	{
		ID: BodyMeasure, Name: "body_measure", Class: Yellow, Description: "weight/height/BMI of a person",
		Synonyms: []string{"weight", "height", "bmi", "body_fat", "gewicht", "groesse", "koerpergroesse", "poids", "taille", "peso", "altura", "estatura", "altezza", "lengte", "vikt", "langd", "waga", "wzrost", "taiju", "shincho", "体重", "身長", "kilo", "boy"},
	},
	{
		ID: VitalSigns, Name: "vital_signs", Class: Red, Description: "heart rate, blood pressure, glucose",
		Synonyms: []string{"heart_rate", "blood_pressure", "glucose", "spo2", "puls", "blutdruck", "blutzucker", "pouls", "tension", "pulso", "presion_arterial", "battito", "pressione", "pressao", "hartslag", "bloeddruk", "blodtryck", "tetno", "cisnienie", "shinpaku", "ketsuatsu"},
	},
	{
		ID: PregnancyRepro, Name: "pregnancy_repro", Class: Red, Description: "pregnancy, menstruation, fertility",
		Synonyms: []string{"pregnant", "due_date_baby", "last_period", "fertility", "schwanger", "schwangerschaft", "zyklus", "enceinte", "grossesse", "embarazada", "embarazo", "incinta", "gravidanza", "gravida", "gravidez", "zwanger", "gravid", "ciaza", "ninshin", "妊娠", "hamile"},
	},
	{
		ID: Disability, Name: "disability", Class: Red, Description: "disability",
		Synonyms: []string{"disability", "disabled_status", "impairment", "behinderung", "gdb", "handicap", "discapacidad", "disabilita", "deficiencia", "funktionsnedsattning", "niepelnosprawnosc", "shogai", "障害", "engelli"},
	},
	{
		ID: Genetic, Name: "genetic", Class: Red, Description: "genetic data",
		Synonyms: []string{"dna", "genome", "genotype", "erbgut", "genom", "adn", "idenshi"},
	},
	{
		ID: Biometric, Name: "biometric", Class: Red, Description: "fingerprint, face or voice template",
		Synonyms: []string{"fingerprint_template", "face_id", "face_embedding", "iris", "voiceprint", "faceprint", "fingerabdruck", "gesichtserkennung", "empreinte_digitale", "huella_digital", "impronta_digitale", "impressao_digital", "vingerafdruk", "fingeravtryck", "odcisk_palca", "shimon", "指紋", "parmak_izi"},
	},
	{
		ID: Ethnicity, Name: "ethnicity", Class: Red, Description: "race / ethnic origin",
		Synonyms: []string{"race", "ethnicity", "ethnic_origin", "ethnie", "ethnische_herkunft", "rasse", "origine_ethnique", "etnia", "raza", "raca", "etniciteit", "ras", "etnicitet", "pochodzenie_etniczne", "jinshu", "minzoku", "民族", "irk", "etnik_koken"},
	},
	{
		ID: Religion, Name: "religion", Class: Red, Description: "religion / belief",
		Synonyms: []string{"religion", "faith", "belief", "konfession", "religione", "religiao", "religie", "geloof", "religia", "wyznanie", "shukyo", "宗教", "din"},
	},
	{
		ID: Political, Name: "political", Class: Red, Description: "political opinion / party",
		Synonyms: []string{"political_party", "political_view", "vote", "partei", "politische_meinung", "parti_politique", "partido_politico", "partito_politico", "politieke_partij", "politisk_asikt", "partia", "poglady_polityczne", "seito", "支持政党", "siyasi_parti"},
	},
	{
		ID: Union, Name: "union", Class: Red, Description: "trade-union membership",
		Synonyms: []string{"union_member", "trade_union", "gewerkschaft", "syndicat", "sindicato", "sindacato", "vakbond", "fackforbund", "zwiazek_zawodowy", "kumiai", "労働組合", "sendika"},
	},
	{
		ID: SexualOrientation, Name: "sexual_orientation", Class: Red, Description: "sexual orientation / sex life",
		Synonyms: []string{"sexual_orientation", "sexuality", "sexuelle_orientierung", "orientation_sexuelle", "orientacion_sexual", "orientamento_sessuale", "orientacao_sexual", "seksuele_geaardheid", "sexuell_laggning", "orientacja_seksualna", "seiteki_shiko", "性的指向", "cinsel_yonelim"},
	},
	{
		ID: GenderIdentity, Name: "gender_identity", Class: Red, Description: "gender identity beyond sex marker",
		Synonyms: []string{"gender_identity", "pronouns", "transgender", "geschlechtsidentitaet", "pronomen", "identite_genre", "identidad_genero", "identita_genere", "identidade_genero", "genderidentiteit", "konsidentitet", "tozsamosc_plciowa", "seijinin", "性自認"},
	},
	{
		ID: Criminal, Name: "criminal", Class: Red, Description: "criminal record",
		Synonyms: []string{"criminal_record", "conviction", "arrest", "vorstrafe", "fuehrungszeugnis", "casier_judiciaire", "antecedentes_penales", "casellario", "antecedentes_criminais", "strafblad", "brottsregister", "karalnosc", "zenka", "前科", "sabika"},
	},
	{
		ID: ImmigrationStatus, Name: "immigration_status", Class: Red, Description: "immigration / citizenship status",
		Synonyms: []string{"immigration_status", "citizenship_status", "aufenthaltsstatus", "statut_immigration", "estatus_migratorio"},
	},
}
