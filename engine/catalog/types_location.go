package catalog

// locationTypes: precise location.
var locationTypes = []Type{
	{
		ID: LatLong, Name: "lat_long", Class: Red, Description: "precise coordinates (pair)",
		Synonyms: []string{"location", "coordinates", "latlng", "gps", "geo_point", "koordinaten", "standort", "coordonnees", "coordenadas", "coordinate", "coordinaten", "koordinater", "wspolrzedne", "ido_keido", "位置情報", "konum"},
	},
	{
		ID: Latitude, Name: "latitude", Class: Red, Description: "latitude (>=3 decimals)",
		Synonyms: []string{"lat", "latitude", "geo_lat", "breitengrad", "latitud", "latitudine", "breedtegraad", "szerokosc_geograficzna", "ido", "緯度", "enlem"},
	},
	{
		ID: Longitude, Name: "longitude", Class: Red, Description: "longitude",
		Synonyms: []string{"lon", "lng", "longitude", "long", "geo_lon", "laengengrad", "longitud", "longitudine", "lengtegraad", "dlugosc_geograficzna", "keido", "経度", "boylam"},
	},
	{
		ID: Geohash, Name: "geohash", Class: Red, Description: "geohash / plus code / what3words",
		Synonyms: []string{"geohash", "plus_code", "what3words", "h3"},
	},
}
