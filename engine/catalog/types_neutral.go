package catalog

// neutralTypes: not personal by default.
var neutralTypes = []Type{
	{
		ID: Country, Name: "country", Class: Green, Description: "country",
		Synonyms: []string{"country", "country_code", "land", "pays", "pais", "paese", "nazione", "kraj", "kuni", "国", "ulke"},
	},
	{
		ID: Region, Name: "region", Class: Green, Description: "state / region / province",
		Synonyms: []string{"state", "region", "province", "county", "bundesland", "departement", "provincia", "estado", "regione", "distrito", "provincie", "lan", "wojewodztwo", "todofuken", "都道府県", "bolge"},
	},
	{
		ID: Locale, Name: "locale", Class: Green, Description: "locale / language / time zone",
		Synonyms: []string{"locale", "language", "timezone", "sprache", "zeitzone", "langue", "fuseau", "idioma", "zona_horaria", "lingua", "fuso", "taal", "tijdzone", "sprak", "tidszon", "jezyk", "strefa", "gengo", "言語", "dil"},
	},
	{
		ID: EventMeta, Name: "event_meta", Class: Green, Description: "event name, type, timestamps, schema, message ids",
		Synonyms: []string{"event", "event_name", "type", "timestamp", "message_id", "version"},
	},
	{
		ID: DeviceMeta, Name: "device_meta", Class: Green, Description: "device type, model, OS, screen, browser family",
		Synonyms: []string{"device_type", "model", "os", "os_version", "browser", "screen_width"},
	},
	{
		ID: PageMeta, Name: "page_meta", Class: Green, Description: "page title / path / URL without PII",
		Synonyms: []string{"page_title", "path", "url", "referrer_host"},
	},
	{
		ID: Commerce, Name: "commerce", Class: Green, Description: "product, price, quantity, currency, coupon",
		Synonyms: []string{"product_id", "sku", "price", "quantity", "currency", "coupon", "preis", "menge", "artikel", "prix", "quantite", "precio", "cantidad", "prezzo", "quantita", "preco", "quantidade", "prijs", "aantal", "pris", "antal", "cena", "ilosc", "kakaku", "suryo", "fiyat", "adet"},
	},
	{
		ID: Campaign, Name: "campaign", Class: Green, Description: "campaign, medium, source, term",
		Synonyms: []string{"utm_source", "utm_medium", "campaign"},
	},
	{
		ID: Metric, Name: "metric", Class: Green, Description: "counters, durations, scores of things",
		Synonyms: []string{"count", "duration", "score", "size"},
	},
	{
		ID: Flag, Name: "flag", Class: Green, Description: "booleans, feature flags, consent states",
		Synonyms: []string{"is_active", "enabled", "consent"},
	},
}
