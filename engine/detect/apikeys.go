package detect

import "github.com/eventveil/eventveil/engine/catalog"

// Keys told by their issuer's prefix, a length and a character set, as the
// issuers document them for secret scanning.

// keyRule is one kind of key. min and max bound the characters after the prefix;
// max 0 is without bound.
type keyRule struct {
	prefix   string
	min, max int
	set      uint8
	typ      catalog.ID
}

// setWord is letters and digits.
const setWord = setLetter | setDigit

var keyRules = [...]keyRule{
	// Clouds
	{"AKIA", 16, 16, setWord, catalog.APIKey}, {"ASIA", 16, 16, setWord, catalog.APIKey}, {"ABIA", 16, 16, setWord, catalog.APIKey},
	{"ACCA", 16, 16, setWord, catalog.APIKey}, {"A3T", 17, 17, setWord, catalog.APIKey}, {"AGPA", 16, 16, setWord, catalog.APIKey},
	{"AIDA", 16, 16, setWord, catalog.APIKey}, {"AROA", 16, 16, setWord, catalog.APIKey}, {"ABSK", 60, 0, setBearer, catalog.APIKey},
	{"bedrock-api-key-", 20, 0, setBearer, catalog.APIKey}, {"amzn.mws.", 36, 36, setToken, catalog.APIKey},
	{"AIza", 35, 35, setToken, catalog.APIKey}, {"ya29.", 20, 0, setDotted, catalog.AuthToken}, {"GOCSPX-", 28, 28, setToken, catalog.APIKey},
	{"LTAI", 16, 26, setWord, catalog.APIKey}, {"dop_v1_", 64, 64, setHex, catalog.APIKey}, {"doo_v1_", 64, 64, setHex, catalog.APIKey},
	{"dor_v1_", 64, 64, setHex, catalog.APIKey}, {"HRKU-", 32, 0, setToken, catalog.APIKey}, {"fo1_", 40, 0, setBearer, catalog.APIKey},
	{"fm1_", 90, 0, setBearer, catalog.APIKey}, {"fm1r_", 90, 0, setBearer, catalog.APIKey}, {"fm1a_", 90, 0, setBearer, catalog.APIKey},
	{"fm2_", 90, 0, setBearer, catalog.APIKey}, {"tk-us-", 40, 0, setToken, catalog.APIKey}, {"t1.", 60, 0, setBearer, catalog.APIKey},
	{"AQVN", 35, 38, setToken, catalog.APIKey}, {"YC", 38, 38, setToken, catalog.APIKey}, {"v1.0-", 160, 0, setToken, catalog.APIKey},
	// Code and packages
	{"ghp_", 36, 0, setWord, catalog.APIKey}, {"gho_", 36, 0, setWord, catalog.APIKey}, {"ghu_", 36, 0, setWord, catalog.APIKey},
	{"ghs_", 36, 0, setToken, catalog.APIKey}, {"ghr_", 36, 0, setWord, catalog.APIKey}, {"github_pat_", 36, 0, setToken, catalog.APIKey},

	{"glpat-", 20, 0, setDotted, catalog.APIKey}, {"gldt-", 20, 0, setToken, catalog.APIKey}, {"glrt-", 20, 0, setDotted, catalog.APIKey},
	{"glrtr-", 20, 0, setDotted, catalog.APIKey}, {"glcbt-", 20, 0, setToken, catalog.APIKey}, {"glptt-", 40, 0, setToken, catalog.APIKey},
	{"glft-", 20, 0, setToken, catalog.APIKey}, {"glimt-", 20, 0, setToken, catalog.APIKey}, {"glagent-", 50, 0, setToken, catalog.APIKey},
	{"glsoat-", 20, 0, setToken, catalog.APIKey}, {"glffct-", 20, 0, setToken, catalog.APIKey}, {"gloas-", 60, 0, setToken, catalog.APIKey},
	{"GR1348941", 20, 0, setToken, catalog.APIKey}, {"npm_", 36, 36, setWord, catalog.APIKey}, {"pypi-", 50, 0, setToken, catalog.APIKey},
	{"rubygems_", 48, 48, setHex, catalog.APIKey}, {"CLOJARS_", 60, 60, setWord, catalog.APIKey},
	{"dckr_pat_", 27, 0, setToken, catalog.APIKey}, {"dckr_oat_", 32, 0, setToken, catalog.APIKey}, {"ATBB", 32, 32, setWord, catalog.APIKey},
	{"ATATT3", 100, 0, setBearer, catalog.APIKey}, {"ATCTT3", 100, 0, setBearer, catalog.APIKey}, {"sgp_", 40, 0, setToken, catalog.APIKey},
	{"slk_", 64, 64, setHex, catalog.APIKey}, {"squ_", 40, 40, setWord, catalog.APIKey}, {"sqp_", 40, 40, setWord, catalog.APIKey},
	{"sqa_", 40, 40, setWord, catalog.APIKey}, {"pul-", 40, 40, setHex, catalog.APIKey}, {"pnu_", 36, 36, setWord, catalog.APIKey},
	{"dapi", 32, 34, setHex, catalog.APIKey}, {"oy2", 43, 43, setWord, catalog.APIKey}, {"API-", 26, 26, setWord, catalog.APIKey},
	{"cmVmdGtu", 56, 56, setWord, catalog.APIKey}, {"AKCp", 69, 69, setWord, catalog.APIKey}, {"AP6", 50, 0, setWord, catalog.APIKey},
	{"sha256~", 43, 43, setToken, catalog.APIKey}, {"hawk.", 40, 0, setDotted, catalog.APIKey}, {"ico-", 32, 32, setWord, catalog.APIKey},
	// Chat and mail
	{"xoxb-", 10, 0, setToken, catalog.APIKey}, {"xoxp-", 10, 0, setToken, catalog.APIKey}, {"xoxa-", 10, 0, setToken, catalog.APIKey},
	{"xoxr-", 10, 0, setToken, catalog.APIKey}, {"xoxs-", 10, 0, setToken, catalog.APIKey}, {"xoxo-", 10, 0, setToken, catalog.APIKey},
	{"xoxe-", 20, 0, setToken, catalog.APIKey}, {"xoxe.", 20, 0, setToken, catalog.APIKey}, {"xapp-", 20, 0, setToken, catalog.APIKey},
	{"SG.", 60, 70, setDotted, catalog.APIKey}, {"key-", 32, 32, setHex, catalog.APIKey}, {"pubkey-", 32, 32, setHex, catalog.APIKey},
	{"xkeysib-", 64, 0, setToken, catalog.APIKey}, {"xsmtpsib-", 64, 0, setToken, catalog.APIKey}, {"SK", 32, 32, setHex, catalog.APIKey},
	{"AC", 32, 32, setHex, catalog.APIKey}, {"live_", 20, 0, setToken, catalog.APIKey}, {"shippo_live_", 40, 40, setHex, catalog.APIKey},
	{"shippo_test_", 40, 40, setHex, catalog.APIKey}, {"EAACEdEose0cBA", 20, 0, setWord, catalog.AuthToken}, {"EAA", 100, 0, setWord, catalog.AuthToken},
	// Money
	{"sk_live_", 10, 0, setWord, catalog.APIKey}, {"sk_test_", 10, 0, setWord, catalog.APIKey}, {"rk_live_", 10, 0, setWord, catalog.APIKey},
	{"rk_test_", 10, 0, setWord, catalog.APIKey}, {"sk_prod_", 10, 0, setWord, catalog.APIKey}, {"rk_prod_", 10, 0, setWord, catalog.APIKey},
	{"whsec_", 32, 0, setBearer, catalog.APIKey}, {"sq0atp-", 22, 0, setToken, catalog.APIKey}, {"sq0csp-", 43, 0, setToken, catalog.APIKey},
	{"EAAA", 60, 60, setToken, catalog.APIKey}, {"shpat_", 32, 32, setHex, catalog.APIKey}, {"shpca_", 32, 32, setHex, catalog.APIKey},
	{"shppa_", 32, 32, setHex, catalog.APIKey}, {"shpss_", 32, 32, setHex, catalog.APIKey}, {"EZAK", 54, 54, setWord, catalog.APIKey},
	{"EZTK", 54, 54, setWord, catalog.APIKey}, {"FLWSECK_TEST-", 12, 0, setToken, catalog.APIKey}, {"FLWPUBK_TEST-", 32, 0, setToken, catalog.APIKey},
	{"FLWSECK_TEST", 12, 12, setHex, catalog.APIKey}, {"live_pub_", 31, 31, setHex, catalog.APIKey}, {"test_pub_", 31, 31, setHex, catalog.APIKey},
	{"duffel_test_", 40, 0, setBearer, catalog.APIKey}, {"duffel_live_", 40, 0, setBearer, catalog.APIKey}, {"access-sandbox-", 36, 36, setToken, catalog.APIKey},
	{"access-production-", 36, 36, setToken, catalog.APIKey}, {"access-development-", 36, 36, setToken, catalog.APIKey},
	// Models
	{"sk-ant-", 20, 0, setToken, catalog.APIKey}, {"sk-proj-", 40, 0, setToken, catalog.APIKey}, {"sk-svcacct-", 40, 0, setToken, catalog.APIKey},
	{"sk-admin-", 40, 0, setToken, catalog.APIKey}, {"sk-or-", 40, 0, setToken, catalog.APIKey}, {"sk-", 32, 64, setWord, catalog.APIKey},
	{"hf_", 34, 34, setWord, catalog.APIKey}, {"api_org_", 34, 34, setWord, catalog.APIKey}, {"gsk_", 50, 54, setWord, catalog.APIKey},
	{"pplx-", 48, 0, setWord, catalog.APIKey}, {"jina_", 60, 0, setToken, catalog.APIKey}, {"tvly-", 30, 0, setToken, catalog.APIKey},
	{"r8_", 37, 37, setWord, catalog.APIKey}, {"xai-", 70, 90, setWord, catalog.APIKey}, {"nvapi-", 60, 70, setToken, catalog.APIKey},
	// Operations
	{"glc_", 32, 0, setBearer, catalog.APIKey}, {"glsa_", 32, 0, setToken, catalog.APIKey}, {"eyJrIjoi", 60, 0, setBearer, catalog.APIKey},
	{"hvs.", 24, 0, setToken, catalog.APIKey}, {"hvb.", 60, 0, setToken, catalog.APIKey}, {"hvr.", 60, 0, setToken, catalog.APIKey},
	{"dt0c01.", 60, 0, setDotted, catalog.APIKey}, {"dt0s16.", 60, 0, setDotted, catalog.APIKey}, {"dp.pt.", 40, 0, setWord, catalog.APIKey},
	{"dp.ct.", 40, 0, setWord, catalog.APIKey}, {"dp.st.", 40, 0, setDotted, catalog.APIKey}, {"dp.sa.", 40, 0, setWord, catalog.APIKey},
	{"dp.scim.", 40, 0, setWord, catalog.APIKey}, {"dp.audit.", 40, 0, setWord, catalog.APIKey},
	{"NRAK-", 27, 28, setWord, catalog.APIKey}, {"NRAA-", 27, 27, setHex, catalog.APIKey}, {"NRII-", 32, 32, setToken, catalog.APIKey},
	{"NRIQ-", 32, 32, setToken, catalog.APIKey}, {"NRRA-", 42, 42, setHex, catalog.APIKey}, {"NRJS-", 19, 19, setHex, catalog.APIKey},
	{"sntrys_", 60, 0, setBearer, catalog.APIKey}, {"sntryu_", 64, 64, setHex, catalog.APIKey}, {"sntrya_", 64, 64, setHex, catalog.APIKey},
	{"pat.", 40, 0, setDotted, catalog.APIKey}, {"sat.", 40, 0, setDotted, catalog.APIKey}, {"ddp_", 30, 0, setWord, catalog.APIKey},
	{"PMAK-", 59, 59, setToken, catalog.APIKey}, {"rdme_", 70, 70, setWord, catalog.APIKey}, {"dnkey-", 60, 0, setBearer, catalog.APIKey},
	{"pscale_tkn_", 30, 0, setBearer, catalog.APIKey}, {"pscale_oauth_", 30, 0, setBearer, catalog.APIKey}, {"pscale_pw_", 30, 0, setBearer, catalog.APIKey},
	{"ntn_", 40, 0, setWord, catalog.APIKey}, {"secret_", 43, 43, setWord, catalog.APIKey}, {"lin_api_", 40, 40, setWord, catalog.APIKey},
	{"figd_", 38, 0, setToken, catalog.APIKey}, {"fio-u-", 60, 0, setBearer, catalog.APIKey}, {"aio_", 28, 28, setWord, catalog.APIKey},
	{"sl.", 120, 0, setToken, catalog.AuthToken}, {"pk.eyJ", 60, 0, setDotted, catalog.APIKey}, {"sk.eyJ", 60, 0, setDotted, catalog.APIKey},
	{"tk.eyJ", 60, 0, setDotted, catalog.APIKey}, {"sm_pat_", 16, 0, setWord, catalog.APIKey}, {"sm_aat_", 16, 0, setWord, catalog.APIKey},
	{"sm_sat_", 16, 0, setWord, catalog.APIKey}, {"A3-", 30, 0, setToken, catalog.APIKey}, {"ops_eyJ", 100, 0, setBearer, catalog.APIKey},
	{"AGE-SECRET-KEY-1", 58, 58, setWord, catalog.PrivateKey},
	{"LS0tLS1CRUdJTi", 60, 0, setBearer, catalog.PrivateKey}, {"b3BlbnNzaC1rZXktdjE", 60, 0, setBearer, catalog.PrivateKey}, {"phx_", 40, 0, setWord, catalog.APIKey}, {"phs_", 40, 0, setWord, catalog.APIKey},
	{"pat", 70, 90, setDotted, catalog.APIKey},
	{"CFPAT-", 43, 43, setToken, catalog.APIKey}, {"pat-na1-", 36, 36, setToken, catalog.APIKey}, {"pat-eu1-", 36, 36, setToken, catalog.APIKey},
	{"django-insecure-", 30, 0, setToken, catalog.APIKey}, {"nfp_", 36, 40, setWord, catalog.APIKey}, {"vercel_", 24, 0, setWord, catalog.APIKey},
	{"sbp_", 40, 40, setHex, catalog.APIKey}, {"tskey-", 20, 0, setToken, catalog.APIKey}, {"cfut_", 40, 0, setToken, catalog.APIKey},
	{"e2b_", 40, 40, setHex, catalog.APIKey},
	{"AIPA", 16, 16, setWord, catalog.APIKey}, {"ANPA", 16, 16, setWord, catalog.APIKey}, {"ANVA", 16, 16, setWord, catalog.APIKey},
	{"p8e-", 32, 32, setToken, catalog.APIKey}, {"4b1d", 38, 38, setWord, catalog.APIKey}, {"da2-", 26, 26, setWord, catalog.APIKey},
	{"fc-", 32, 32, setHex, catalog.APIKey}, {"cio", 32, 32, setWord, catalog.APIKey}, {"odt_", 32, 0, setWord, catalog.APIKey},
	{"s-s4t2ud-", 64, 64, setHex, catalog.APIKey}, {"s-s4t2af-", 64, 64, setHex, catalog.APIKey},
	{"px-api-", 36, 36, setToken, catalog.APIKey}, {"px-dep-", 36, 36, setToken, catalog.APIKey},
	{"eyJ0eXAiOiAiVENWMiJ9.", 80, 0, setDotted, catalog.APIKey}, {"oa2-client-id_", 32, 32, setToken, catalog.APIKey},
	{"tfp_", 40, 0, setDotted, catalog.APIKey},
	{"AVNS_", 18, 0, setToken, catalog.APIKey}, {"CCIPAT_", 40, 0, setToken, catalog.APIKey}, {"CCIPRJ_", 40, 0, setToken, catalog.APIKey},
	{"bkua_", 40, 40, setHex, catalog.APIKey}, {"sb_secret_", 20, 0, setToken, catalog.APIKey}, {"lsv2_pt_", 32, 0, setToken, catalog.APIKey},
	{"lsv2_sk_", 32, 0, setToken, catalog.APIKey}, {"apify_api_", 36, 0, setWord, catalog.APIKey}, {"vercel_blob_rw_", 30, 0, setToken, catalog.APIKey},
	{"SWMTKN-1-", 40, 0, setToken, catalog.APIKey}, {"mlsn.", 64, 0, setHex, catalog.APIKey}, {"dt0a01.", 60, 0, setDotted, catalog.APIKey},
	{"glwt-", 20, 0, setToken, catalog.APIKey}, {"zpka_", 32, 0, setToken, catalog.APIKey}, {"rootly_", 64, 64, setHex, catalog.APIKey},
	{"samsara_api_", 30, 0, setWord, catalog.APIKey}, {"pina_", 32, 0, setWord, catalog.APIKey}, {"persona_production_", 20, 0, setToken, catalog.APIKey},
	{"mdb_sa_sk_", 40, 0, setToken, catalog.APIKey}, {"CCDB1_", 22, 0, setToken, catalog.APIKey}, {"sk-lf-", 36, 36, setToken, catalog.APIKey},
	{"AKLT", 30, 0, setWord, catalog.APIKey}, {"s.", 24, 24, setWord, catalog.APIKey},
	{"csk-", 48, 48, setWord, catalog.APIKey}, {"fw_", 24, 24, setWord, catalog.APIKey},
	{"live_", 35, 35, setHex, catalog.APIKey}, {"test_", 35, 35, setHex, catalog.APIKey}, {"glc_eyJ", 60, 0, setBearer, catalog.APIKey},
}

