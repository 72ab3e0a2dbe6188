package names

import "strings"

// ordinary are English words that one slip of the keyboard, or a cut in the middle,
// would turn into words of the lexicon.
var ordinary = func() map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(ordinaryWords) {
		m[w] = true
	}
	return m
}()

const ordinaryWords = `
accessible accession accounted addition addressable addressed admission advantage antisocial automobile average averages backward
balder barer basename basin beaker beater beaver birthrate blacks blockhead blocs brace braces browsing bunion bypass bypassed
bzip cabin cage cages calculate cancel canker canter capacity cardboard cardiac cardinal cardinality cartel causing cellar chip
chips chords cites classname clip clipping clubhouse collage collate combine commented commission compass complexity compression
concession conjure consigned contacted convection coordinated cords correlate courthouse cousin coverage criminally damage
dashboard dashcard deflate density diagnostic diagnostics dilate diploma dirname discard discarded discipline discorded discussion
divorces dobbin doctored domiciled donkey duelling earphone elasticity electricity emigrate emigrates emission employe employes
empress encompass encountered encourages engage engaged engages enquire equip essential ethic expand expedited extensions faced
facsimiled felon felons filename filenames fingerprinted flashcard flatten flipping forages forgiven forward gage gages gander
ganders garage gateway genera generic generics genetically geneticist geneticists gnome gossip grace graved greenhouse grip gzip
headphone headphones heartbeat holier holler homeward hostages hostel hotkey hotkeys housework housing humid idea images immobile
impression inflate installed intel intensity iphone ipsum irk isolate keyboard keyframe keyframes keynote keystone latch lately
latency latent later lateral latest leverage lineages lipstick localname lupin machined manage managed managers mansion mansions
massages mastered maximal mediation meditation meditations megaphone messages meter microphone microphones mission mobility monkey
mortgaged motel multiple mustering nameless namely namespace namespaces nationalize nodename nominative obsession omission opacity
organisms packages pages palates parole parson parsonage parsons parted partial passage passages passed passer passive
passwordless pastel patent patented patents pates pathname percentage perish permission persona phonetic phonetics photons
pictured pinked plague plated platen platforms platinum platitude platitudes platter pleats poison polished politically portal
portals possession postage postcard posted premised premiss premisses principle procession profiled profusion progression promise
promises publicity radial rage rages rampages rapid rapt recede recipe recipes recite recta regression regulate rein relate rename
renamed renames resin robin rookie safaris sage sages salamis sanity satin scorecard script scripts secretary secretion ships
simplicity sincere single singular sinking sinus skipping skips slat slate smartphone smartphones society southward spaceship
specificity stabled stage stages starch starting startling stationary steward storages storehouse strait strata strip strips
subjected submission succession surnamed surpass syndicate tablename tagname teenage telemetry telephony telescope telex teller
templates tip tips titter tokenize tokenized tokenizer toxicity traces translate translated transmission transportable traveled
travelled trespass trip tripping trips tulip twister twittered unnamed unzip unzipped using vacation validate validity vein
velocity vials villager voltage warden warrant warranty webpage webpages wildcard wildcards zipped zipper zipping
`
