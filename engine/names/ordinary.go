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
accessible accession accounted addition addressable addressed admission advantage airmail antisocial arson assigned attended
automobile avenge average averages backward balder barer basename basin basted beaker beater beaver bested birthrate blacks
blockhead blocs boasted boated bolted boosted booted bossed brace braces browsing brusker bunion burger busted bypass bypassed
bzip cabin cage cages calculate callus calves cancel canker canter capacity cardboard cardiac cardinal cardinality cartel causing
cellar chases chasms chip chips chords cites civic civics classname clip clipping clubhouse collage collate colonial colonials
combine commentaries commented commission compass complexity compression concession condemnations conjure consigned contacted
contract contracts convection coordinated cords correlate courthouse cousin coverage criminally damage dashboard dashcard debit
deflate delegation density dependent diagnostic diagnostics dilate diploma dirname discard discarded discipline discorded
discussion divide divides divorces dobbin doctored domiciled donkey duelling earphone egress elasticity electricity emigrate
emigrates emission employ employe employes empress encompass encountered encourages engage engaged engages enquire enterprise
equip essential ethic expand expedited expire extensions faced facsimiled felon felons filename filenames fingerprinted flashcard
flatten flipping forages forested forgiven forward gage gages gander ganders garage gateway genera generic generics genetically
geneticist geneticists gnome gossip grace grant graved greenhouse grip gzip haler halted headphone headphones healthcare heartbeat
holier holler homeward hostages hostel hotkey hotkeys housework housing humid idea images immobile impression inferno inflate
ingress inhaler initialed installed intel intensity intern interne interns invite iphone ipsum irk isolate keyboard keyframe
keyframes keynote keystone latch lately latency latent later lateral latest laurel leverage lilac lineages lipstick localize
localname longitudinal loosen lupin machined manage managed managers mansion mansions marina martial massages mastered matriculate
matriculated matriculates matriculating matriculation maximal mediation medicinal meditation meditations megaphone messages meter
microphone microphones mission mobility monkey mortgaged motel multiple mustering nameless namely namespace namespaces nationalize
nodename nominal nominative numerous observation obsession omission opacity organism organisms packages pages palates parented
parole parson parsonage parsons parted partial passage passages passed passer passive passwordless pastel pastor patent patented
patents pates pathname patienter patron patrons percentage perish permission persona phonetic phonetics photons pictured pinked
pizza plague plated platen platforms platinum platitude platitudes platter plazas pleats poison polished politically portal
portals possession postage postcard posted poster precise premised premiss premisses press presto principle procession profiled
profusion progression promise promises pseudonym pseudonyms publicity radial rage rages rampages rapid rapt recede recipe recipes
recite recta regression regulate rein relate rename renamed renames requested resin responsible robin rookie safaris sage sages
salamis sanity satin scorecard script scripts secretary secrete secretion ships simplicity sincere single singular sinking sinus
skipping skips slat slate smartphone smartphones society southward spaceship specificity spilling stabled stadium stage stages
stalling starch starting startling stationary steward stifling storages storehouse strait strata strip strips subjected submission
succession surnamed surpass swilling syndicate tablename tagname teenage telemetry telephony telescope telex teller templates
testis tip tips titter tokenize tokenized tokenizer toxicity traces translate translated transmission transportable traveled
travelled trespass trip tripping trips tulip tutored twister twittered unnamed unsupportable unzip unzipped using vacation
validate validity vanning vein velocity verging vials villager vital voltage warden warrant warranty webpage webpages wildcard
wildcards zipped zipper zipping
`