// keysByFirst has the rules whose prefix begins with a byte.
var keysByFirst = func() (t [256][]keyRule) {
	for _, r := range keyRules {
		t[r.prefix[0]] = append(t[r.prefix[0]], r)
	}
	return t
}()

// keyEnd returns the type and the end of the key that begins at i; 0 when there is none.
func keyEnd(text []byte, i int) (catalog.ID, int) {
	if i >= len(text) {
		return catalog.None, 0
	}
	rest := text[i:]
	rules := keysByFirst[rest[0]]
	for k := range rules {
		r := &rules[k]
		if len(rest) < len(r.prefix)+r.min || rest[1] != r.prefix[1] || !hasPrefix(rest, r.prefix) {
			continue
		}
		body := rest // looked at no further than decides
		if r.max != 0 {
			body = rest[:min(len(rest), len(r.prefix)+r.max+1)]
		}
		end := run(body, len(r.prefix), r.set)
		n := end - len(r.prefix)
		if n < r.min || r.max != 0 && n > r.max || sets[at(rest, end)]&setToken != 0 && r.max != 0 {
			continue
		}
		if r.set == setWord && r.max != 0 && r.max <= 17 && !upperOrDigits(rest[len(r.prefix):end]) {
			continue
		}
		if r.typ != catalog.PrivateKey && !varied(rest[len(r.prefix):end]) {
			continue
		}
		return r.typ, i + end
	}
	return catalog.None, 0
}

// upperOrDigits tells whether v has no lower-case letter.
func upperOrDigits(v []byte) bool {
	for _, c := range v {
		if c >= 'a' && c <= 'z' {
			return false
		}
	}
	return true
}

// varied tells whether v is more than words: it has a digit or a change of case
// within a run of letters.
func varied(v []byte) bool {
	for i, c := range v {
		if isDigit(c) || i > 0 && c >= 'A' && c <= 'Z' && v[i-1] >= 'a' && v[i-1] <= 'z' {
			return true
		}
	}
	return false
}
