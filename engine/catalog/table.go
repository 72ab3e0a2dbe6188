package catalog

import "slices"

// table holds every built-in type at the index of its ID.
var table = slices.Concat([]Type{{}}, governmentTypes, financialTypes, credentialsTypes, specialTypes,
	locationTypes, identityTypes, onlineTypes, neutralTypes)

// aliases are further names under which Lookup knows a type.
var aliases = map[string]ID{"ipv4": IPAddress, "ipv6": IPAddress}

var byName = func() map[string]ID {
	m := make(map[string]ID, len(table)+len(aliases))
	for id := range table {
		m[table[id].Name] = ID(id)
	}
	delete(m, "")
	for name, id := range aliases {
		m[name] = id
	}
	return m
}()

// All returns a copy of the built-in types, each at the index of its ID; the type
// at 0 stands for none and has no name.
func All() []Type { return slices.Clone(table) }

// Lookup finds a built-in type by its name.
func Lookup(name string) (id ID, ok bool) {
	id, ok = byName[name]
	return id, ok
}

// String returns the name of a built-in type, and "none" for any other ID: the
// types that a policy adds are named by the policy.
func (id ID) String() string {
	if id != None && int(id) < len(table) {
		return table[id].Name
	}
	return "none"
}
