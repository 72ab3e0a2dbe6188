package names

// The lists below are knowledge about field names, kept as data.

// short are the names of up to three letters that mean what the catalogue says
// wherever they stand; every other short synonym needs more than its name.
var short = set("ssn", "sin", "dob", "cvv", "cvc", "pin", "otp", "ip", "mac", "lat", "lng", "lon", "tel", "fax", "zip", "plz", "sex", "age",
	"vin", "cpf", "cnp", "bsn", "dni", "nie", "nir", "cpr", "fnr", "ein", "dna", "jwt", "tfn", "mrn", "npi", "uid", "bic", "pwd", "mdp", "yob",
	"bmi", "nip", "nik", "rrn", "pps", "oib", "egn", "tin", "nin", "sku", "os")

// vague are catalogue synonyms that, alone, mostly mean something else in events.
var vague = set("position", "condition", "location", "title", "titel", "body", "partner", "handle", "conta", "via",
	"belief", "faith", "vote", "arrest", "minor", "drug", "iris", "matricula", "patente", "commune", "clave", "cargo",
	"functie", "poste", "bild", "imagen", "nota", "land", "barn", "register", "rendimento", "revenu",
	"identifiant", "localidade", "estado", "region", "genre", "recept", "signature", "firma", "formation", "titulo",
	"conjoint", "long", "solde", "handicap", "weight", "height", "login", "message", "text", "comment", "note", "notes", "school", "degree",
	"education", "company", "employer", "organization", "balance", "debt", "score", "rating", "wallet", "auth", "pin_code", "registration_id",
	"reg_no", "dienstnummer", "nummer", "alter", "ort", "gata", "kilo", "boy", "renta", "hostname",
	"computer_name", "website", "homepage", "serial_number", "seriennummer", "search", "query", "q", "url", "page_url", "referrer", "landing_page",
	"policy_number", "cp", "cap", "epic", "pan", "nic", "fin", "run", "rut", "tan", "guid", "uuid", "state", "status", "dic", "partei", "notas")

// prefixes are first words that say whose a field is, not what it holds.
var prefixes = set("user", "usr", "users", "customer", "cust", "client", "buyer", "member", "account", "acct", "contact", "person", "personal", "billing",
	"bill", "shipping", "ship", "delivery", "my", "your", "primary", "secondary", "main", "home", "work", "business", "private", "alt", "alternate",
	"current", "new", "old", "previous", "last", "first", "default", "raw", "full", "applicant", "patient", "employee", "owner", "sender", "recipient",
	"receiver", "from", "to", "reply", "x", "hs", "cc", "sf", "signup", "login", "registered", "verified", "input", "form", "field", "subscriber", "guest",
	"lead", "profile", "context", "initial", "latest", "mother", "host", "remote", "src", "source", "dest", "peer", "org")

// suffixes are last words that add nothing.
var suffixes = set("value", "val", "str", "string", "text", "raw", "field", "input", "data", "no", "nr", "num", "number", "nbr", "plain", "full",
	"original", "entered", "provided", "encrypted", "hash", "hashed", "sha256", "md5")

// flagFirst and flagLast are words that make a name one about a thing, not the thing.
var (
	flagFirst = set("is", "has", "can", "should", "was", "show", "allow", "enable", "enabled", "num", "count", "total", "require", "required")
	flagLast  = set("verified", "enabled", "disabled", "count", "counts", "sent", "opened", "clicked", "valid", "invalid", "confirmed", "status", "type",
		"types", "format", "length", "size", "optin", "required", "exists", "present", "changed", "updated", "flag", "template", "subject",
		"campaign", "list", "provider", "consent", "permission", "permissions", "settings", "preference", "preferences", "color", "version", "model",
		"vendor", "manufacturer", "brand", "category", "label", "title", "at", "on", "expired", "expires", "step", "method", "policy", "attempts",
		"attempt", "reset", "strength", "created", "domain", "frequency", "index", "total", "score", "level", "image", "icon", "supported")
)

// tails are types whose synonyms tell even at the end of a longer name
// ("orderConfirmationEmail").
var tails = set("email", "phone", "us_ssn", "password", "ip_address", "credit_card", "iban", "date_of_birth", "first_name", "last_name",
	"street_address", "postal_code", "passport", "driver_license", "card_cvv", "bank_account", "api_key", "auth_token", "mac", "latitude", "longitude",
	"user_agent", "username", "device_id", "ad_id", "imei", "session_token", "private_key", "tax_id", "national_id", "social_security", "person_name")

// looseTail are synonyms that are too common as the last word of other names.
var looseTail = set("name", "address", "street", "token", "mail", "cell", "tel", "mobile", "handy", "nom", "nome", "nombre", "ip", "mac", "lat", "lon",
	"lng", "pass", "ua", "login", "pin", "identite", "card", "via", "cap", "number", "portable", "contact")

// things are objects whose names, titles and measures are not a person's.
var things = set("product", "products", "item", "items", "campaign", "library", "app", "application", "os", "screen", "page", "plan", "company", "organization",
	"organisation", "event", "category", "categories", "brand", "network", "viewport", "window", "browser", "device", "image", "video", "store", "shop",
	"merchant", "coupon", "promotion", "experiment", "variant", "feature", "team", "workspace", "project", "integration", "integrations", "source",
	"destination", "metadata", "sdk", "file", "course", "article", "playlist", "song", "game", "job", "group", "list", "order", "cart", "package", "carrier", "consent")

// people are objects whose name is a person's.
var people = set("user", "users", "customer", "person", "contact", "traits", "profile", "member", "employee", "patient", "passenger", "guest", "buyer",
	"recipient", "sender", "owner", "driver", "student", "applicant", "subscriber", "lead", "from", "to", "attendee", "invitee")

// places are objects that hold an address.
var places = set("address", "addresses", "shippingaddress", "billingaddress", "adresse", "homeaddress", "shipping", "billing", "location")

func set(words ...string) map[string]bool {
	m := make(map[string]bool, len(words))
	for _, w := range words {
		m[w] = true
	}
	return m
}
