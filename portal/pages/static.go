package pages

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"net/http"
	"path"
	"time"
)

//go:embed static
var staticFiles embed.FS

// asset is a file that pages ask for.
type asset struct {
	data []byte
	hash string // of its bytes: part of its address, so that browsers keep it for good
}

var assets = readAssets()

func readAssets() map[string]asset {
	files, err := staticFiles.ReadDir("static")
	if err != nil {
		panic("BUG: " + err.Error())
	}
	all := map[string]asset{}
	for _, f := range files {
		data, err := staticFiles.ReadFile(path.Join("static", f.Name()))
		if err != nil {
			panic("BUG: " + err.Error())
		}
		sum := sha256.Sum256(data)
		all[f.Name()] = asset{data, hex.EncodeToString(sum[:6])}
	}
	return all
}

// assetURL is the address of an asset.
func assetURL(name string) string {
	a, ok := assets[name]
	if !ok {
		panic("BUG: no asset " + name)
	}
	return "/static/" + name + "?v=" + a.hash
}

// serveAsset answers with an asset. Without its hash, as the login page asks for the
// style sheet, browsers ask again whether it is still the same.
func serveAsset(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("name")
	a, ok := assets[name]
	if !ok {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("ETag", `"`+a.hash+`"`)
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Cache-Control", "no-cache")
	if r.URL.Query().Get("v") == a.hash {
		w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(a.data))
}
