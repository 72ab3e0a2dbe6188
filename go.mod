module github.com/eventveil/eventveil

go 1.26.0
