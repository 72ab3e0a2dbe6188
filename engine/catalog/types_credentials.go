package catalog

// credentialsTypes: credentials.
var credentialsTypes = []Type{
	{
		ID: Password, Name: "password", Class: Red, Description: "password / passphrase",
		Synonyms: []string{"password", "passwd", "pwd", "pass", "passphrase", "pword", "passwort", "kennwort", "mot_de_passe", "mdp", "contrasena", "clave", "contraseña", "parola_chiave", "senha", "palavra_passe", "wachtwoord", "ww", "losenord", "adgangskode", "passord", "haslo", "pasuwado", "パスワード", "sifre", "parola", "salasana", "mima", "bimilbeonho", "heslo"},
	},
	{
		ID: PasswordHash, Name: "password_hash", Class: Red, Description: "password hash / salt",
		Synonyms: []string{"password_hash", "password_digest", "pwd_salt", "encrypted_password", "passwort_hash", "senha_hash"},
	},
	{
		ID: SecurityAnswer, Name: "security_answer", Class: Red, Description: "security question answer, mother's maiden name",
		Synonyms: []string{"security_answer", "secret_answer", "mothers_maiden_name", "sicherheitsantwort", "geburtsname_mutter", "reponse_secrete", "nom_jeune_fille_mere", "respuesta_secreta", "risposta_segreta", "nome_nubile_madre", "resposta_secreta", "nome_mae", "nazwisko_panienskie_matki", "himitsu_no_kotae"},
	},
	{
		ID: OTPCode, Name: "otp_code", Class: Red, Description: "one-time / MFA code",
		Synonyms: []string{"otp", "totp", "mfa_code", "two_factor", "verification_code", "tan", "einmalcode", "bestaetigungscode", "code_verification", "codigo_verificacion", "codice_verifica", "codigo_verificacao", "verificatiecode", "engangskod", "kod_weryfikacyjny", "ninsho_kodo", "認証コード", "dogrulama_kodu"},
	},
	{
		ID: APIKey, Name: "api_key", Class: Red, Description: "API key / access key",
		Synonyms: []string{"api_key", "apikey", "access_key", "x_api_key", "client_secret", "app_secret", "api_schluessel", "cle_api", "clave_api", "chiave_api", "chave_api", "api_sleutel", "api_nyckel", "klucz_api", "api_ki", "APIキー"},
	},
	{
		ID: AuthToken, Name: "auth_token", Class: Red, Description: "bearer/refresh/access token",
		Synonyms: []string{"token", "access_token", "refresh_token", "id_token", "bearer", "authorization", "auth", "jeton", "tokun", "トークン"},
	},
	{
		ID: JWT, Name: "jwt", Class: Red, Description: "JSON web token",
		Synonyms: []string{"jwt", "id_token"},
	},
	{
		ID: SessionToken, Name: "session_token", Class: Red, Description: "session secret / session cookie value",
		Synonyms: []string{"sessionid", "phpsessid", "jsessionid", "session_token", "sid", "connect.sid"},
	},
	{
		ID: CookieHeader, Name: "cookie_header", Class: Red, Description: "raw Cookie / Set-Cookie header",
		Synonyms: []string{"cookie", "cookies", "set_cookie"},
	},
	{
		ID: CSRFToken, Name: "csrf_token", Class: Yellow, Description: "CSRF token",
		Synonyms: []string{"csrf", "xsrf", "csrf_token"},
	},
	{
		ID: PrivateKey, Name: "private_key", Class: Red, Description: "PEM private key",
		Synonyms: []string{"private_key", "rsa_key", "ssh_key", "pem", "privater_schluessel", "cle_privee", "clave_privada", "chiave_privata", "chave_privada", "klucz_prywatny", "himitsu_kagi"},
	},
	{
		ID: CloudSecret, Name: "cloud_secret", Class: Red, Description: "cloud/database secret, connection string",
		Synonyms: []string{"aws_secret_access_key", "connection_string", "db_password", "dsn"},
	},
	{
		ID: URLCredentials, Name: "url_credentials", Class: Red, Description: "user:pass in URL",
	},
	{
		ID: SignedURL, Name: "signed_url", Class: Red, Description: "URL with signature/reset/magic-link token",
		Synonyms: []string{"reset_url", "magic_link", "signed_url"},
	},
}
